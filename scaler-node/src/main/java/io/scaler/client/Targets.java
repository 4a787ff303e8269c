package io.scaler.client;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The gateways of one target, taken in turns. */
final class Targets {
  private final List<Gateway> gateways;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * The gateways of one target.
   *
   * @param gateways at least one
   */
  Targets(List<Gateway> gateways) {
    if (gateways.isEmpty()) {
      throw new IllegalArgumentException("a target must have an address");
    }
    this.gateways = List.copyOf(gateways);
  }

  /** The place whose turn it is. */
  int next() {
    return Math.floorMod(turn.getAndIncrement(), gateways.size());
  }

  /** The gateway at a place; places beyond the last begin again at the first. */
  Gateway at(int place) {
    return gateways.get(Math.floorMod(place, gateways.size()));
  }

  int size() {
    return gateways.size();
  }
}
