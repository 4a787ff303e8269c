package io.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandTally;
import io.scaler.model.FunctionSpec;
import io.scaler.model.LevelGap;
import io.scaler.model.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PlanReasonTest {
  private static final FunctionSpec F = new FunctionSpec("f", "java", 128, Duration.ofMinutes(1));

  static Stream<Arguments> policies() {
    return Policies.names().stream().map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("policies")
  void everyPolicysPlanHasOneOfItsReasons(String name) {
    Policy policy = Policies.named(name, PolicySettings.DEFAULT);

    PlanReason reason = PlanReason.of(policy.plan(F, null, Fleet.UNKNOWN, Instant.EPOCH));

    assertThat(reason.policy()).isEqualTo(name);
  }

  /** One that is not among these counts as another's, so it is added with the policy. */
  @ParameterizedTest
  @MethodSource("policies")
  void whateverIsKnownOfAFunctionItsPlanHasAReasonOfItsPolicy(String name) {
    Policy policy = Policies.named(name, PolicySettings.DEFAULT);
    Random random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      FunctionSpec function =
          new FunctionSpec("f", "java", i % 2 == 0 ? 128 : 4_096, Duration.ofMinutes(1));
      int calls = 1 + (int) Math.exp(random.nextDouble() * 5);
      Demand demand = demand(calls, spread(random, 12), spread(random, 17), random);
      Instant now = demand.asOf().plusMillis((long) spread(random, 15));

      Plan plan = policy.plan(function, demand, Fleet.UNKNOWN, now);

      assertThat(PlanReason.of(plan).policy()).as(plan.policy()).isEqualTo(name);
    }
  }

  private static double spread(Random random, int most) {
    return Math.exp(random.nextDouble() * most);
  }

  /**
   * @param execution its mean in ms
   * @param gap their mean in ms
   */
  private static Demand demand(int calls, double execution, double gap, Random random) {
    DemandTally tally = new DemandTally();
    Instant at = Instant.EPOCH;
    double regularity = random.nextDouble();
    tally.launched(Duration.ofMillis((long) spread(random, 9)));
    for (int call = 0; call < calls; call++) {
      double irregular = -Math.log(1 - random.nextDouble());
      long millis = (long) (gap * (regularity + (1 - regularity) * irregular));
      tally.arrived(at);
      tally.executed(Duration.ofMillis((long) execution));
      tally.reached(new LevelGap(1 + call % 3, Duration.ofMillis(millis)));
      at = at.plusMillis(millis);
    }
    return Demand.of(tally.batch(at));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "contest: nothing known of its demand: keeps up to 3 idle for 1 min | unknown",
        "contest: executions take far longer than a cold start: keeps no idle instances |"
            + " executions",
        "contest: known for less than 5 min, large memory: keeps up to 1 idle for 1 min | new",
        "contest: sparse, high concurrency: keeps up to 3 idle for 1 min | sparse",
        "contest: dense, small memory: keeps up to 3 idle for 1 min | dense_small",
        "contest: dense, memory not small: keeps up to 3 idle for 1 min | dense",
        "contest: neither dense nor sparse with high concurrency: keeps no idle instances |"
            + " neither",
        "hybrid: no idle times seen: keeps for 4 h | unknown",
        "hybrid: 5 of 7 idle times out of bounds, the next forecast to be 5 h: launches |"
            + " forecast",
        "hybrid: the counts of 3 idle times vary by 0.5: keeps for 4 h | unclear",
        "hybrid: 12 idle times, head 1 min, tail 3 min: keeps for 3 min; at most 3 for out* |"
            + " histogram",
        "fixed: keeps every idle instance for 10 min; at least 2 for f | always",
        "something of a later version | other"
      })
  void aReasonIsOneOfAFew(String words, String kind) {
    assertThat(PlanReason.of(Plan.keeping(words, Duration.ZERO)).kind()).isEqualTo(kind);
  }

  @Test
  void noTwoReasonsAreCalledAlike() {
    assertThat(Stream.of(PlanReason.values()).map(each -> each.policy() + "/" + each.kind()))
        .doesNotHaveDuplicates();
  }
}
