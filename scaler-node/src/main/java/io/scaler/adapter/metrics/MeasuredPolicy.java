package io.scaler.adapter.metrics;

import io.micrometer.core.instrument.Counter;
import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.policy.Fleet;
import io.scaler.policy.PlanReason;
import io.scaler.policy.Policy;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A policy, and what its plans were made for. */
final class MeasuredPolicy implements Policy {
  private final Policy policy;
  private final Map<PlanReason, Counter> plans = new EnumMap<>(PlanReason.class);

  MeasuredPolicy(Policy policy, NodeMetrics metrics) {
    this.policy = policy;
    for (PlanReason each : PlanReason.values()) {
      plans.put(
          each, metrics.counter(Metric.PLANS, "policy", each.policy(), "reason", each.kind()));
    }
  }

  @Override
  public String name() {
    return policy.name();
  }

  @Override
  public Plan plan(FunctionSpec function, @Nullable Demand demand, Fleet fleet, Instant now) {
    Plan plan = policy.plan(function, demand, fleet, now);
    Counter counter = plans.get(PlanReason.of(plan));
    if (counter != null) {
      counter.increment();
    }
    return plan;
  }
}
