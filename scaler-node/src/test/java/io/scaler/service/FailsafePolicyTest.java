package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.demand.Demand;
import io.scaler.logging.Logged;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.policy.FixedPolicy;
import io.scaler.policy.Fleet;
import io.scaler.policy.NonePolicy;
import io.scaler.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FailsafePolicyTest {
  private static final FunctionSpec FUNCTION =
      new FunctionSpec("f", "java17", 512, Duration.ofMinutes(1));
  private static final Policy FALLBACK = new FixedPolicy(Duration.ofMinutes(10));

  @Test
  void theFallbackStandsInWhereThePolicyFailsAndIsCounted() {
    FailsafePolicy policy = new FailsafePolicy(new Failing(), FALLBACK);

    for (int i = 0; i < 3; i++) {
      assertThat(policy.plan(FUNCTION, null, Fleet.UNKNOWN, Instant.EPOCH).keepAlive())
          .isEqualTo(Duration.ofMinutes(10));
    }
    assertThat(policy.fallbacks()).isEqualTo(3);
    assertThat(policy.name()).isEqualTo("failing");
  }

  @Test
  void itIsLoggedOnceForAFunctionAndNotForAnyNumberOfThem() {
    FailsafePolicy policy = new FailsafePolicy(new Failing(), FALLBACK);
    try (Logged logged = Logged.of(FailsafePolicy.class)) {
      for (int i = 0; i < 2 * FailsafePolicy.MOST_LOGGED; i++) {
        FunctionSpec function = new FunctionSpec("f" + i, "java17", 512, Duration.ofMinutes(1));
        policy.plan(function, null, Fleet.UNKNOWN, Instant.EPOCH);
        policy.plan(function, null, Fleet.UNKNOWN, Instant.EPOCH);
      }
      assertThat(logged.lines()).hasSize(FailsafePolicy.MOST_LOGGED).doesNotHaveDuplicates();
    }
    assertThat(policy.fallbacks()).isEqualTo(4L * FailsafePolicy.MOST_LOGGED);
  }

  @Test
  void aPolicyThatWorksIsLeftAlone() {
    FailsafePolicy policy = new FailsafePolicy(new NonePolicy(), FALLBACK);

    assertThat(policy.plan(FUNCTION, null, Fleet.UNKNOWN, Instant.EPOCH).keepAlive()).isZero();
    assertThat(policy.fallbacks()).isZero();
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
