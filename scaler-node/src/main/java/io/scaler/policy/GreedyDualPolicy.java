package io.scaler.policy;

import io.scaler.demand.Demand;
import io.scaler.demand.LogLinearHistogram;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every instance while memory allows; where it does not, those go first that are used seldom,
 * start fast and are large: the Greedy-Dual keep-alive of Fuerst and Sharma, "FaasCache: Keeping
 * Serverless Computing Alive with Greedy-Dual Caching", ASPLOS 2021, section 4.
 *
 * <p>There an instance's priority is clock + frequency * cost / size. The plan carries frequency *
 * cost / size; the clock is added where instances are compared. Cost is the mean cold start in
 * seconds, size the memory in GB. Frequency is the number of requests, of which each counts half
 * after ten minutes; in the paper it begins anew when a function has no instance left, which a plan
 * does not know of.
 *
 * <p>A launch that nobody waits for any more is given up before Init: having waited for memory, it
 * would have another instance retired for nothing.
 */
public final class GreedyDualPolicy implements Policy {
  public static final String NAME = "greedy-dual";

  private static final double MB_PER_GB = 1_024;
  private static final Duration UNKNOWN_COLD_START = Duration.ofSeconds(1);

  /** Of a double's fraction of 52 bits, 3 are kept. */
  private static final long COARSE = -1L << 49;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Plan plan(FunctionSpec function, @Nullable Demand demand, Fleet fleet, Instant now) {
    double frequency = demand == null ? 1 : Math.max(1, demand.recentArrivals());
    double cost = coldStart(demand, fleet.like(function)).toNanos() / 1e9;
    double priority = coarse(frequency * cost / (function.memoryMb() / MB_PER_GB));
    return new Plan(
            "greedy-dual: keeps while memory allows, at a priority of " + priority,
            Plan.FOREVER,
            Integer.MAX_VALUE,
            0,
            0,
            Duration.ZERO,
            Plan.Surplus.GIVE_UP,
            0,
            Integer.MAX_VALUE)
        .dear(priority);
  }

  private static Duration coldStart(@Nullable Demand demand, Habits others) {
    LogLinearHistogram own = demand == null ? LogLinearHistogram.EMPTY : demand.coldStarts();
    LogLinearHistogram known = own.total() > 0 ? own : others.coldStarts();
    return known.total() > 0 ? known.mean() : UNKNOWN_COLD_START;
  }

  /** Rounded down by less than an eighth, so that a plan changes only when it matters. */
  private static double coarse(double priority) {
    return Double.longBitsToDouble(Double.doubleToLongBits(priority) & COARSE);
  }
}
