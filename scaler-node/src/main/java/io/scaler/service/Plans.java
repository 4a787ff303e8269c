package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.policy.Policy;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The plan that holds for a function: the cluster's, or what the policy says without knowing its
 * demand, and never less than what is provisioned. For any number of threads.
 */
public final class Plans {
  /** As many functions' first plans are remembered; then they are made anew. */
  private static final int MOST_REMEMBERED = 10_000;

  private final Policy policy;
  private final Catalog<Plan> catalog;
  private final Provisioning provisioned;
  private final FleetWatch fleet;
  private final InstantSource clock;
  private final ConcurrentMap<FunctionSpec, Plan> first = new ConcurrentHashMap<>();
  private volatile long madeFor;

  /**
   * @param policy does not fail
   * @param fleet what first plans lean on; when it changes, they are made anew
   */
  public Plans(
      Policy policy,
      Catalog<Plan> catalog,
      Provisioning provisioned,
      FleetWatch fleet,
      InstantSource clock) {
    this.policy = policy;
    this.catalog = catalog;
    this.provisioned = provisioned;
    this.fleet = fleet;
    this.clock = clock;
  }

  /** Cheap: asks nobody. */
  public Plan of(FunctionSpec function) {
    Plan known = catalog.known(function.key());
    Plan plan = known == null ? first(function) : known;
    int instances = provisioned.of(function.key());
    return instances <= plan.minInstances() ? plan : withMinimum(plan, instances);
  }

  /** Has first plans made anew: the policy makes others now. */
  public void forgetFirst() {
    first.clear();
  }

  private Plan first(FunctionSpec function) {
    long edition = fleet.edition();
    if (edition != madeFor || first.size() >= MOST_REMEMBERED) {
      madeFor = edition;
      first.clear();
    }
    Plan plan = first.get(function);
    if (plan == null) {
      plan = policy.plan(function, null, fleet.known(), clock.instant());
      first.put(function, plan);
    }
    return plan;
  }

  private static Plan withMinimum(Plan plan, int instances) {
    return plan.inWords(plan.policy() + "; " + instances + " provisioned")
        .within(instances, Math.max(instances, plan.maxInstances()));
  }
}
