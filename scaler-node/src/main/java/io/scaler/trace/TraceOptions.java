package io.scaler.trace;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a reader adds to what a trace says.
 *
 * @param seed of the generator that fills in what a trace leaves open
 * @param init how long an application takes to start where the trace does not say, zero or more
 * @param limit requests that start at this offset or later are left out; above zero
 */
public record TraceOptions(long seed, Duration init, Duration limit) {
  /** Longer than any trace. */
  public static final Duration UNLIMITED = Duration.ofDays(36_500);

  public static final TraceOptions DEFAULT = new TraceOptions(1, Duration.ofMillis(500), UNLIMITED);

  public TraceOptions {
    if (init.isNegative()) {
      throw new IllegalArgumentException("init must be zero or more, is " + init);
    }
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("limit must be above zero, is " + limit);
    }
  }

  public TraceOptions withSeed(long seed) {
    return new TraceOptions(seed, init, limit);
  }

  public TraceOptions withInit(Duration init) {
    return new TraceOptions(seed, init, limit);
  }

  public TraceOptions withLimit(Duration limit) {
    return new TraceOptions(seed, init, limit);
  }

  long limitMicros() {
    return TimeUnit.MICROSECONDS.convert(limit);
  }
}
