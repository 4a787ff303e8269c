package io.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandTally;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GreedyDualPolicyTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Policy policy = new GreedyDualPolicy();

  @ParameterizedTest(name = "{0} requests, cold starts of {1} ms, {2} MB: {3}")
  @CsvSource({
    "1, 1000, 1024, 1",
    "8, 1000, 1024, 8",
    "8, 4000, 1024, 32",
    "8, 4000, 4096, 8",
    "8, 4000, 256, 128",
    "1, 250, 1024, 0.25"
  })
  void anInstanceIsAsDearAsFrequencyTimesCostBySize(
      int requests, long coldStartMillis, long memoryMb, double priority) {
    Plan plan = plan(demand(requests, coldStartMillis), memoryMb);

    // The mean of a histogram is that of its bins, and a priority is rounded down by an eighth.
    assertThat(plan.priority()).isBetween(priority * 0.85, priority * 1.04);
    assertThat(plan.keepAlive()).isEqualTo(Plan.FOREVER);
    assertThat(plan.launchAhead()).isZero();
    assertThat(plan.minInstances()).isZero();
  }

  @Test
  void whereNothingIsKnownOneRequestAndASecondAreAssumed() {
    assertThat(plan(null, 512).priority()).isEqualTo(2);
  }

  @Test
  void aFunctionThatHasNotStartedYetCostsWhatOthersDo() {
    Fleet fleet = Fleet.of(List.of(new Fleet.Known(null, demand(3, 4_000))));
    Plan plan = policy.plan(function(1_024), null, fleet, START);
    assertThat(plan.priority()).isBetween(4 * 0.85, 4 * 1.04);
  }

  @Test
  void oneMoreRequestAmongManyChangesNothing() {
    assertThat(plan(demand(1_000, 1_000), 128)).isEqualTo(plan(demand(1_001, 1_000), 128));
  }

  private Plan plan(Demand demand, long memoryMb) {
    return policy.plan(function(memoryMb), demand, Fleet.UNKNOWN, START);
  }

  private static Demand demand(int requests, long coldStartMillis) {
    DemandTally tally = new DemandTally();
    for (int i = 0; i < requests; i++) {
      tally.arrived(START);
    }
    tally.launched(Duration.ofMillis(coldStartMillis));
    return Demand.of(tally.batch(START));
  }

  private static FunctionSpec function(long memoryMb) {
    return new FunctionSpec("f", "java", memoryMb, Duration.ofMinutes(1));
  }
}
