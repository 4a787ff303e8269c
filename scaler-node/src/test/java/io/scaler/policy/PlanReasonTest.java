package io.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import java.time.Duration;
import java.time.Instant;
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
