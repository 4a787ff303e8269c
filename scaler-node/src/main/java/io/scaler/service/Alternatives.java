package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.model.LevelGap;
import io.scaler.model.Plan;
import io.scaler.policy.Hindsight;
import io.scaler.pool.Observation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the demand for the pools owned here had come to under two other policies: a fixed keep-alive
 * of {@link #KEEP_ALIVE}, and one that knows what will be asked for.
 *
 * <p>A function's concurrency is taken to be what it was: under another policy, requests that
 * waited less had made room for others sooner. For any number of threads.
 */
public final class Alternatives implements PoolObserver, Launching.Observer {
  /** As long as the papers' yardstick keeps an idle instance. */
  public static final Duration KEEP_ALIVE = Duration.ofMinutes(10);

  private static final double MB_PER_GB = 1_024;
  private static final double KEEP_SECONDS = seconds(KEEP_ALIVE);

  /** Of a function's launches, the latest counts for so much. */
  private static final double WEIGHT = 0.2;

  private final InstantSource clock;
  private final int mostFunctions;
  private final ConcurrentMap<String, Shadow> functions = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Double> launchSeconds = new ConcurrentHashMap<>();
  private volatile double anyLaunchSeconds;

  // What is final; guarded by this.
  private double fixedGbSeconds;
  private long fixedCold;
  private double bestGbSeconds;

  /**
   * Both beside each other, since the node started.
   *
   * @param fixedGbSeconds wasted by the fixed keep-alive: idle and starting
   * @param fixedCold requests that had found no idle instance under it
   * @param bestGbSeconds wasted by who knows what will be asked for; no request waits there
   */
  public record Sum(double fixedGbSeconds, long fixedCold, double bestGbSeconds) {}

  /** One function's levels without a request, the highest first, and when each was left. */
  private static final class Shadow {
    private final Deque<Instant> left = new ArrayDeque<>(2);
    private double memoryGb;

    double openGbSeconds(Instant now) {
      double idle = 0;
      for (Instant each : left) {
        idle += Hindsight.kept(seconds(Duration.between(each, now)), KEEP_SECONDS);
      }
      return memoryGb * idle;
    }
  }

  /**
   * @param mostFunctions that are looked at; the demand for more is overlooked
   */
  public Alternatives(InstantSource clock, int mostFunctions) {
    this.clock = clock;
    this.mostFunctions = mostFunctions;
  }

  @Override
  public void launched(FunctionSpec function, Duration took) {
    double latest = seconds(took);
    anyLaunchSeconds = anyLaunchSeconds == 0 ? latest : mixed(anyLaunchSeconds, latest);
    if (launchSeconds.size() < mostFunctions || launchSeconds.containsKey(function.key())) {
      launchSeconds.merge(function.key(), latest, Alternatives::mixed);
    }
  }

  private static double mixed(double before, double latest) {
    return (1 - WEIGHT) * before + WEIGHT * latest;
  }

  @Override
  public void observed(FunctionSpec function, Plan plan, Observation observation) {
    int changes = observation.reached().size() + observation.left().size() + observation.first();
    if (changes == 0
        || (functions.size() >= mostFunctions && !functions.containsKey(function.key()))) {
      return;
    }
    double launch = launchSeconds.getOrDefault(function.key(), anyLaunchSeconds);
    Instant now = clock.instant();
    functions.compute(
        function.key(),
        (key, known) -> {
          Shadow shadow = known == null ? new Shadow() : known;
          shadow.memoryGb = function.memoryMb() / MB_PER_GB;
          observed(shadow, observation, launch, now);
          return shadow.left.isEmpty() ? null : shadow;
        });
  }

  private void observed(Shadow shadow, Observation observation, double launch, Instant now) {
    double fixed = observation.first() * launch;
    double best = observation.first() * Hindsight.clairvoyant(Double.POSITIVE_INFINITY, launch);
    int cold = observation.first();
    for (LevelGap gap : observation.reached()) {
      double idle = seconds(gap.gap());
      if (shadow.left.pollLast() != null) {
        fixed += Hindsight.kept(idle, KEEP_SECONDS);
      }
      if (idle >= KEEP_SECONDS) {
        fixed += launch;
        cold++;
      }
      best += Hindsight.clairvoyant(idle, launch);
    }
    for (int i = 0; i < observation.left().size(); i++) {
      shadow.left.addLast(now);
    }
    add(shadow.memoryGb * fixed, cold, shadow.memoryGb * best);
  }

  private synchronized void add(double fixed, long cold, double best) {
    fixedGbSeconds += fixed;
    fixedCold += cold;
    bestGbSeconds += best;
  }

  /**
   * What both come to by now. Functions that this node owns no more are forgotten.
   *
   * @param isOwned by the function's key
   */
  public Sum sum(Predicate<String> isOwned) {
    Instant now = clock.instant();
    DoubleAdder open = new DoubleAdder();
    for (String key : functions.keySet()) {
      boolean isMine = isOwned.test(key);
      functions.computeIfPresent(
          key,
          (of, known) -> {
            Shadow shadow = expired(known, now);
            if (shadow != null && isMine) {
              open.add(shadow.openGbSeconds(now));
            } else if (shadow != null) {
              add(shadow.openGbSeconds(now), 0, 0);
            }
            return isMine ? shadow : null;
          });
    }
    synchronized (this) {
      return new Sum(fixedGbSeconds + open.sum(), fixedCold, bestGbSeconds);
    }
  }

  /** Without those that were left longest ago, whose keep-alive is over; null if none is left. */
  private @Nullable Shadow expired(Shadow shadow, Instant now) {
    while (!shadow.left.isEmpty() && !shadow.left.getFirst().plus(KEEP_ALIVE).isAfter(now)) {
      shadow.left.removeFirst();
      add(shadow.memoryGb * KEEP_SECONDS, 0, 0);
    }
    return shadow.left.isEmpty() ? null : shadow;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
