package io.scaler.service;

import io.scaler.pool.Command;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Destroys retired instances: first on the platform, then their permits, then in the pool, so that
 * what is forgotten is really gone. What fails is left to the next sweep, which asks again.
 */
final class Reaper {
  private static final Logger log = LoggerFactory.getLogger(Reaper.class);

  private final PoolClient pools;
  private final Launching means;
  private final Set<String> inFlight = ConcurrentHashMap.newKeySet();

  Reaper(PoolClient pools, Launching means) {
    this.pools = pools;
    this.means = means;
  }

  /**
   * What is to go.
   *
   * @param isLaunching whether its launch may hold permits still
   */
  record Doomed(String instanceId, @Nullable String slotId, long token, boolean isLaunching) {}

  /** Destroys the instance and has its pool forget it. Does nothing if it is already at it. */
  void destroy(String functionKey, Doomed instance, String why) {
    String id = instance.instanceId();
    if (!inFlight.add(id)) {
      return;
    }
    log.debug("{}: destroying {} in slot {}: {}", functionKey, id, instance.slotId(), why);
    discard(functionKey, instance, why)
        .thenCompose(gone -> pools.submit(functionKey, new Command.Destroyed(id)))
        .whenComplete(
            (reply, failure) -> {
              inFlight.remove(id);
              if (failure != null) {
                log.warn(
                    "{}: {} in slot {} could not be destroyed, the next sweep asks again: {}",
                    functionKey,
                    id,
                    instance.slotId(),
                    Failures.message(failure));
              }
            });
  }

  /**
   * Destroys a slot that its pool does not know or no longer knows, and frees what it took of the
   * limits: the platform does nothing about it any more.
   */
  CompletionStage<Void> discard(String functionKey, Doomed instance, String why) {
    return means
        .platform()
        .destroySlot(instance.slotId(), instance.instanceId(), why, instance.token())
        .thenCompose(
            gone -> {
              LaunchLimits limits = means.limits();
              boolean isLaunching = instance.isLaunching();
              return CompletableFuture.allOf(
                  free(instance, LaunchLimits.MEMORY, limits.memoryMb() > 0),
                  free(instance, LaunchLimits.LAUNCHES, isLaunching && limits.launches() > 0),
                  free(
                      instance,
                      LaunchLimits.launchesOf(functionKey),
                      isLaunching && limits.ofFunction() > 0));
            });
  }

  private CompletableFuture<Void> free(Doomed instance, String semaphore, boolean isLimited) {
    CompletionStage<Void> freed =
        isLimited
            ? Insistence.until(
                means.timer(), () -> means.semaphores().free(semaphore, instance.instanceId()))
            : Failures.done();
    return freed.toCompletableFuture();
  }
}
