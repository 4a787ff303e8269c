package io.scaler.node;

import java.time.Duration;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** How long this node's ticks took, the latest of them: the last minute at least, two at most. */
final class TickTimes {
  private static final long SPAN_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

  private Histogram before = histogram();
  private Histogram latest = histogram();
  private long latestSince;

  private static Histogram histogram() {
    return new Histogram(LONGEST_NANOS, 3);
  }

  /**
   * @param begun when the tick began, and {@code ended} when it ended, by {@link System#nanoTime}
   */
  synchronized void took(long begun, long ended) {
    if (latest.getTotalCount() == 0 && before.getTotalCount() == 0) {
      latestSince = begun;
    } else if (begun - latestSince > SPAN_NANOS) {
      Histogram oldest = before;
      before = latest;
      latest = oldest;
      latest.reset();
      latestSince = begun;
    }
    latest.recordValue(Math.min(Math.max(0, ended - begun), LONGEST_NANOS));
  }

  synchronized String describe() {
    Histogram both = before.copy();
    both.add(latest);
    return String.format(
        Locale.ROOT,
        "the latest %d ticks: p50 %.2f ms, p99 %.2f ms, longest %.2f ms",
        both.getTotalCount(),
        millis(both.getValueAtPercentile(50)),
        millis(both.getValueAtPercentile(99)),
        millis(both.getMaxValue()));
  }

  private static double millis(long elapsedNanos) {
    return elapsedNanos / 1e6;
  }
}
