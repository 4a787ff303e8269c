package io.scaler.node;

import java.time.Duration;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** How long this node's ticks took since it started. */
final class TickTimes {
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final Histogram nanos = new Histogram(LONGEST.toNanos(), 3);

  synchronized void took(long elapsedNanos) {
    nanos.recordValue(Math.min(Math.max(0, elapsedNanos), LONGEST.toNanos()));
  }

  synchronized String describe() {
    return String.format(
        Locale.ROOT,
        "ticks: %d, p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, longest %.2f ms",
        nanos.getTotalCount(),
        millis(nanos.getValueAtPercentile(50)),
        millis(nanos.getValueAtPercentile(99)),
        millis(nanos.getValueAtPercentile(99.9)),
        millis(nanos.getMaxValue()));
  }

  private static double millis(long elapsedNanos) {
    return elapsedNanos / 1e6;
  }
}
