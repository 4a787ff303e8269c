package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.policy.FixedPolicy;
import io.scaler.policy.Fleet;
import io.scaler.policy.NonePolicy;
import io.scaler.policy.Policy;
import io.scaler.service.Provisioning.Provisioned;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlansTest {
  private static final FunctionSpec FUNCTION = function("f", 512);
  private static final FunctionSpec PROVISIONED = function("p", 512);

  private final FakeCatalog<Plan> catalog = new FakeCatalog<>();
  private final Counted policy = new Counted(new FixedPolicy(Duration.ofMinutes(1)));
  private final Plans plans =
      new Plans(
          policy,
          catalog,
          new Provisioning(
              List.of(new Provisioned(PROVISIONED, 2), new Provisioned(PROVISIONED, 3)),
              function -> Duration.ZERO,
              Instant.EPOCH),
          new FleetWatch(Duration.ofDays(1)),
          () -> Instant.EPOCH);

  @Test
  void theClustersPlanComesFirst() {
    Plan known = new NonePolicy().plan(FUNCTION, null, Fleet.UNKNOWN, Instant.EPOCH);
    assertThat(plans.of(FUNCTION).keepAlive()).isEqualTo(Duration.ofMinutes(1));

    catalog.values.put("f", known);
    assertThat(plans.of(FUNCTION)).isSameAs(known);
  }

  @Test
  void asksThePolicyOncePerSpec() {
    plans.of(FUNCTION);
    plans.of(FUNCTION);
    plans.of(function("f", 1_024));

    assertThat(policy.asked).isEqualTo(2);
  }

  @Test
  void neverKeepsLessThanWhatIsProvisioned() {
    assertThat(plans.of(FUNCTION).minInstances()).isZero();
    assertThat(plans.of(PROVISIONED).minInstances()).isEqualTo(3);
    assertThat(plans.of(PROVISIONED).policy())
        .isEqualTo("fixed: keeps every idle instance for 1 min; 3 provisioned");

    catalog.values.put("p", instances(5, 9));
    assertThat(plans.of(PROVISIONED).minInstances()).isEqualTo(5);

    catalog.values.put("p", instances(1, 2));
    assertThat(plans.of(PROVISIONED).minInstances()).isEqualTo(3);
    assertThat(plans.of(PROVISIONED).maxInstances()).isEqualTo(3);
  }

  private static Plan instances(int min, int max) {
    return new Plan("test", Duration.ZERO, 0, 0, 0, Duration.ZERO, Plan.Surplus.KEEP, min, max);
  }

  private static FunctionSpec function(String key, long memoryMb) {
    return new FunctionSpec(key, "java17", memoryMb, Duration.ofMinutes(1));
  }

  private static final class Counted implements Policy {
    private final Policy policy;
    int asked;

    Counted(Policy policy) {
      this.policy = policy;
    }

    @Override
    public String name() {
      return policy.name();
    }

    @Override
    public Plan plan(FunctionSpec function, @Nullable Demand demand, Fleet fleet, Instant now) {
      asked++;
      return policy.plan(function, demand, fleet, now);
    }
  }
}
