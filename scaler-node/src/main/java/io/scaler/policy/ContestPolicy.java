package io.scaler.policy;

import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.model.Spans;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the contest's best entries.
 *
 * <p>How many idle instances are kept depends on the function's memory alone, for how long on its
 * demand: see {@link ContestSettings}. A function that little is known of is kept for the default
 * time.
 */
public final class ContestPolicy implements Policy {
  static final String NAME = "contest";

  private final ContestSettings settings;

  public ContestPolicy(ContestSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Plan plan(FunctionSpec function, @Nullable Demand demand, Fleet fleet, Instant now) {
    boolean large = function.memoryMb() >= settings.largeMemoryMb();
    int maxIdle = large ? settings.largeMaxIdle() : settings.maxIdle();
    Keep keep = keep(function, demand, now);
    boolean keepsAny = maxIdle > 0 && !keep.alive().isZero();
    return new Plan(
        "%s: %s%s: %s"
            .formatted(
                NAME,
                keep.why(),
                large ? ", large memory" : "",
                keepsAny
                    ? "keeps up to %d idle for %s".formatted(maxIdle, Spans.chosen(keep.alive()))
                    : "keeps no idle instances"),
        keep.alive(),
        maxIdle,
        keepsAny ? Math.min(settings.launchAhead(), maxIdle) : 0,
        settings.sparesKept(),
        settings.spareInterval(),
        settings.surplus(),
        0,
        Integer.MAX_VALUE);
  }

  /** For how long, and why. */
  private record Keep(Duration alive, String why) {}

  private Keep keep(FunctionSpec function, @Nullable Demand demand, Instant now) {
    if (demand == null) {
      return new Keep(settings.keepAlive(), "nothing known of its demand");
    }
    if (executionsFarExceedColdStarts(demand)) {
      return new Keep(
          settings.executionKeepAlive(), "executions take far longer than a cold start");
    }
    if (now.isBefore(demand.firstSeen().plus(settings.classifyAfter()))) {
      return new Keep(
          settings.keepAlive(), "known for less than " + Spans.chosen(settings.classifyAfter()));
    }
    double rate = demand.ratePerSecond(now);
    double peak = demand.peakConcurrency();
    if (peak >= settings.sparseConcurrency() && rate * seconds(settings.sparseInterval()) < peak) {
      return new Keep(settings.sparseKeepAlive(), "sparse, high concurrency");
    }
    boolean dense = rate * seconds(settings.denseInterval()) >= 1;
    if (dense && function.memoryMb() <= settings.denseMemoryMb()) {
      return new Keep(settings.denseKeepAlive(), "dense, small memory");
    }
    return new Keep(
        settings.keepAlive(),
        dense ? "dense, memory not small" : "neither dense nor sparse with high concurrency");
  }

  private boolean executionsFarExceedColdStarts(Demand demand) {
    return !demand.executions().isEmpty()
        && !demand.coldStarts().isEmpty()
        && seconds(demand.executions().mean())
            >= settings.executionRatio() * seconds(demand.coldStarts().mean());
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
