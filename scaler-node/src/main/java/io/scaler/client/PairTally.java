package io.scaler.client;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * What one round has seen: every pair that was begun ends as one in time, one that came too late to
 * count, or an error. May be used by many threads.
 */
final class PairTally {
  private static final long LEAST_NANOS = 1_000;
  private static final long MOST_NANOS = 600_000_000_000L;
  private static final int DIGITS = 3;

  private final ConcurrentHistogram assign =
      new ConcurrentHistogram(LEAST_NANOS, MOST_NANOS, DIGITS);
  private final ConcurrentHistogram release =
      new ConcurrentHistogram(LEAST_NANOS, MOST_NANOS, DIGITS);
  private final ConcurrentHistogram pair = new ConcurrentHistogram(LEAST_NANOS, MOST_NANOS, DIGITS);
  private final ConcurrentMap<String, LongAdder> errors = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, String> firstFailures = new ConcurrentHashMap<>();
  private final LongAdder begun = new LongAdder();
  private final LongAdder inTime = new LongAdder();
  private final LongAdder late = new LongAdder();

  void begun() {
    begun.increment();
  }

  void ended(long assignNanos, long releaseNanos) {
    inTime.increment();
    record(assign, assignNanos);
    record(release, releaseNanos);
    record(pair, assignNanos + releaseNanos);
  }

  void endedLate() {
    late.increment();
  }

  void failed(String kind, String message) {
    firstFailures.putIfAbsent(kind, message);
    errors.computeIfAbsent(kind, k -> new LongAdder()).increment();
  }

  private static void record(ConcurrentHistogram histogram, long nanos) {
    histogram.recordValue(Math.min(nanos, MOST_NANOS));
  }

  long pairs() {
    return inTime.sum();
  }

  /** Pairs that went well, in time or not. */
  long wentWell() {
    return inTime.sum() + late.sum();
  }

  long failed() {
    return errors.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** A message for each kind of failure. */
  Map<String, String> firstFailures() {
    return new TreeMap<>(firstFailures);
  }

  /** The round's numbers, once all its pairs have ended. */
  LoadReport.Round round(double seconds) {
    Map<String, Long> byKind = new TreeMap<>();
    errors.forEach((kind, count) -> byKind.put(kind, count.sum()));
    return new LoadReport.Round(
        begun.sum(),
        inTime.sum(),
        late.sum(),
        byKind,
        inTime.sum() / seconds,
        Latency.of(assign),
        Latency.of(release),
        Latency.of(pair));
  }
}
