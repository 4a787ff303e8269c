package io.scaler.pool;

import io.scaler.model.StartKind;
import java.time.Instant;

/**
 * A request's hold on an instance.
 *
 * @param requestId empty for an instance that was found on the platform and whose holder, if it has
 *     one, is not known: whoever releases it first is taken for it
 * @param caller the call that was answered with it. Once a second call of the request has been, it
 *     is nobody's: either may have reached the client, so that neither can give the instance back
 *     by going away
 * @param since when it was granted
 * @param until when the lease runs out
 */
public record Hold(
    String requestId, Caller caller, StartKind startKind, Instant since, Instant until) {

  boolean isUnknown() {
    return requestId.isEmpty();
  }
}
