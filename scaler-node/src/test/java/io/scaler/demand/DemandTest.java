package io.scaler.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scaler.model.LevelGap;
import io.scaler.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemandTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  @Test
  void measuresTheGapAcrossBatchesOfDifferentNodes() {
    Demand demand =
        Demand.of(arrivals(at(0)))
            .merge(arrivals(at(100)))
            .merge(arrivals(at(130), at(140)))
            .merge(arrivals(at(120)));

    assertThat(demand.arrivals()).isEqualTo(5);
    assertThat(demand.gaps().total()).isCloseTo(3, within(0.01));
    assertThat(demand.gaps().quantile(1).toMillis()).isCloseTo(100_000, within(6_250L));
    assertThat(demand.firstSeen()).isEqualTo(at(0));
    assertThat(demand.lastArrival()).isEqualTo(at(140));
  }

  @Test
  void tellsTheRateOfASteadyFunctionWhetherYoungOrOld() {
    Demand demand = Demand.of(arrivals(at(0)));
    for (int second = 1; second <= 7_200; second++) {
      demand = demand.merge(arrivals(at(second), at(second)));
      if (second == 90 || second == 600 || second == 7_200) {
        assertThat(demand.ratePerSecond(at(second)))
            .as("at %d s", second)
            .isCloseTo(2, within(0.1));
      }
    }
  }

  @Test
  void theRateFallsWhenNothingComesAnyMore() {
    Demand demand = Demand.of(arrivals(at(0)));
    for (int second = 1; second <= 3_600; second++) {
      demand = demand.merge(arrivals(at(second)));
    }

    double rate = demand.ratePerSecond(at(3_600));
    assertThat(demand.ratePerSecond(at(4_200))).isCloseTo(rate / 2, within(0.02));
    assertThat(demand.ratePerSecond(at(3_600 + 36_000))).isLessThan(0.000_1);
  }

  @Test
  void aFirstRequestIsNotTakenForAHighRate() {
    assertThat(Demand.of(arrivals(at(0))).ratePerSecond(at(0))).isCloseTo(1 / 60.0, within(0.001));
  }

  @Test
  void thePeakIsWhatArrivesWithinOneExecutionOverAllNodes() {
    DemandTally slow = new DemandTally();
    slow.executed(Duration.ofSeconds(3));
    Demand demand =
        Demand.of(slow.batch(at(0)))
            .merge(arrivals(at(10), at(11)))
            .merge(arrivals(at(11), at(12), at(12), at(20)));

    assertThat(demand.peakConcurrency()).isEqualTo(5);
  }

  @Test
  void thePeakOfLongExecutionsIsExtrapolatedBeyondTheLastMinute() {
    DemandTally slow = new DemandTally();
    slow.executed(Duration.ofMinutes(3));
    Demand demand = Demand.of(slow.batch(at(0)));
    for (long minute = 0; minute < 10; minute++) {
      demand = demand.merge(arrivals(at(minute * 60), at(minute * 60 + 30)));
    }

    assertThat(demand.peakConcurrency()).isCloseTo(6, within(0.4));
  }

  @Test
  void oneLongExecutionIsNoPeak() {
    DemandTally slow = new DemandTally();
    slow.executed(Duration.ofHours(3));
    slow.arrived(at(0));

    assertThat(Demand.of(slow.batch(at(1))).peakConcurrency()).isEqualTo(1);
  }

  @Test
  void thePeakHalvesUnlessItIsReachedAgain() {
    Demand demand = Demand.of(arrivals(at(0), at(0), at(0), at(0)));

    assertThat(demand.merge(arrivals(at(600))).peakConcurrency()).isCloseTo(2, within(0.01));
  }

  @Test
  void aBatchThatComesLateDoesNotTurnTimeBack() {
    Demand demand = Demand.of(arrivals(at(100))).merge(arrivals(at(40)));

    assertThat(demand.asOf()).isEqualTo(at(100));
    assertThat(demand.firstSeen()).isEqualTo(at(40));
    assertThat(demand.recentArrivals()).isEqualTo(2);
    assertThat(demand.gaps().isEmpty()).isTrue();
  }

  @Test
  void whatRanHalfADayAgoCountsHalf() {
    DemandTally then = new DemandTally();
    then.executed(Duration.ofSeconds(1));
    then.launched(Duration.ofSeconds(2));

    Demand demand = Demand.of(then.batch(at(0))).merge(arrivals(at(12 * 3_600)));
    assertThat(demand.executions().total()).isEqualTo(0.5);
    assertThat(demand.coldStarts().total()).isEqualTo(0.5);
  }

  @Test
  void onlyTheFirstLevelsGapsAreIdleTimesAndTheyAreNotForgotten() {
    DemandTally tally = new DemandTally();
    tally.reached(new LevelGap(1, Duration.ofMinutes(7)));
    tally.reached(new LevelGap(2, Duration.ofMinutes(9)));
    Demand demand = Demand.of(tally.batch(at(0)));

    assertThat(demand.idleTimes()).isEqualTo(IdleTimes.of(7, new int[] {1}, 0));
    assertThat(demand.merge(arrivals(at(30 * 86_400))).idleTimes()).isEqualTo(demand.idleTimes());
  }

  @Test
  void idleTimesAddUpOverBatches() {
    DemandTally first = new DemandTally();
    first.reached(new LevelGap(1, Duration.ofMinutes(7)));
    DemandTally second = new DemandTally();
    second.reached(new LevelGap(1, Duration.ofMinutes(5)));
    second.reached(new LevelGap(1, Duration.ofHours(5)));
    DemandBatch one = first.batch(at(0));
    DemandBatch other = second.batch(at(1));
    IdleTimes all = IdleTimes.of(5, new int[] {1, 0, 1}, 1);

    assertThat(one.merge(other).idleTimes()).isEqualTo(all);
    assertThat(Demand.of(one).merge(other).idleTimes()).isEqualTo(all);
    second.add(one);
    assertThat(second.batch(at(2)).idleTimes()).isEqualTo(all);
  }

  @Test
  void mergesBatchesOfOneNodeAsIfTheyHadBeenOne() {
    DemandTally both = new DemandTally();
    DemandTally first = new DemandTally();
    DemandTally second = new DemandTally();
    for (int i = 0; i < 20; i++) {
      Instant at = at((long) i * i);
      both.arrived(at);
      (i < 10 ? first : second).arrived(at);
    }
    DemandBatch one = first.batch(at(500));
    DemandBatch other = second.batch(at(500));
    DemandBatch whole = both.batch(at(500));

    assertThat(one.merge(other)).isEqualTo(whole);
    assertThat(other.merge(one)).isEqualTo(whole);
    second.add(one);
    assertThat(second.batch(at(500))).isEqualTo(whole);
  }

  @Test
  void aClockThatIsSetBackMakesNoNegativeGap() {
    DemandBatch batch = arrivals(at(10), at(5), at(12));

    assertThat(batch.gaps().total()).isEqualTo(2);
    assertThat(batch.lastArrival()).isEqualTo(at(12));
  }

  @Test
  void refusesArrivalsWithoutTheirTimes() {
    assertThatThrownBy(
            () ->
                new DemandBatch(
                    START,
                    1,
                    null,
                    null,
                    RecentArrivals.NONE,
                    LogLinearHistogram.EMPTY,
                    LogLinearHistogram.EMPTY,
                    LogLinearHistogram.EMPTY,
                    List.of(),
                    IdleTimes.NONE,
                    Usage.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 arrivals between null and null");
  }

  private static Instant at(long second) {
    return START.plusSeconds(second);
  }

  private static DemandBatch arrivals(Instant... instants) {
    DemandTally tally = new DemandTally();
    for (Instant instant : instants) {
      tally.arrived(instant);
    }
    return tally.batch(instants[instants.length - 1]);
  }
}
