package io.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandTally;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.model.Plan.Surplus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContestPolicyTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant LATER = START.plusSeconds(3_600);

  private final Policy policy = new ContestPolicy(ContestSettings.DEFAULT);

  @ParameterizedTest(name = "{0} MiB: at most {1} idle, {2} launched ahead")
  @CsvSource({"1, 10, 2", "512, 10, 2", "2047, 10, 2", "2048, 1, 1", "100000, 1, 1"})
  void memoryDecidesHowManyAreKept(long memoryMb, int maxIdle, int launchAhead) {
    Plan plan = policy.plan(function(memoryMb), null, Fleet.UNKNOWN, START);

    assertThat(plan.maxIdle()).isEqualTo(maxIdle);
    assertThat(plan.launchAhead()).isEqualTo(launchAhead);
  }

  @Test
  void sparesAreCutToTwoAfterAnIntervalAndLaunchesThatNobodyWaitsForAreKept() {
    Plan plan = policy.plan(function(512), null, Fleet.UNKNOWN, START);

    assertThat(plan.sparesKept()).isEqualTo(2);
    assertThat(plan.spareInterval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(plan.surplus()).isEqualTo(Surplus.KEEP);
    assertThat(plan.minInstances()).isZero();
    assertThat(plan.maxInstances()).isEqualTo(Integer.MAX_VALUE);
  }

  /** An hour of bursts that come at the same interval. */
  @ParameterizedTest(name = "{0} at a time every {1} s on {2} MiB: {3}, {4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
           1 |    1 |  512 | PT10M | dense, small memory
           1 |    9 |  128 | PT10M | dense, small memory
           1 |    1 |  513 | PT5M  | dense, memory not small
           1 |    1 | 4096 | PT5M  | dense, memory not small, large memory
           1 |   12 |  512 | PT5M  | neither dense nor sparse with high concurrency
           1 | 1200 |  512 | PT5M  | neither dense nor sparse with high concurrency
           3 |  300 |  512 | PT5M  | neither dense nor sparse with high concurrency
           4 |  300 |  512 | PT30S | sparse, high concurrency
          50 |  300 |  512 | PT30S | sparse, high concurrency
          50 |  300 | 4096 | PT30S | sparse, high concurrency, large memory
          50 |   60 |  512 | PT10M | dense, small memory
          """)
  void demandDecidesForHowLong(
      int atATime, int everySeconds, long memoryMb, Duration keepAlive, String why) {
    Demand demand = bursts(atATime, everySeconds, Duration.ofMillis(100), Duration.ofSeconds(1));

    Plan plan = policy.plan(function(memoryMb), demand, Fleet.UNKNOWN, LATER);

    assertThat(plan.keepAlive()).isEqualTo(keepAlive);
    assertThat(plan.policy()).startsWith("contest: " + why + ": keeps up to ");
  }

  @ParameterizedTest(name = "executions of {0} ms, cold starts of {1} ms: {2}")
  @CsvSource({
    "11000, 1000, PT10S",
    "8000, 1000, PT10M",
    "100, 5, PT10S",
    "100, 5000, PT10M",
    "0, 1000, PT10M"
  })
  void executionsFarLongerThanTheColdStartReleaseQuickly(
      long executionMillis, long coldStartMillis, Duration keepAlive) {
    Demand demand =
        bursts(1, 2, Duration.ofMillis(executionMillis), Duration.ofMillis(coldStartMillis));

    assertThat(policy.plan(function(128), demand, Fleet.UNKNOWN, LATER).keepAlive())
        .isEqualTo(keepAlive);
  }

  @Test
  void executionsAreComparedWithNothingBeforeAnInstanceWasStarted() {
    DemandTally tally = new DemandTally();
    tally.arrived(START);
    tally.executed(Duration.ofHours(1));

    Plan plan = policy.plan(function(128), Demand.of(tally.batch(START)), Fleet.UNKNOWN, LATER);

    assertThat(plan.keepAlive()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void keepsForTheDefaultTimeUntilTheFunctionIsKnownLongEnough() {
    DemandTally tally = new DemandTally();
    for (int i = 0; i < 100; i++) {
      tally.arrived(START);
    }
    Demand demand = Demand.of(tally.batch(START));

    Plan early = policy.plan(function(128), demand, Fleet.UNKNOWN, START.plusSeconds(179));
    Plan later = policy.plan(function(128), demand, Fleet.UNKNOWN, START.plusSeconds(180));

    assertThat(early.keepAlive()).isEqualTo(Duration.ofMinutes(5));
    assertThat(early.policy())
        .isEqualTo("contest: known for less than 3 min: keeps up to 10 idle for 5 min");
    assertThat(later.keepAlive()).isNotEqualTo(early.keepAlive());
  }

  @Test
  void launchesNothingAheadThatItWouldNotKeep() {
    Plan none =
        new ContestPolicy(with(0, Duration.ofMinutes(5)))
            .plan(function(1), null, Fleet.UNKNOWN, START);
    Plan atOnce =
        new ContestPolicy(with(10, Duration.ZERO)).plan(function(1), null, Fleet.UNKNOWN, START);

    assertThat(none.launchAhead()).isZero();
    assertThat(atOnce.launchAhead()).isZero();
    assertThat(atOnce.policy())
        .isEqualTo("contest: nothing known of its demand: keeps no idle instances");
  }

  private static ContestSettings with(int maxIdle, Duration keepAlive) {
    ContestSettings d = ContestSettings.DEFAULT;
    return new ContestSettings(
        maxIdle,
        d.largeMemoryMb(),
        d.largeMaxIdle(),
        d.launchAhead(),
        d.spareInterval(),
        d.sparesKept(),
        d.surplus(),
        d.executionRatio(),
        d.executionKeepAlive(),
        d.classifyAfter(),
        d.sparseConcurrency(),
        d.sparseInterval(),
        d.sparseKeepAlive(),
        d.denseInterval(),
        d.denseMemoryMb(),
        d.denseKeepAlive(),
        keepAlive);
  }

  private static Demand bursts(
      int atATime, int everySeconds, Duration execution, Duration coldStart) {
    DemandTally start = new DemandTally();
    start.launched(coldStart);
    Demand demand = Demand.of(start.batch(START));
    for (Instant at = START; !at.isAfter(LATER); at = at.plusSeconds(everySeconds)) {
      DemandTally tally = new DemandTally();
      for (int i = 0; i < atATime; i++) {
        tally.arrived(at);
        tally.executed(execution);
      }
      demand = demand.merge(tally.batch(at));
    }
    return demand;
  }

  private static FunctionSpec function(long memoryMb) {
    return new FunctionSpec("f", "java17", memoryMb, Duration.ofMinutes(1));
  }
}
