package io.scaler.node;

import io.scaler.adapter.hazelcast.HazelcastCluster;
import io.scaler.service.Failures;
import io.scaler.service.LaunchLimits;
import io.scaler.service.LimitUse;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The limits that this node goes by now, and how much of the cluster's is in use. */
final class LimitUses implements Supplier<CompletionStage<List<LimitUse>>> {
  private static final Logger log = LoggerFactory.getLogger(LimitUses.class);
  static final String MEMORY = "limits.memory";
  static final String LAUNCHES = "limits.launches";

  private final Supplier<LiveLimits> limits;
  private final HazelcastCluster cluster;
  private volatile List<LimitUse> latest = List.of();

  LimitUses(Supplier<LiveLimits> limits, HazelcastCluster cluster) {
    this.limits = limits;
    this.cluster = cluster;
  }

  @Override
  public CompletionStage<List<LimitUse>> get() {
    LiveLimits now = limits.get();
    LaunchLimits launches = now.launches();
    return held(LaunchLimits.MEMORY, launches.memoryMb())
        .thenCombine(
            held(LaunchLimits.LAUNCHES, launches.launches()),
            (heldMemory, heldLaunches) ->
                List.of(
                    new LimitUse(MEMORY, launches.memoryMb(), heldMemory),
                    new LimitUse(LAUNCHES, launches.launches(), heldLaunches),
                    ofEach("limits.launches-per-function", launches.launchesPerFunction()),
                    ofEach("limits.instances-per-function", now.pools().maxInstances()),
                    ofEach("limits.waiters-per-function", now.pools().maxWaiters()),
                    ofEach("limits.calls", now.calls().calls())));
  }

  /** Looks how much is in use, for {@link #used}. */
  void run() {
    get()
        .whenComplete(
            (uses, failure) -> {
              if (failure == null) {
                latest = uses;
              } else {
                log.debug("the use of limits is not known: {}", Failures.message(failure));
              }
            });
  }

  /** How much of a limit was in use at the latest look; zero where that is not counted. */
  long used(String key) {
    return latest.stream()
        .filter(use -> use.key().equals(key))
        .mapToLong(use -> Objects.requireNonNullElse(use.inUse(), 0L))
        .sum();
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
