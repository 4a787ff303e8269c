package io.scaler.adapter.metrics;

import io.micrometer.core.instrument.Timer;
import io.scaler.pool.Command;
import io.scaler.pool.Room;
import io.scaler.service.Pools;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Pools, and how long their owners take to answer, the way there and back included. */
final class MeasuredPools implements Pools {
  private final Pools pools;
  private final NodeMetrics metrics;
  private final LaunchEnds launchEnds;

  /** One for each kind of command. */
  private final ClassValue<Timer> timers =
      new ClassValue<>() {
        @Override
        protected Timer computeValue(Class<?> command) {
          return metrics.timer(
              Metric.OWNER_CALLS, "command", command.getSimpleName().toLowerCase(Locale.ROOT));
        }
      };

  MeasuredPools(Pools pools, NodeMetrics metrics) {
    this.pools = pools;
    this.metrics = metrics;
    this.launchEnds = new LaunchEnds(metrics);
    for (Class<?> command : Command.class.getPermittedSubclasses()) {
      if (command.isRecord()) {
        var unused = timers.get(command);
      }
    }
  }

  @Override
  public CompletionStage<Answer> submit(String functionKey, Command command) {
    Timer timer = timers.get(command.getClass());
    long begun = metrics.now();
    return pools
        .submit(functionKey, command)
        .whenComplete(
            (answer, failure) -> {
              timer.record(metrics.now() - begun, TimeUnit.NANOSECONDS);
              if (failure == null) {
                launchEnds.answered(command, answer.reply());
              }
            });
  }

  @Override
  public Collection<String> takeDue(Instant now, int most) {
    return pools.takeDue(now, most);
  }

  @Override
  public Collection<String> owned() {
    return pools.owned();
  }

  @Override
  public Collection<Room> rooms() {
    return pools.rooms();
  }

  @Override
  public void touch(String functionKey) {
    pools.touch(functionKey);
  }
}
