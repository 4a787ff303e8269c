package io.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.policy.OverridingPolicy.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverridingPolicyTest {
  private final Policy policy =
      new OverridingPolicy(
          new FixedPolicy(Duration.ofMinutes(10)),
          List.of(
              new Rule("shop/checkout", new FixedPolicy(Duration.ofHours(1)), 2, 20),
              new Rule("shop/*", new NonePolicy(), 0, null),
              new Rule("*/batch", new NonePolicy(), 0, 7),
              new Rule("old*", new FixedPolicy(Duration.ofMinutes(10)), 0, 1)));
  private final Policy ruled =
      new OverridingPolicy(
          new FixedPolicy(Duration.ofMinutes(10)),
          List.of(
              new Rule("a", null, 5, null),
              new Rule("b", new NonePolicy(), null, null),
              new Rule("c", null, 0, 50),
              new Rule("d*", null, null, 7)),
          List.of(
              new Rule("c", new FixedPolicy(Duration.ofHours(1)), 2, 20),
              new Rule("*", new FixedPolicy(Duration.ofHours(2)), 1, 3)));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          shop/checkout  | PT1H  | 2 | 20         | fixed: keeps every idle instance for 1 h; at least 2 for shop/checkout; at most 20 for shop/checkout
          shop/checkout2 | PT0S  | 0 | 2147483647 | none: keeps no idle instances
          shop           | PT10M | 0 | 2147483647 | fixed: keeps every idle instance for 10 min
          old            | PT10M | 0 | 1          | fixed: keeps every idle instance for 10 min; at most 1 for old*
          older          | PT10M | 0 | 1          | fixed: keeps every idle instance for 10 min; at most 1 for old*
          night/batch    | PT10M | 0 | 2147483647 | fixed: keeps every idle instance for 10 min
          """)
  void theFirstRuleThatIsForAFunctionHolds(
      String key, Duration keepAlive, int least, int most, String words) {
    Plan plan =
        policy.plan(
            new FunctionSpec(key, "java", 128, Duration.ofMinutes(1)),
            null,
            Fleet.UNKNOWN,
            Instant.EPOCH);

    assertThat(plan.keepAlive()).isEqualTo(keepAlive);
    assertThat(plan.minInstances()).isEqualTo(least);
    assertThat(plan.maxInstances()).isEqualTo(most);
    assertThat(plan.policy()).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a  | PT2H | 5 | 5  | fixed: keeps every idle instance for 2 h; at least 5 for a; at most 3 for *
          b  | PT0S | 1 | 3  | none: keeps no idle instances; at least 1 for *; at most 3 for *
          c  | PT1H | 0 | 50 | fixed: keeps every idle instance for 1 h; at most 50 for c
          d1 | PT2H | 1 | 7  | fixed: keeps every idle instance for 2 h; at least 1 for *; at most 7 for d*
          e  | PT2H | 1 | 3  | fixed: keeps every idle instance for 2 h; at least 1 for *; at most 3 for *
          """)
  void aRulingHoldsAndInWhatItLeavesOpenTheConfiguration(
      String key, Duration keepAlive, int least, int most, String words) {
    Plan plan =
        ruled.plan(
            new FunctionSpec(key, "java", 128, Duration.ofMinutes(1)),
            null,
            Fleet.UNKNOWN,
            Instant.EPOCH);

    assertThat(plan.keepAlive()).isEqualTo(keepAlive);
    assertThat(plan.minInstances()).isEqualTo(least);
    assertThat(plan.maxInstances()).isEqualTo(most);
    assertThat(plan.policy()).isEqualTo(words);
  }
}
