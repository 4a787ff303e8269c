package io.scaler.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentGapsTest {

  @ParameterizedTest(name = "of {0}")
  @ValueSource(ints = {0, 1, 3, 4, 5, 16, 17, 23, 24, 25, 47, 48, 49, 1_000})
  void theLatestAreKeptInTheirOrder(int seen) {
    assertThat(noted(0, seen).millis()).isEqualTo(latestOf(0, seen));
  }

  @ParameterizedTest(name = "{0} after 20")
  @ValueSource(ints = {0, 1, 4, 5, 23, 24})
  void laterOnesCrowdOutTheOldest(int later) {
    RecentGaps both = noted(0, 20).plus(noted(20, 20 + later));

    assertThat(both.millis()).isEqualTo(latestOf(0, 20 + later));
    assertThat(RecentGaps.NONE.plus(both)).isEqualTo(both);
    assertThat(both.plus(RecentGaps.NONE)).isEqualTo(both);
  }

  @ParameterizedTest(name = "{0} before 10")
  @ValueSource(ints = {0, 1, 13, 14, 15, 24})
  void thoseThatAreTakenBackCameEarlier(int earlier) {
    RecentGaps.Builder builder = new RecentGaps.Builder();
    IntStream.range(earlier, earlier + 10).forEach(gap -> builder.add(Duration.ofMillis(gap)));

    builder.addEarlier(noted(0, earlier));
    builder.add(Duration.ofMillis(earlier + 10));

    assertThat(builder.build().millis()).isEqualTo(latestOf(0, earlier + 11));
  }

  @Test
  void lengthsAreCutToMillisecondsAndToWhatIsPossible() {
    RecentGaps.Builder builder = new RecentGaps.Builder();
    builder.add(Duration.ofNanos(30_000_999_999L));
    builder.add(Duration.ofMillis(-3));
    builder.add(Duration.ofDays(100));

    assertThat(builder.build()).isEqualTo(RecentGaps.of(30_000, 0, Integer.MAX_VALUE));
  }

  @Test
  void whatIsBuiltDoesNotChangeWithWhatComesThen() {
    RecentGaps.Builder builder = new RecentGaps.Builder();
    builder.add(Duration.ofMillis(1));
    RecentGaps built = builder.build();
    builder.add(Duration.ofMillis(2));
    built.millis()[0] = 7;

    assertThat(built).isEqualTo(RecentGaps.of(1));
  }

  @Test
  void refusesNegativeGapsAndTooMany() {
    assertThatThrownBy(() -> RecentGaps.of(1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must be at most 24 gaps of 0 ms or more, are [1, -1]");
    assertThatThrownBy(() -> RecentGaps.of(new int[25]))
        .hasMessageStartingWith("must be at most 24 gaps of 0 ms or more, are ");
  }

  /** Gaps of so many ms each, one after the other. */
  private static RecentGaps noted(int from, int to) {
    RecentGaps.Builder builder = new RecentGaps.Builder();
    IntStream.range(from, to).forEach(gap -> builder.add(Duration.ofMillis(gap)));
    return builder.build();
  }

  private static int[] latestOf(int from, int to) {
    return IntStream.range(Math.max(from, to - RecentGaps.MOST), to).toArray();
  }
}
