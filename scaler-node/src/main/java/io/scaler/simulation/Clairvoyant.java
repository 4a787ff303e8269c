package io.scaler.simulation;

import io.scaler.trace.Trace;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * What a trace costs at least: nobody waits, because every instance is ready when it is wanted, and
 * nothing is kept that is not worth it.
 *
 * <p>Instances are reused last in, first out, so a request takes the idle instance that was
 * released last, and the gaps between an instance's uses are known beforehand. Memory over a gap
 * costs the smaller of keeping the instance for all of it and of destroying and launching it again,
 * which bills the time to create its slot and to start its application. Its first use costs such a
 * launch; after its last use it is gone at once. An execution that ends at the very instant at
 * which another request starts leaves its instance to that request.
 *
 * @param busyGbSeconds memory times execution, GB of 1024 MB
 * @param slotGbSeconds memory times the life of slots: executions, launches and gaps kept
 * @param instances of the highest concurrency of each function, summed
 */
public record Clairvoyant(double busyGbSeconds, double slotGbSeconds, long instances) {
  /** What creating a slot takes on the contest's platform. */
  public static final Duration CREATE = Duration.ofMillis(100);

  /** The bound where creating a slot takes {@link #CREATE}. */
  public static Clairvoyant of(Trace trace) {
    return of(trace, CREATE);
  }

  /**
   * The bound for a trace, in one pass over its requests.
   *
   * @param create what creating a slot takes, zero or more
   */
  public static Clairvoyant of(Trace trace, Duration create) {
    if (create.isNegative()) {
      throw new IllegalArgumentException("create must be zero or more, is " + create);
    }
    Map<String, Uses> functions = new LinkedHashMap<>();
    double busy = 0;
    for (Trace.Request request : trace.requests()) {
      Trace.Function function = request.function();
      functions
          .computeIfAbsent(function.key(), key -> new Uses(function, create))
          .add(request.startMicros(), request.executionMicros());
      busy += request.gbSeconds();
    }
    double idle = 0;
    long instances = 0;
    for (Uses uses : functions.values()) {
      idle += uses.gigabytes * uses.idleSeconds;
      instances += uses.instances;
    }
    return new Clairvoyant(busy, busy + idle, instances);
  }

  /** The contest's score, from 50 to 100: the half for latency is whole. */
  public double score() {
    return resourceScore() + latencyScore();
  }

  /** The score's half for memory that was put to use, from 0 to 50. */
  public double resourceScore() {
    return slotGbSeconds > 0 ? 50 * busyGbSeconds / slotGbSeconds : 0;
  }

  /** The score's half for time spent executing rather than waiting: all of it. */
  public double latencyScore() {
    return 50;
  }

  /** Memory times the time in which no request ran, in GB s; launches included. */
  public double wastedGbSeconds() {
    return slotGbSeconds - busyGbSeconds;
  }

  /** The share of requests that meet a cold start: none. */
  public double coldRate() {
    return 0;
  }

  private static long micros(Duration duration) {
    return TimeUnit.MICROSECONDS.convert(duration);
  }

  /** One function's instances, as its requests come by in the order of their start. */
  private static final class Uses {
    private final double gigabytes;
    private final long launchMicros;
    private final PriorityQueue<Long> ends = new PriorityQueue<>();
    private final LongStack released = new LongStack();
    private double idleSeconds;
    private long instances;

    Uses(Trace.Function function, Duration create) {
      this.gigabytes = function.spec().memoryMb() / 1024.0;
      this.launchMicros = micros(create) + micros(function.init());
    }

    void add(long start, long execution) {
      for (Long end = ends.peek(); end != null && end <= start; end = ends.peek()) {
        released.push(end);
        ends.remove();
      }
      if (released.isEmpty()) {
        instances++;
        idleSeconds += launchMicros / 1e6;
      } else {
        idleSeconds += Math.min(start - released.pop(), launchMicros) / 1e6;
      }
      ends.add(start + execution);
    }
  }
}
