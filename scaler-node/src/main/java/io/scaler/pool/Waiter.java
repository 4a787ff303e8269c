package io.scaler.pool;

import java.time.Instant;

/**
 * A request in a pool's queue, which is refused at {@code until} if nothing has come by then.
 *
 * @param shortage why it waits
 */
public record Waiter(
    String requestId, Caller caller, Instant since, Instant until, Shortage shortage) {

  Waiter calledBy(Caller other) {
    return new Waiter(requestId, other, since, until, shortage);
  }
}
