package io.scaler.policy;

import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Keeps nothing: an instance that nobody waits for is retired when it is released. */
public final class NonePolicy implements Policy {
  static final String NAME = "none";

  private static final Plan PLAN = Plan.keeping("none: keeps no idle instances", Duration.ZERO);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Plan plan(FunctionSpec function, @Nullable Demand demand, Fleet fleet, Instant now) {
    return PLAN;
  }
}
