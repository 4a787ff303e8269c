package io.scaler.adapter.metrics;

import io.micrometer.core.instrument.Counter;
import io.scaler.model.Reason;
import io.scaler.pool.Command;
import io.scaler.pool.Reply;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Launches that came to no instance, as pools are told of them and say. */
final class LaunchEnds {
  private final Map<Reason, Counter> failed = new EnumMap<>(Reason.class);
  private final Counter givenUp;

  LaunchEnds(NodeMetrics metrics) {
    for (Reason reason : Reason.values()) {
      failed.put(
          reason,
          metrics.counter(
              Metric.LAUNCH_FAILURES, "reason", reason.name().toLowerCase(Locale.ROOT)));
    }
    this.givenUp = metrics.counter(Metric.LAUNCHES_GIVEN_UP);
  }

  void answered(Command command, @Nullable Reply reply) {
    if (reply instanceof Reply.GivenUp) {
      givenUp.increment();
    } else if (command instanceof Command.LaunchFailed failure) {
      Counter counter = failed.get(failure.reason());
      if (counter != null) {
        counter.increment();
      }
    }
  }
}
