package io.scaler.service;

import io.scaler.model.Assignment;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Lease;
import io.scaler.model.Outcome;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node's side of {@link Requests}: refuses while the node may not serve, notes what is demanded,
 * and takes the messages that waiting calls are told by.
 */
public final class ServedRequests implements Requests {
  private final Assigner assigner;
  private final Releaser releaser;
  private final BooleanSupplier serving;
  private final DemandObserver demand;

  /**
   * @param node this node's id
   * @param serving whether this node may take calls: it hears from a majority and is not stopping
   */
  public ServedRequests(
      PoolClient pools,
      Timer timer,
      String node,
      Supplier<CallLimits> limits,
      BooleanSupplier serving,
      DemandObserver demand,
      HandOffs handOffs,
      Tracing tracing) {
    this.assigner = new Assigner(pools, timer, node, limits, handOffs, tracing);
    this.releaser = new Releaser(pools);
    this.serving = serving;
    this.demand = demand;
  }

  @Override
  public AssignCall assign(
      FunctionSpec function, String requestId, Duration patience, @Nullable String trace) {
    if (!serving.getAsBoolean()) {
      return new RefusedCall(notServing());
    }
    demand.arrived(function);
    return assigner.assign(function, requestId, patience, trace);
  }

  @Override
  public CompletionStage<Void> release(
      String functionKey,
      String requestId,
      String instanceId,
      Outcome outcome,
      @Nullable Duration executed,
      String reason) {
    CompletionStage<Void> released =
        releaser.release(functionKey, requestId, instanceId, outcome, reason);
    return executed == null
        ? released
        : released.thenRun(() -> demand.executed(functionKey, executed));
  }

  @Override
  public CompletionStage<Lease> renew(String functionKey, String requestId, String instanceId) {
    return releaser.renew(functionKey, requestId, instanceId);
  }

  /** Has those who wait ask another node. For a node that stops, while it is still a member. */
  public void turnAway() {
    assigner.turnAway(notServing());
  }

  /** Calls without an answer so far. */
  public int waiting() {
    return assigner.open();
  }

  /** A waiting call is told. */
  public void handedOver(Mailbox.Message.HandedOver message) {
    assigner.handedOver(message);
  }

  /** A waiting call is told. */
  public void refused(Mailbox.Message.Refused message) {
    assigner.refused(message);
  }

  private static ScalerException notServing() {
    return ScalerException.retryable(
        Reason.NODE_UNAVAILABLE,
        "this node is joining, stopping, or hears from no majority; another may serve",
        Duration.ofSeconds(1));
  }

  private record RefusedCall(ScalerException refusal) implements AssignCall {
    @Override
    public CompletionStage<Assignment> answer() {
      return CompletableFuture.failedStage(refusal);
    }

    @Override
    public void cancel() {
      // it has ended
    }
  }
}
