package io.scaler.service;

import io.scaler.model.Lease;
import io.scaler.model.Outcome;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.pool.Command;
import io.scaler.pool.Reply;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Takes instances back and extends their leases. */
final class Releaser {
  private final PoolClient pools;

  Releaser(PoolClient pools) {
    this.pools = pools;
  }

  CompletionStage<Void> release(
      String functionKey, String requestId, String instanceId, Outcome outcome, String reason) {
    return pools
        .submit(functionKey, new Command.Release(requestId, instanceId, outcome, reason))
        .thenAccept(
            reply -> {
              if (!(reply instanceof Reply.Done)) {
                throw refusal(functionKey, reply);
              }
            });
  }

  CompletionStage<Lease> renew(String functionKey, String requestId, String instanceId) {
    return pools
        .submit(functionKey, new Command.Renew(requestId, instanceId))
        .thenApply(
            reply -> {
              if (reply instanceof Reply.Renewed renewed) {
                return new Lease(renewed.token(), renewed.remaining());
              }
              throw refusal(functionKey, reply);
            });
  }

  private static RuntimeException refusal(String functionKey, @Nullable Reply reply) {
    if (reply == null) {
      return ScalerException.of(
          Reason.FUNCTION_NOT_FOUND, "no instances of function " + functionKey + " are known");
    }
    if (reply instanceof Reply.Refused refused) {
      return ScalerException.of(refused.reason(), refused.message());
    }
    return new IllegalStateException("answered with " + reply);
  }
}
