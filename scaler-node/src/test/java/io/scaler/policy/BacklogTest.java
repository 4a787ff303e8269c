package io.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scaler.demand.LevelDemand;
import io.scaler.demand.LogLinearHistogram;
import io.scaler.demand.RecentGaps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BacklogTest {

  private static LogLinearHistogram gaps(double... seconds) {
    LogLinearHistogram gaps = LogLinearHistogram.EMPTY;
    for (double each : seconds) {
      gaps = gaps.plus(Duration.ofNanos(Math.round(each * 1e9)));
    }
    return gaps;
  }

  @Test
  void whoIsFollowedByNobodyWaitsAlone() {
    assertThat(Backlog.waiting(LogLinearHistogram.EMPTY, 0, 3)).isEqualTo(3);
    assertThat(Backlog.waiting(gaps(0.1, 0.1), 0, 0)).isZero();
    assertThat(Backlog.waiting(gaps(0.1, 0.1), 2, 2)).as("it stays until then").isEqualTo(2);
  }

  @ParameterizedTest(name = "{0} s there, back after {1} s, the first waits {2} s: {3} s")
  @CsvSource({
    "0, 5, 3, 3",
    "0, 1, 1.5, 2",
    "0.5, 0.5, 1.5, 2",
    "1, 3.5, 4.4, 4.4",
    "0.2, 0.8, 4.5, 12.5",
    "0, 0.1, 1, 5.5",
    "60, 40, 350, 800"
  })
  void eachThatComesBackMeanwhileWaitsForTheRest(double stay, double gap, double wait, double all) {
    assertThat(Backlog.waiting(gaps(gap), stay, wait)).isCloseTo(all, within(0.1 * all));
  }

  /** One more each 1 / rate s: wait + rate * wait^2 / 2. */
  @ParameterizedTest(name = "{0} a second, the first waits for {1} s: {2} s in all")
  @CsvSource({"1, 1, 1.5", "2, 3, 12", "0.1, 2, 2.2", "10, 2, 22"})
  void arrivalsWithoutAPatternWaitForHalfOfItOnAverage(double rate, double wait, double all) {
    double[] exponential = new double[1_000];
    for (int i = 0; i < exponential.length; i++) {
      exponential[i] = -Math.log(1 - (i + 0.5) / exponential.length) / rate;
    }
    assertThat(Backlog.waiting(gaps(exponential), 0, wait)).isCloseTo(all, within(0.05 * all));
  }

  @Test
  void aTrainsCallsWaitThoughTheNextTrainIsFar() {
    // Four gaps of 0.1 s to one of 60 s: 1 + 0.8 * (0.9 + 0.8 * (0.8 + 0.8 * (...))).
    double all = 0;
    for (int i = 10; i >= 0; i--) {
      all = 1 - i / 10.0 + 0.8 * all;
    }
    assertThat(Backlog.waiting(gaps(0.1, 0.1, 0.1, 0.1, 60), 0, 1))
        .isCloseTo(all, within(0.1 * all));
  }

  /**
   * Four at once, for 2 s, and 5 s to start one: they wait for 20, 11, 4, 2 and 0 s in all if there
   * are none to four instances.
   */
  @ParameterizedTest(name = "of level {0}, the higher ones as often times {1}: {2} s")
  @CsvSource({"1, 1, 4", "2, 1, 5", "3, 1, 0", "4, 1, 0", "1, 0.5, 3.5", "2, 0.5, 2.5"})
  void thoseAboveTakeTurnsAtOneInstanceLess(int level, double share, double all) {
    List<LevelDemand> levels = new ArrayList<>();
    for (int each = 1; each <= 4; each++) {
      double times = each <= 2 ? 10 : 10 * share;
      levels.add(new LevelDemand(gaps(60), RecentGaps.NONE, times, 2 * times));
    }
    assertThat(Backlog.above(levels, level - 1, 5, 2)).isCloseTo(all, within(1e-9));
  }

  @Test
  void nobodyIsAboveALevelThatWasNotReachedSoFar() {
    assertThat(Backlog.above(List.of(), 0, 5, 2)).isZero();
    assertThat(Backlog.above(List.of(LevelDemand.NONE), 0, 5, 2)).isZero();
  }
}
