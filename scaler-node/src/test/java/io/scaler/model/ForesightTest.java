package io.scaler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scaler.model.Foresight.Window;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForesightTest {
  private static final Duration ZERO = Duration.ZERO;

  /** Kept for 10 s and launched in its first 4, and wanted again from 30 s to 40 s. */
  private static final Window BOTH = new Window(seconds(10), seconds(4), seconds(30), seconds(40));

  @ParameterizedTest(name = "after {0} ms: kept {1}, launched {2}, until {3} s")
  @CsvSource({
    "0, true, true, 4",
    "3999, true, true, 4",
    "4000, true, false, 10",
    "9999, true, false, 10",
    "10000, false, false, 28",
    "27999, false, false, 28",
    "28000, true, true, 40",
    "30000, true, true, 40",
    "39999, true, true, 40"
  })
  void aLevelIsKeptThenNotAndThenWantedAgainAColdStartAhead(
      long age, boolean kept, boolean launched, long next) {
    Foresight foresight = foresight(2, BOTH);

    assertThat(foresight.keeps(1, Duration.ofMillis(age))).isEqualTo(kept);
    assertThat(foresight.launches(1, Duration.ofMillis(age))).isEqualTo(launched);
    assertThat(foresight.nextChange(1, Duration.ofMillis(age))).isEqualTo(seconds(next));
  }

  @Test
  void afterItsWindowsALevelIsNotWantedAnyMore() {
    Foresight foresight = foresight(2, BOTH);

    assertThat(foresight.keeps(1, seconds(40))).isFalse();
    assertThat(foresight.launches(1, seconds(40))).isFalse();
    assertThat(foresight.nextChange(1, seconds(40))).isEqualTo(Plan.FOREVER);
  }

  @Test
  void aReturnSoonerThanAColdStartIsLaunchedForAtOnce() {
    Foresight foresight = foresight(5, new Window(ZERO, ZERO, seconds(3), seconds(8)));

    assertThat(foresight.launches(1, ZERO)).isTrue();
    assertThat(foresight.nextChange(1, ZERO)).isEqualTo(seconds(8));
  }

  @Test
  void aWindowThatEndsWhereItBeginsOrEarlierIsNone() {
    for (long until : new long[] {30, 29, 0, -1}) {
      Foresight foresight = foresight(2, new Window(seconds(1), ZERO, seconds(30), seconds(until)));

      assertThat(foresight.keeps(1, seconds(30))).isFalse();
      assertThat(foresight.launches(1, seconds(29))).isFalse();
      assertThat(foresight.nextChange(1, seconds(1))).isEqualTo(Plan.FOREVER);
    }
  }

  @ParameterizedTest(name = "level {0} is kept for {1} s")
  @CsvSource({"1, 1", "2, 2", "3, 3", "4, 4", "5, 5", "6, 5", "7, 5", "100000, 5"})
  void everyBandHasItsWindowAndTheLastHoldsForAllAbove(int level, long kept) {
    Foresight foresight =
        foresight(
            0,
            Window.keeping(seconds(1)),
            Window.keeping(seconds(2)),
            Window.keeping(seconds(3)),
            Window.keeping(seconds(4)),
            Window.keeping(seconds(5)));

    assertThat(foresight.nextChange(level, ZERO)).isEqualTo(seconds(kept));
    assertThat(foresight.launches(level, ZERO)).isFalse();
  }

  @Test
  void whatIsKeptForeverDoesNotChange() {
    Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
    Foresight foresight = foresight(2, new Window(longest, ZERO, ZERO, longest));

    assertThat(foresight.keeps(1, seconds(1_000_000))).isTrue();
    assertThat(foresight.nextChange(1, ZERO)).isEqualTo(Plan.FOREVER);
  }

  @ParameterizedTest
  @CsvSource({"-1, 0, 0", "0, -1, 0", "0, 0, -1"})
  void refusesWindowsOfNegativeTimes(long keep, long launchBefore, long from) {
    assertThatThrownBy(
            () -> new Window(seconds(keep), seconds(launchBefore), seconds(from), seconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a window of negative times: keep ");
  }

  @ParameterizedTest
  @CsvSource({"-1, 0, 0", "0, -1, 0", "0, 0, -1"})
  void refusesNegativeTimes(long coldStart, long execution, long waitAtMost) {
    assertThatThrownBy(
            () ->
                new Foresight(
                    List.of(), seconds(coldStart), seconds(execution), 0, seconds(waitAtMost)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("negative times: coldStart ");
  }

  private static Foresight foresight(long coldStart, Window... levels) {
    return new Foresight(List.of(levels), seconds(coldStart), ZERO, 0, ZERO);
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
