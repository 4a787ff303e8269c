package io.scaler.service;

import java.time.Instant;
import java.util.Comparator;

/**
 * An idle instance that could be retired where memory is short.
 *
 * @param idleSince when it became idle
 * @param memoryMb what comes free with it, in MiB
 * @param priority the clock's when it became idle and its plan's together; the lowest goes first
 */
public record RoomOffer(
    String functionKey, String instanceId, Instant idleSince, long memoryMb, double priority) {

  /** In the order in which they are retired. */
  static final Comparator<RoomOffer> LEAST_DEAR_FIRST =
      Comparator.comparingDouble(RoomOffer::priority)
          .thenComparing(RoomOffer::idleSince)
          .thenComparing(RoomOffer::instanceId);
}
