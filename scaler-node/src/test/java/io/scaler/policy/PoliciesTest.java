package io.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoliciesTest {
  private static final FunctionSpec FUNCTION =
      new FunctionSpec("f", "java17", 512, Duration.ofMinutes(1));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          none    | PT0S  | none: keeps no idle instances
          greedy-dual | P3650D | greedy-dual: keeps while memory allows, at a priority of 2.0
          fixed   | PT10M | fixed: keeps every idle instance for 10 min
          hybrid  | PT4H  | hybrid: no idle times seen: keeps for 4 h
          contest | PT5M  | contest: nothing known of its demand: keeps up to 10 idle for 5 min
          """)
  void makesEveryPolicyByItsName(String name, Duration keepAlive, String words) {
    Policy policy = Policies.named(name, PolicySettings.DEFAULT);
    Plan plan = policy.plan(FUNCTION, null, Fleet.UNKNOWN, Instant.EPOCH);

    assertThat(policy.name()).isEqualTo(name);
    assertThat(plan.keepAlive()).isEqualTo(keepAlive);
    assertThat(plan.policy()).isEqualTo(words);
    assertThat(Policies.names()).contains(name);
  }

  @Test
  void fixedAndNoneLaunchForRequestsOnlyAndKeepAnyNumber() {
    for (String name : new String[] {"none", "fixed"}) {
      Plan plan =
          Policies.named(name, PolicySettings.DEFAULT)
              .plan(FUNCTION, null, Fleet.UNKNOWN, Instant.EPOCH);

      assertThat(plan.launchAhead()).isZero();
      assertThat(plan.maxIdle()).isEqualTo(Integer.MAX_VALUE);
    }
  }

  @Test
  void anUnknownNameIsAnErrorThatListsTheKnownOnes() {
    assertThatThrownBy(() -> Policies.named("fxied", PolicySettings.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "policy.default: must be one of contest, cost-optimal, fixed, greedy-dual, hybrid,"
                + " none, is \"fxied\"");
  }
}
