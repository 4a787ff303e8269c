package io.scaler.adapter.hazelcast;

import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a node that hears from no majority says, whatever it is asked.
 *
 * @param why who is missing, and what to do; empty if this node hears from a majority
 */
record NoMajority(Supplier<Optional<String>> why) {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** NODE_UNAVAILABLE, in words. */
  ScalerException refusal() {
    return ScalerException.retryable(
        Reason.NODE_UNAVAILABLE,
        why.get().orElse("the node that keeps it hears from no majority"),
        RETRY_AFTER);
  }
}
