package io.scaler.client;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.StartKind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One address of a Scaler, spoken to in one contract. Calls do not block; what they return fails
 * with {@link CallFailedException} and nothing else.
 */
interface Gateway {

  CompletableFuture<Grant> assign(String requestId, FunctionSpec function, Duration deadline);

  /**
   * Gives the instance back.
   *
   * @param took the execution's duration, zero or more
   */
  CompletableFuture<Void> release(Grant grant, Outcome outcome, Duration took, Duration deadline);

  /**
   * What an Assign was answered with.
   *
   * @param startKind null where the contract does not tell
   */
  record Grant(
      String functionKey, String requestId, String instanceId, @Nullable StartKind startKind) {}
}
