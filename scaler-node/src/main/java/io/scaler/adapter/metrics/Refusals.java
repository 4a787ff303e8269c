package io.scaler.adapter.metrics;

import io.micrometer.core.instrument.Counter;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.service.Failures;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Calls of one method that failed, by reason. What fails for none that is expected is a bug. */
record Refusals(Map<Reason, Counter> byReason, Counter bugs) {
  static Refusals of(String method, NodeMetrics metrics) {
    Map<Reason, Counter> byReason = new EnumMap<>(Reason.class);
    for (Reason reason : Reason.values()) {
      byReason.put(reason, counter(metrics, method, reason.name().toLowerCase(Locale.ROOT)));
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
