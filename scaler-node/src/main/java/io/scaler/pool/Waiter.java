package io.scaler.pool;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request in a pool's queue, which is refused at {@code until} if nothing has come by then.
 *
 * @param shortage why it waits; null if a node of an earlier version queued it
 */
public record Waiter(
    String requestId, Caller caller, Instant since, Instant until, @Nullable Shortage shortage) {

  Waiter calledBy(Caller other) {
    return new Waiter(requestId, other, since, until, shortage);
  }
}
