package io.scaler.service;

import io.scaler.model.Assignment;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Lease;
import io.scaler.model.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What gateways ask for. Every stage fails with a {@link io.scaler.model.ScalerException} for an
 * expected reason; anything else is a bug. Every call is idempotent by function and request id.
 */
public interface Requests {

  /**
   * Gets the request an instance.
   *
   * @param patience how long to wait at most
   * @param trace what this is a part of, as a traceparent; null if nobody follows it
   */
  AssignCall assign(
      FunctionSpec function, String requestId, Duration patience, @Nullable String trace);

  /** The same for a request that nobody follows. */
  default AssignCall assign(FunctionSpec function, String requestId, Duration patience) {
    return assign(function, requestId, patience, null);
  }

  /**
   * Gives the instance back.
   *
   * @param executed how long the request ran; null if the caller does not say
   */
  CompletionStage<Void> release(
      String functionKey,
      String requestId,
      String instanceId,
      Outcome outcome,
      @Nullable Duration executed,
      String reason);

  /** Extends the lease. */
  CompletionStage<Lease> renew(String functionKey, String requestId, String instanceId);

  /** A request for an instance that may still be waiting. */
  interface AssignCall {
    CompletionStage<Assignment> answer();

    /** The caller went away: what was or will be granted to this call is given back. Idempotent. */
    void cancel();

    /** The same call; the listener hears its answer before whoever asks for it here. */
    default AssignCall heardBy(BiConsumer<? super Assignment, ? super Throwable> listener) {
      AssignCall call = this;
      CompletionStage<Assignment> heard = answer().whenComplete(listener);
      return new AssignCall() {
        @Override
        public CompletionStage<Assignment> answer() {
          return heard;
        }

        @Override
        public void cancel() {
          call.cancel();
        }
      };
    }
  }
}
