package io.scaler.client;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * The gateways of one target, taken in turns. One that failed is left alone for a second, as a load
 * balancer does it, unless all of them have.
 */
final class Targets {
  private static final long LEFT_ALONE_NANOS = 1_000_000_000;

  private final List<Gateway> gateways;
  private final AtomicLongArray failedAt;
  private final LongSupplier nanoTime;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * The gateways of one target.
   *
   * @param gateways at least one
   */
  Targets(List<Gateway> gateways, LongSupplier nanoTime) {
    if (gateways.isEmpty()) {
      throw new IllegalArgumentException("a target must have an address");
    }
    this.gateways = List.copyOf(gateways);
    this.nanoTime = nanoTime;
    this.failedAt = new AtomicLongArray(gateways.size());
    for (int place = 0; place < gateways.size(); place++) {
      failedAt.set(place, nanoTime.getAsLong() - LEFT_ALONE_NANOS);
    }
  }

  /** The place whose turn it is. */
  int next() {
    return Math.floorMod(turn.getAndIncrement(), gateways.size());
  }

  /** The gateway at a place; places beyond the last begin again at the first. */
  Gateway at(int place) {
    return gateways.get(Math.floorMod(place, gateways.size()));
  }

  /** The first place from this one on that has not failed just now; this one if all have. */
  int from(int place) {
    for (int i = 0; i < gateways.size(); i++) {
      int candidate = Math.floorMod(place + i, gateways.size());
      if (nanoTime.getAsLong() - failedAt.get(candidate) >= LEFT_ALONE_NANOS) {
        return candidate;
      }
    }
    return Math.floorMod(place, gateways.size());
  }

  /** The gateway at this place did not serve. */
  void failed(int place) {
    failedAt.set(place, nanoTime.getAsLong());
  }

  int size() {
    return gateways.size();
  }
}
