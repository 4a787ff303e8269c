package io.scaler.client;

import org.HdrHistogram.AbstractHistogram;

/** Percentiles in ms; all zero where nothing was measured. */
record Latency(double p50, double p90, double p99, double p999, double max) {
  private static final double NANOS_PER_MS = 1e6;

  /** Of a histogram of nanoseconds. */
  static Latency of(AbstractHistogram nanos) {
    return new Latency(
        at(nanos, 50), at(nanos, 90), at(nanos, 99), at(nanos, 99.9), at(nanos, 100));
  }

  private static double at(AbstractHistogram nanos, double percentile) {
    return nanos.getTotalCount() == 0 ? 0 : nanos.getValueAtPercentile(percentile) / NANOS_PER_MS;
  }
}
