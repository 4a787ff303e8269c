package io.scaler.adapter.access;

import io.github.bucket4j.TimeMeter;
import java.util.function.LongSupplier;

/** The time of token buckets, by a clock that only tells how much has passed. */
record ElapsedTime(LongSupplier nanoTime) implements TimeMeter {
  @Override
  public long currentTimeNanos() {
    return nanoTime.getAsLong();
  }

  @Override
  public boolean isWallClockBased() {
    return false;
  }
}
