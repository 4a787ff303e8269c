package io.scaler.service;

import io.scaler.demand.Demand;
import io.scaler.demand.LogLinearHistogram;
import io.scaler.model.FunctionSpec;
import io.scaler.policy.Fleet;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps up what is known of all functions together, from the demand that this node owns: a fair
 * sample of the cluster's, keys being spread evenly. One thread tells it, any number ask.
 *
 * <p>It is made anew when what it rests on has grown by a quarter, and every minute. Functions that
 * another node owns by then are left to that one.
 */
public final class FleetWatch {
  private static final double GROWTH = 1.25;
  private static final Duration AGE = Duration.ofMinutes(1);

  /** While nothing is known of any. */
  private static final Duration ASSUMED_COLD_START = Duration.ofMillis(500);

  /** Few take longer than this share of them. */
  private static final double NEARLY_ALL = 0.9;

  private final Duration forgetAfter;
  private final ConcurrentMap<String, Fleet.Known> functions = new ConcurrentHashMap<>();
  private Instant madeAt = Instant.MIN;
  private double seen;
  private double madeFrom;
  private volatile Edition latest = new Edition(0, Fleet.UNKNOWN);

  private record Edition(long number, Fleet fleet) {}

  /**
   * @param forgetAfter a function whose demand has not changed for this long counts no more
   */
  public FleetWatch(Duration forgetAfter) {
    this.forgetAfter = forgetAfter;
  }

  /** The latest. */
  public Fleet known() {
    return latest.fleet();
  }

  /**
   * Within how long nearly every instance of the function starts: as it did so far where this node
   * owns the function's demand, else as those of its kind do.
   */
  public Duration coldStart(FunctionSpec function) {
    Fleet.Known own = functions.get(function.key());
    if (own != null && !own.demand().coldStarts().isEmpty()) {
      return own.demand().coldStarts().quantile(NEARLY_ALL);
    }
    LogLinearHistogram others = known().like(function).coldStarts();
    return others.isEmpty() ? ASSUMED_COLD_START : others.quantile(NEARLY_ALL);
  }

  /** Grows whenever {@link #known} changes. */
  long edition() {
    return latest.number();
  }

  /**
   * @param specs what a function needs; null if that is not known yet
   * @param owned the functions whose demand this node owns
   */
  void seen(
      Map<String, Demand> changed,
      Function<String, @Nullable FunctionSpec> specs,
      Predicate<String> owned,
      Instant now) {
    changed.forEach((key, demand) -> functions.put(key, new Fleet.Known(specs.apply(key), demand)));
    seen += changed.size();
    boolean hasGrown = seen > madeFrom && seen >= madeFrom * GROWTH;
    if (hasGrown || !now.isBefore(madeAt.plus(AGE))) {
      functions.keySet().removeIf(key -> !owned.test(key));
      functions.values().removeIf(known -> known.demand().asOf().plus(forgetAfter).isBefore(now));
      latest = new Edition(latest.number() + 1, Fleet.of(functions.values()));
      madeFrom = seen;
      madeAt = now;
    }
  }
}
