package io.scaler.adapter.metrics;

import io.micrometer.core.instrument.Counter;
import io.scaler.pool.Command;
import io.scaler.pool.Event;
import io.scaler.pool.LaunchReason;
import io.scaler.pool.RetireReason;
import io.scaler.service.DecisionObserver;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the pools owned here decide: how long it takes, and what they launch and give up for. */
final class Decisions implements DecisionObserver {
  private final CommandTimers times;
  private final Map<LaunchReason, Counter> launched = new EnumMap<>(LaunchReason.class);
  private final Map<RetireReason, Counter> retired = new EnumMap<>(RetireReason.class);

  Decisions(NodeMetrics metrics) {
    this.times =
        new CommandTimers(command -> metrics.fineTimer(Metric.DECISIONS, "command", command));
    for (LaunchReason each : LaunchReason.values()) {
      launched.put(each, metrics.counter(Metric.LAUNCHES_BEGUN, "reason", lower(each)));
    }
    for (RetireReason each : RetireReason.values()) {
      retired.put(each, metrics.counter(Metric.RETIREMENTS, "reason", lower(each)));
    }
  }

  @Override
  public void decided(Command command, List<Event> events, long nanos) {
    times.took(command, nanos);
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      Counter counter = null;
      if (event instanceof Event.LaunchBegun begun) {
        counter = launched.get(LaunchReason.of(begun));
      } else if (event instanceof Event.Retired gone) {
        counter = retired.get(RetireReason.of(gone));
      }
      if (counter != null) {
        counter.increment();
      }
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
