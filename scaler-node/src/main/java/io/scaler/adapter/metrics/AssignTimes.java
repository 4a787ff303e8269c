package io.scaler.adapter.metrics;

import io.micrometer.core.instrument.Timer;
import io.scaler.model.StartKind;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Assigns that got an instance, and how long that took. */
final class AssignTimes {
  private final Timer warm;
  private final Timer waited;
  private final Timer cold;

  AssignTimes(NodeMetrics metrics) {
    this.warm = timer(StartKind.WARM, metrics);
    this.waited = timer(StartKind.WAITED, metrics);
    this.cold = timer(StartKind.COLD, metrics);
  }

  private static Timer timer(StartKind kind, NodeMetrics metrics) {
    return metrics.timer(Metric.ASSIGNS, "start", kind.name().toLowerCase(Locale.ROOT));
  }

  void took(StartKind kind, long nanos) {
    of(kind).record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer of(StartKind kind) {
    return switch (kind) {
      case WARM -> warm;
      case WAITED -> waited;
      case COLD -> cold;
    };
  }
}
