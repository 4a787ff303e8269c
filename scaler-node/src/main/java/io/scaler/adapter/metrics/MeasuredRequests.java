package io.scaler.adapter.metrics;

import io.micrometer.core.instrument.Timer;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Lease;
import io.scaler.model.Outcome;
import io.scaler.service.Requests;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Requests that are served, and how long that takes. */
final class MeasuredRequests implements Requests {
  private final Requests requests;
  private final NodeMetrics metrics;
  private final AssignTimes assigns;
  private final Timer releases;
  private final Timer renewals;

  MeasuredRequests(Requests requests, AssignTimes assigns, NodeMetrics metrics) {
    this.requests = requests;
    this.assigns = assigns;
    this.metrics = metrics;
    this.releases = metrics.timer(Metric.RELEASES);
    this.renewals = metrics.timer(Metric.RENEWALS);
  }

  @Override
  public AssignCall assign(
      FunctionSpec function, String requestId, Duration patience, @Nullable String trace) {
    long begun = metrics.now();
    return requests
        .assign(function, requestId, patience, trace)
        .heardBy(
            (assignment, failure) -> {
              if (failure == null) {
                assigns.took(assignment.startKind(), metrics.now() - begun);
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
    return measured(
        requests.release(functionKey, requestId, instanceId, outcome, executed, reason), releases);
  }

  @Override
  public CompletionStage<Lease> renew(String functionKey, String requestId, String instanceId) {
    return measured(requests.renew(functionKey, requestId, instanceId), renewals);
  }

  private <T> CompletionStage<T> measured(CompletionStage<T> answer, Timer timer) {
    long begun = metrics.now();
    return answer.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            timer.record(metrics.now() - begun, TimeUnit.NANOSECONDS);
          }
        });
  }
}
