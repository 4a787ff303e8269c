package io.scaler.service;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandBatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

/**
 * Which functions are asked for most through this node of late: looks on as demand is handed on, so
 * that a request costs nothing more. For any number of threads.
 */
public final class FunctionRates implements Demands {
  /** What was seen so long ago counts a third. */
  private static final Duration MEMORY = Duration.ofSeconds(20);

  private static final double NANOS_PER_SECOND = 1e9;

  /** Below it, a function is forgotten. */
  private static final double LEAST_PER_SECOND = 1e-3;

  private final Demands next;
  private final InstantSource clock;
  private final ConcurrentMap<String, Seen> seen = new ConcurrentHashMap<>();

  private record Seen(double calls, double launches, Instant at) {
    Seen later(Instant now) {
      double factor = Math.exp(-Duration.between(at, now).toNanos() / (double) MEMORY.toNanos());
      return new Seen(calls * factor, launches * factor, now);
    }

    Seen plus(Seen other) {
      return new Seen(calls + other.calls, launches + other.launches, at);
    }

    Rate rate(String functionKey) {
      double seconds = MEMORY.toNanos() / NANOS_PER_SECOND;
      return new Rate(functionKey, calls / seconds, launches / seconds);
    }
  }

  /** How often a function is called, and instances of it are launched. */
  public record Rate(String functionKey, double callsPerSecond, double launchesPerSecond) {
    /** The most called first. */
    public static final Comparator<Rate> HOTTEST_FIRST =
        Comparator.comparingDouble(Rate::callsPerSecond)
            .reversed()
            .thenComparing(Rate::functionKey);
  }

  /**
   * @param next told of everything that this is told of
   */
  public FunctionRates(Demands next, InstantSource clock) {
    this.next = next;
    this.clock = clock;
  }

  @Override
  public CompletionStage<Void> merge(String functionKey, DemandBatch batch) {
    double launches = batch.coldStarts().total();
    if (batch.arrivals() > 0 || launches > 0) {
      Instant now = clock.instant();
      Seen latest = new Seen(batch.arrivals(), launches, now);
      seen.merge(functionKey, latest, (before, added) -> before.later(now).plus(added));
    }
    return next.merge(functionKey, batch);
  }

  @Override
  public Map<String, Demand> ownedChanged() {
    return next.ownedChanged();
  }

  @Override
  public Map<String, Demand> owned(Predicate<String> keys) {
    return next.owned(keys);
  }

  /** The hottest, the most called first. */
  public List<Rate> hottest(int most) {
    Instant now = clock.instant();
    List<Rate> rates = new ArrayList<>();
    seen.forEach(
        (key, before) -> {
          Rate rate = before.later(now).rate(key);
          if (rate.callsPerSecond() + rate.launchesPerSecond() < LEAST_PER_SECOND) {
            seen.remove(key, before);
          } else {
            rates.add(rate);
          }
        });
    rates.sort(Rate.HOTTEST_FIRST);
    return List.copyOf(rates.subList(0, Math.min(most, rates.size())));
  }
}
