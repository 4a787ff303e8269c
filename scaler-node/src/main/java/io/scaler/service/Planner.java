package io.scaler.service;

import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An owner's part of the leader's planning: makes the plans of those functions whose demand has
 * changed. Where it has changed little, the plan is not made again at once.
 *
 * <p>Plans are not fenced by the epoch where they are kept: two nodes that plan for the same
 * function do so from the same demand.
 */
public final class Planner {
  private static final Logger log = LoggerFactory.getLogger(Planner.class);

  /**
   * A function is planned for anew when a twentieth more of it was seen, or as many requests unless
   * they are too small a part of all, or after this long.
   */
  private static final double GROWTH = 1.05;

  private static final int NEWS = 3;

  private static final double NEWSWORTHY = 0.005;

  private static final Duration AGE = Duration.ofSeconds(30);

  /** As many functions' latest plans are remembered before those long past are forgotten. */
  private static final int MOST_REMEMBERED = 10_000;

  private final Policy policy;
  private final Catalog<Plan> plans;
  private final Catalog<FunctionSpec> specs;
  private final Demands demands;
  private final Pools pools;
  private final FleetWatch fleet;
  private final InstantSource clock;
  private final ConcurrentMap<String, Demand> again = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Latest> latest = new ConcurrentHashMap<>();
  private long lastEpoch;

  /** When a function was planned for, and after how many arrivals. */
  private record Latest(long arrivals, Instant at) {
    boolean isOld(Instant now) {
      return !now.isBefore(at.plus(AGE));
    }
  }

  /**
   * @param policy does not fail
   * @param pools told of functions whose plan changed
   * @param fleet told of what changed
   */
  public Planner(
      Policy policy,
      Catalog<Plan> plans,
      Catalog<FunctionSpec> specs,
      Demands demands,
      Pools pools,
      FleetWatch fleet,
      InstantSource clock) {
    this.policy = policy;
    this.plans = plans;
    this.specs = specs;
    this.demands = demands;
    this.pools = pools;
    this.fleet = fleet;
    this.clock = clock;
  }

  /** One pass on behalf of the leader of this epoch; none if a newer one was heard of. */
  public synchronized void run(long epoch) {
    if (epoch < lastEpoch) {
      return;
    }
    lastEpoch = epoch;
    Map<String, Demand> changed = demands.ownedChanged();
    Map<String, Demand> due = new HashMap<>(again);
    again.keySet().removeAll(due.keySet());
    due.putAll(changed);
    Instant now = clock.instant();
    fleet.seen(changed, specs::known, demands::owns, now);
    if (latest.size() > MOST_REMEMBERED) {
      latest.values().removeIf(each -> each.isOld(now));
    }
    due.forEach(
        (key, demand) -> {
          FunctionSpec spec = specs.known(key);
          if (!isDue(key, demand, now)) {
            again.put(key, demand);
          } else if (spec != null) {
            latest.put(key, new Latest(demand.arrivals(), now));
            plan(spec, demand);
          } else if (changed.containsKey(key)) {
            // It may be on its way to this node; if it is still not here then, it was removed.
            again.put(key, demand);
          }
        });
  }

  /**
   * Plans anew for those of this node's functions that are meant, whether or not their demand has
   * changed. May block.
   */
  public synchronized void again(Predicate<String> keys) {
    demands
        .owned(keys)
        .forEach(
            (key, demand) -> {
              FunctionSpec spec = specs.known(key);
              latest.remove(key);
              if (spec == null) {
                again.put(key, demand);
              } else {
                plan(spec, demand);
              }
            });
  }

  private boolean isDue(String key, Demand demand, Instant now) {
    Latest before = latest.get(key);
    return before == null
        || before.isOld(now)
        || demand.arrivals() >= before.arrivals() * GROWTH
        || isNews(demand.arrivals() - before.arrivals(), before.arrivals())
        || demand.arrivals() < before.arrivals();
  }

  private static boolean isNews(long more, long before) {
    return more >= NEWS && more >= before * NEWSWORTHY;
  }

  private void plan(FunctionSpec spec, Demand demand) {
    String key = spec.key();
    Plan plan = policy.plan(spec, demand, fleet.known(), clock.instant());
    Plan known = plans.known(key);
    if (known != null && actAlike(plan, known)) {
      return;
    }
    plans
        .put(key, plan)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                pools.touch(key);
              } else {
                latest.remove(key);
                again.putIfAbsent(key, demand);
                log.info(
                    "{}: its plan was not stored this time: {}", key, Failures.message(failure));
              }
            });
  }

  /** Whether they differ in their words at most. */
  private static boolean actAlike(Plan one, Plan other) {
    return other.inWords(one.policy()).equals(one);
  }
}
