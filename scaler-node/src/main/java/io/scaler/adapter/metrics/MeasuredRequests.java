package io.scaler.adapter.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.scaler.model.Assignment;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Lease;
import io.scaler.model.Outcome;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.model.StartKind;
import io.scaler.service.Failures;
import io.scaler.service.Requests;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Requests, and how they were answered. */
final class MeasuredRequests implements Requests {
  private final Requests requests;
  private final NodeMetrics metrics;
  private final Map<StartKind, Timer> assigns = new EnumMap<>(StartKind.class);
  private final Timer releases;
  private final Timer renewals;
  private final Refusals refusedAssigns;
  private final Refusals refusedReleases;
  private final Refusals refusedRenewals;

  /** What fails for no reason that is expected is a bug. */
  private record Refusals(Map<Reason, Counter> byReason, Counter bugs) {
    static Refusals of(String method, NodeMetrics metrics) {
      Map<Reason, Counter> byReason = new EnumMap<>(Reason.class);
      for (Reason reason : Reason.values()) {
        byReason.put(reason, counter(metrics, method, lower(reason)));
      }
      return new Refusals(byReason, counter(metrics, method, "bug"));
    }

    private static Counter counter(NodeMetrics metrics, String method, String reason) {
      return metrics.counter(Metric.REFUSALS, "method", method, "reason", reason);
    }

    void count(Throwable failure) {
      Counter counter =
          Failures.cause(failure) instanceof ScalerException refusal
              ? byReason.get(refusal.reason())
              : bugs;
      if (counter != null) {
        counter.increment();
      }
    }
  }

  MeasuredRequests(Requests requests, NodeMetrics metrics) {
    this.requests = requests;
    this.metrics = metrics;
    for (StartKind kind : StartKind.values()) {
      assigns.put(kind, metrics.timer(Metric.ASSIGNS, "start", lower(kind)));
    }
    this.releases = metrics.timer(Metric.RELEASES);
    this.renewals = metrics.timer(Metric.RENEWALS);
    this.refusedAssigns = Refusals.of("assign", metrics);
    this.refusedReleases = Refusals.of("release", metrics);
    this.refusedRenewals = Refusals.of("renew", metrics);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public AssignCall assign(FunctionSpec function, String requestId, Duration patience) {
    long begun = metrics.now();
    AssignCall call = requests.assign(function, requestId, patience);
    CompletionStage<Assignment> answer =
        call.answer()
            .whenComplete(
                (assignment, failure) -> {
                  if (failure != null) {
                    refusedAssigns.count(failure);
                  } else {
                    took(assigns.get(assignment.startKind()), begun);
                  }
                });
    return new AssignCall() {
      @Override
      public CompletionStage<Assignment> answer() {
        return answer;
      }

      @Override
      public void cancel() {
        call.cancel();
      }
    };
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
        requests.release(functionKey, requestId, instanceId, outcome, executed, reason),
        releases,
        refusedReleases);
  }

  @Override
  public CompletionStage<Lease> renew(String functionKey, String requestId, String instanceId) {
    return measured(requests.renew(functionKey, requestId, instanceId), renewals, refusedRenewals);
  }

  private <T> CompletionStage<T> measured(
      CompletionStage<T> answer, Timer timer, Refusals refusals) {
    long begun = metrics.now();
    return answer.whenComplete(
        (done, failure) -> {
          if (failure != null) {
            refusals.count(failure);
          } else {
            took(timer, begun);
          }
        });
  }

  private void took(@Nullable Timer timer, long begun) {
    if (timer != null) {
      timer.record(metrics.now() - begun, TimeUnit.NANOSECONDS);
    }
  }
}
