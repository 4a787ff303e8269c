package io.scaler.adapter.metrics;

import io.micrometer.core.instrument.Counter;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.service.FailedCalls;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Calls that failed, by method and reason. What fails for none that is expected is a bug. */
final class Refusals implements FailedCalls {
  private final Map<String, Method> methods = new HashMap<>();

  private record Method(Map<Reason, Counter> byReason, Counter bugs) {}

  /**
   * @param methods those that are counted
   */
  Refusals(Collection<String> methods, NodeMetrics metrics) {
    for (String method : methods) {
      String word = word(method);
      Map<Reason, Counter> byReason = new EnumMap<>(Reason.class);
      for (Reason reason : Reason.values()) {
        byReason.put(reason, counter(metrics, word, reason.name().toLowerCase(Locale.ROOT)));
      }
      this.methods.put(method, new Method(byReason, counter(metrics, word, "bug")));
    }
  }

  /** GetStatus is get_status. */
  private static String word(String method) {
    return method.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  private static Counter counter(NodeMetrics metrics, String method, String reason) {
    return metrics.counter(Metric.REFUSALS, "method", method, "reason", reason);
  }

  @Override
  public void failed(String method, Throwable failure) {
    Method of = methods.get(method);
    if (of == null) {
      return;
    }
    Counter counter =
        failure instanceof ScalerException refusal
            ? of.byReason().get(refusal.reason())
            : of.bugs();
    if (counter != null) {
      counter.increment();
    }
  }
}
