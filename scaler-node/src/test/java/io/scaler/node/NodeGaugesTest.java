package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.adapter.metrics.NodeMetrics;
import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.policy.FixedPolicy;
import io.scaler.policy.Fleet;
import io.scaler.policy.Policy;
import io.scaler.service.FailsafePolicy;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeGaugesTest {
  private static final FunctionSpec FUNCTION =
      new FunctionSpec("f", "java17", 512, Duration.ofMinutes(1));

  @Test
  void publishesHowOftenThePolicyFailed() {
    FailsafePolicy policy =
        new FailsafePolicy(new Failing(), new FixedPolicy(Duration.ofMinutes(10)));
    NodeMetrics metrics = new NodeMetrics(() -> 0);
    NodeGauges.fallbacks(metrics, policy);
    assertThat(metrics.scrape()).contains("\nscaler_plan_fallbacks_total 0.0\n");

    Plan plan = metrics.measured(policy).plan(FUNCTION, null, Fleet.UNKNOWN, Instant.EPOCH);

    assertThat(plan.keepAlive()).isEqualTo(Duration.ofMinutes(10));
    assertThat(metrics.scrape()).contains("\nscaler_plan_fallbacks_total 1.0\n");
  }

  private static final class Failing implements Policy {
    @Override
    public String name() {
      return "failing";
    }

    @Override
    public Plan plan(FunctionSpec function, @Nullable Demand demand, Fleet fleet, Instant now) {
      throw new ArithmeticException("division by zero");
    }
  }
}
