package io.scaler.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdleTimesTest {

  @ParameterizedTest(name = "{0} counts in minute {1}")
  @CsvSource({
    "PT0S, 0",
    "PT-5S, 0",
    "PT59.999S, 0",
    "PT1M, 1",
    "PT1M59.999S, 1",
    "PT3H59M, 239",
    "PT3H59M59.999999999S, 239"
  })
  void countsByTheMinuteThatHasBegun(Duration idle, int minute) {
    assertThat(seen(idle)).isEqualTo(IdleTimes.of(minute, new int[] {1}, 0));
  }

  @ParameterizedTest
  @CsvSource({"PT4H", "PT240H", "P4000D"})
  void fromFourHoursOnItIsOutOfBounds(Duration idle) {
    IdleTimes times = seen(idle);

    assertThat(times.outOfBounds()).isEqualTo(1);
    assertThat(times.withinBounds()).isZero();
    assertThat(times.total()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0} of 1, 2, 2, 5 and 100 minutes: minute {1}")
  @CsvSource({"0, 1", "0.05, 1", "0.2, 1", "0.21, 2", "0.6, 2", "0.61, 5", "0.8, 5", "0.99, 100"})
  void aQuantileIsTheMinuteThatItLiesIn(double share, int minute) {
    IdleTimes times = minutes(1, 2, 2, 5, 100).plus(seen(Duration.ofHours(9)));

    assertThat(times.quantile(share)).isEqualTo(minute);
  }

  @Test
  void nothingHasNoQuantileAndDoesNotVary() {
    IdleTimes outOfBounds = seen(Duration.ofHours(9));

    assertThat(IdleTimes.NONE.quantile(0.5)).isZero();
    assertThat(IdleTimes.NONE.variation()).isZero();
    assertThat(outOfBounds.quantile(0.5)).isZero();
    assertThat(outOfBounds.variation()).isZero();
  }

  @Test
  void aSingleMinuteVariesMostAndAllMinutesAlikeNotAtAll() {
    int[] alike = new int[IdleTimes.MINUTES];
    Arrays.fill(alike, 3);

    assertThat(minutes(60).variation()).isCloseTo(Math.sqrt(239), within(1e-9));
    assertThat(minutes(60, 60, 60).variation()).isCloseTo(Math.sqrt(239), within(1e-9));
    assertThat(IdleTimes.of(0, alike, 7).variation()).isCloseTo(0, within(1e-9));
  }

  @Test
  void addsUpMinuteByMinuteInAnyOrder() {
    IdleTimes one = minutes(3, 9).plus(seen(Duration.ofHours(4)));
    IdleTimes other = minutes(1, 3);

    assertThat(one.plus(other))
        .isEqualTo(IdleTimes.of(1, new int[] {1, 0, 2, 0, 0, 0, 0, 0, 1}, 1));
    assertThat(other.plus(one)).isEqualTo(one.plus(other));
    assertThat(one.plus(IdleTimes.NONE)).isEqualTo(one);
    assertThat(IdleTimes.NONE.plus(one)).isEqualTo(one);
  }

  @Test
  void isPutTogetherFromWhatItWasTakenApartInto() {
    IdleTimes times = minutes(3, 9, 200).plus(seen(Duration.ofHours(4)));

    assertThat(IdleTimes.of(times.firstMinute(), times.counts(), times.outOfBounds()))
        .isEqualTo(times);
    assertThat(IdleTimes.of(5, new int[] {0, 2, 0}, 0)).isEqualTo(minutes(6, 6));
    assertThat(IdleTimes.of(5, new int[] {0}, 0)).isEqualTo(IdleTimes.NONE);
  }

  @Test
  void aCountStaysAtTheHighestThereIs() {
    IdleTimes most = IdleTimes.of(0, new int[] {Integer.MAX_VALUE}, Integer.MAX_VALUE);

    assertThat(most.plus(minutes(0)).plus(seen(Duration.ofHours(4)))).isEqualTo(most);
    assertThat(most.total()).isEqualTo(2L * Integer.MAX_VALUE);
  }

  @Test
  void refusesMinutesThatThereAreNotAndNegativeCounts() {
    assertThatThrownBy(() -> IdleTimes.of(239, new int[] {1, 1}, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("minutes must lie between 0 and 239, are 239 to 240");
    assertThatThrownBy(() -> IdleTimes.of(0, new int[] {1, -1}, 0))
        .hasMessage("counts must be 0 or more, are [1, -1] and 0 out of bounds");
    assertThatThrownBy(() -> IdleTimes.of(0, new int[0], -2))
        .hasMessage("counts must be 0 or more, are [] and -2 out of bounds");
    assertThatThrownBy(() -> minutes(1).quantile(1.5))
        .hasMessage("a share must be between 0 and 1, is 1.5");
  }

  private static IdleTimes seen(Duration idle) {
    IdleTimes.Builder builder = new IdleTimes.Builder();
    builder.add(idle);
    return builder.build();
  }

  private static IdleTimes minutes(int... minutes) {
    IdleTimes.Builder builder = new IdleTimes.Builder();
    for (int minute : minutes) {
      builder.add(Duration.ofMinutes(minute).plusSeconds(30));
    }
    return builder.build();
  }
}
