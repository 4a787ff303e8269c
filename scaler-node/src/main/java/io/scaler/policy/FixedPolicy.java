package io.scaler.policy;

import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.model.Spans;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Keeps every instance for the same time after its last use, whatever the demand. */
public final class FixedPolicy implements Policy {
  static final String NAME = "fixed";

  private final Plan plan;

  /**
   * @param keepAlive zero or more
   */
  public FixedPolicy(Duration keepAlive) {
    this.plan =
        Plan.keeping("fixed: keeps every idle instance for " + Spans.chosen(keepAlive), keepAlive);
  }

  /** How long an instance is kept. */
  public Duration keepAlive() {
    return plan.keepAlive();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Plan plan(FunctionSpec function, @Nullable Demand demand, Fleet fleet, Instant now) {
    return plan;
  }
}
