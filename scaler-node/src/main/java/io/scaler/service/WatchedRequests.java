package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Lease;
import io.scaler.model.Outcome;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Requests through this node, and how they fared: what {@link Vitals} tell of them. That a caller
 * went away is no failure.
 */
public final class WatchedRequests implements Requests {
  private final Requests requests;
  private final HotFunctions hot;
  private final RecentFailures failures;
  private final StartCounts starts = new StartCounts();
  private final LongAdder failed = new LongAdder();

  public WatchedRequests(Requests requests, HotFunctions hot, RecentFailures failures) {
    this.requests = requests;
    this.hot = hot;
    this.failures = failures;
  }

  /** How calls were answered so far. */
  public NodeReport.Starts starts() {
    StartCounts.Sum sum = starts.sum();
    return new NodeReport.Starts(sum.warm(), sum.waited(), sum.cold(), failed.sum());
  }

  @Override
  public AssignCall assign(
      FunctionSpec function, String requestId, Duration patience, @Nullable String trace) {
    return requests
        .assign(function, requestId, patience, trace)
        .heardBy(
            (assignment, failure) -> {
              if (failure != null) {
                failed("assign", function.key(), failure);
              } else {
                starts.add(assignment.startKind());
                hot.started(function.key(), assignment.startKind());
              }
            });
  }

  @Override
  public CompletionStage<Void> release(
      String functionKey,
      String requestId,
      String instanceId,
      Outcome outcome,
      @Nullable Duration executed,
      String reason) {
    return requests
        .release(functionKey, requestId, instanceId, outcome, executed, reason)
        .whenComplete((done, failure) -> failed("release", functionKey, failure));
  }

  @Override
  public CompletionStage<Lease> renew(String functionKey, String requestId, String instanceId) {
    return requests
        .renew(functionKey, requestId, instanceId)
        .whenComplete((lease, failure) -> failed("renew", functionKey, failure));
  }

  private void failed(String what, String functionKey, @Nullable Throwable failure) {
    if (failure == null) {
      return;
    }
    if (Failures.cause(failure) instanceof ScalerException refusal) {
      if (refusal.reason() == Reason.CANCELLED) {
        return;
      }
      failed.increment();
      failures.refused(what, functionKey, refusal.reason(), Failures.message(failure));
    } else {
      failed.increment();
      failures.bug(what, functionKey, Failures.message(failure));
    }
  }
}
