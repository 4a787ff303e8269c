package io.scaler.service;

import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.policy.Fleet;
import io.scaler.policy.Policy;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A policy that has another one stand in where it fails. Logs that once for a function, and for
 * {@value #MOST_LOGGED} functions at most.
 */
public final class FailsafePolicy implements Policy {
  private static final Logger log = LoggerFactory.getLogger(FailsafePolicy.class);

  static final int MOST_LOGGED = 1_000;

  private final Policy policy;
  private final Policy fallback;
  private final Set<String> logged = ConcurrentHashMap.newKeySet();
  private final LongAdder fallbacks = new LongAdder();

  /**
   * @param fallback one that cannot fail: fixed keep-alive
   */
  public FailsafePolicy(Policy policy, Policy fallback) {
    this.policy = policy;
    this.fallback = fallback;
  }

  @Override
  public String name() {
    return policy.name();
  }

  @Override
  public Plan plan(FunctionSpec function, @Nullable Demand demand, Fleet fleet, Instant now) {
    try {
      return policy.plan(function, demand, fleet, now);
    } catch (RuntimeException failure) {
      fallbacks.increment();
      if (logged.size() < MOST_LOGGED && logged.add(function.key())) {
        log.warn(
            "{}: the {} policy failed; the {} policy stands in whenever it does",
            function.key(),
            policy.name(),
            fallback.name(),
            failure);
      }
      return fallback.plan(function, demand, fleet, now);
    }
  }

  /** How often the other one stood in. */
  public long fallbacks() {
    return fallbacks.sum();
  }
}
