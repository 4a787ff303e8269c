package io.scaler.node;

import io.scaler.adapter.hazelcast.HazelcastCluster;
import io.scaler.config.Settings;
import io.scaler.service.LaunchLimits;
import io.scaler.service.LimitUse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The limits that a node is configured with, and how much of the cluster's is in use. */
final class LimitUses implements Supplier<CompletionStage<List<LimitUse>>> {
  private final Settings.Limits limits;
  private final HazelcastCluster cluster;

  LimitUses(Settings.Limits limits, HazelcastCluster cluster) {
    this.limits = limits;
    this.cluster = cluster;
  }

  @Override
  public CompletionStage<List<LimitUse>> get() {
    long memory = limits.memory().megabytes();
    return held(LaunchLimits.MEMORY, memory)
        .thenCombine(
            held(LaunchLimits.LAUNCHES, limits.launches()),
            (heldMemory, heldLaunches) ->
                List.of(
                    new LimitUse("limits.memory", memory, heldMemory),
                    new LimitUse("limits.launches", limits.launches(), heldLaunches),
                    ofEach("limits.launches-per-function", limits.launchesPerFunction()),
                    ofEach("limits.instances-per-function", limits.instancesPerFunction()),
                    ofEach("limits.waiters-per-function", limits.waitersPerFunction()),
                    ofEach("limits.calls", limits.calls())));
  }

  private static LimitUse ofEach(String key, long limit) {
    return new LimitUse(key, limit, null);
  }

  private CompletionStage<@Nullable Long> held(String semaphore, long limit) {
    return limit == 0
        ? CompletableFuture.completedStage(null)
        : cluster.permitsHeld(semaphore).thenApply(held -> held);
  }
}
