package io.scaler.adapter.metrics;

import io.scaler.pool.Command;
import io.scaler.pool.Room;
import io.scaler.service.Pools;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Pools, and how long their owners take to answer, the way there and back included. */
final class MeasuredPools implements Pools {
  private final Pools pools;
  private final NodeMetrics metrics;
  private final LaunchEnds launchEnds;
  private final CommandTimers times;

  MeasuredPools(Pools pools, NodeMetrics metrics) {
    this.pools = pools;
    this.metrics = metrics;
    this.launchEnds = new LaunchEnds(metrics);
    this.times =
        new CommandTimers(command -> metrics.timer(Metric.OWNER_CALLS, "command", command));
  }

  @Override
  public CompletionStage<Answer> submit(String functionKey, Command command) {
    long begun = metrics.now();
    return pools
        .submit(functionKey, command)
        .whenComplete(
            (answer, failure) -> {
              times.took(command, metrics.now() - begun);
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
  public CompletionStage<Set<String>> keys() {
    return pools.keys();
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
