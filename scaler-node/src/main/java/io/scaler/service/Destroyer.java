package io.scaler.service;

import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.pool.Command;
import io.scaler.pool.Reply;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Destroys instances that an operator does not want any more. */
public final class Destroyer {
  static final String WHY = "an operator had it destroyed";

  private final PoolClient pools;

  public Destroyer(PoolClient pools) {
    this.pools = pools;
  }

  /**
   * Has idle instances destroyed now, and busy ones when they are released. What is starting stays,
   * unless it is named.
   *
   * @param instanceId empty for all of the function's
   * @return what is being destroyed or will be, of what was asked for before too; fails with
   *     FUNCTION_NOT_FOUND or INSTANCE_NOT_FOUND
   */
  public CompletionStage<Reply.Destroying> destroy(String functionKey, String instanceId) {
    return pools
        .submit(functionKey, new Command.Destroy(instanceId, WHY))
        .thenCompose(reply -> answered(functionKey, instanceId, reply));
  }

  private CompletionStage<Reply.Destroying> answered(
      String functionKey, String instanceId, @Nullable Reply reply) {
    if (reply instanceof Reply.Destroying destroying) {
      return destroying.left() > 0
          ? destroy(functionKey, instanceId)
          : CompletableFuture.completedStage(destroying);
    } else if (reply instanceof Reply.Refused refusal) {
      throw ScalerException.of(refusal.reason(), refusal.message());
    } else if (reply == null) {
      throw ScalerException.of(
          Reason.FUNCTION_NOT_FOUND, "function " + functionKey + " has no instances");
    }
    throw new IllegalStateException("a destruction was answered with " + reply);
  }
}
