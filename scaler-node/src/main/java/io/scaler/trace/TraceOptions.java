package io.scaler.trace;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a reader adds to what a trace says.
 *
 * @param seed of the generator that fills in what a trace leaves open
 * @param init how long an application takes to start where the trace does not say, zero or more
 * @param limit requests that start at this offset or later are left out; above zero
 * @param memoryMb what an instance takes where the trace does not say, at least 1
 */
public record TraceOptions(long seed, Duration init, Duration limit, long memoryMb) {
  /** Longer than any trace. */
  public static final Duration UNLIMITED = Duration.ofDays(36_500);

  /**
   * What half of the applications of Azure Functions take at most: 170 MB (Shahrad et al.,
   * "Serverless in the Wild", USENIX ATC 2020, section 3.5).
   */
  public static final long TYPICAL_MEMORY_MB = 170;

  public static final TraceOptions DEFAULT =
      new TraceOptions(1, Duration.ofMillis(500), UNLIMITED, TYPICAL_MEMORY_MB);

  public TraceOptions {
    if (init.isNegative()) {
      throw new IllegalArgumentException("init must be zero or more, is " + init);
    }
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("limit must be above zero, is " + limit);
    }
    if (memoryMb < 1) {
      throw new IllegalArgumentException("memoryMb must be at least 1, is " + memoryMb);
    }
  }

  public TraceOptions withSeed(long seed) {
    return new TraceOptions(seed, init, limit, memoryMb);
  }

  public TraceOptions withInit(Duration init) {
    return new TraceOptions(seed, init, limit, memoryMb);
  }

  public TraceOptions withLimit(Duration limit) {
    return new TraceOptions(seed, init, limit, memoryMb);
  }

  public TraceOptions withMemoryMb(long memoryMb) {
    return new TraceOptions(seed, init, limit, memoryMb);
  }

  long limitMicros() {
    return TimeUnit.MICROSECONDS.convert(limit);
  }
}
