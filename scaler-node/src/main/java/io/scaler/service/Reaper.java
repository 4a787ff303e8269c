package io.scaler.service;

import io.scaler.pool.Command;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Destroys retired instances: first on the platform, then its permits, then in the pool, so that
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

  /** Destroys the instance and has its pool forget it. Does nothing if it is already at it. */
  void destroy(
      String functionKey, String instanceId, @Nullable String slotId, long token, String why) {
    if (!inFlight.add(instanceId)) {
      return;
    }
    log.debug("{}: destroying {} in slot {}: {}", functionKey, instanceId, slotId, why);
    discard(instanceId, slotId, token, why)
        .thenCompose(gone -> pools.submit(functionKey, new Command.Destroyed(instanceId)))
        .whenComplete(
            (reply, failure) -> {
              inFlight.remove(instanceId);
              if (failure != null) {
                log.warn(
                    "{}: {} in slot {} could not be destroyed, the next sweep asks again: {}",
                    functionKey,
                    instanceId,
                    slotId,
                    Failures.message(failure));
              }
            });
  }

  /** Destroys a slot that its pool does not know or no longer knows, and frees its memory. */
  CompletionStage<Void> discard(
      String instanceId, @Nullable String slotId, long token, String why) {
    return means
        .platform()
        .destroySlot(slotId, instanceId, why, token)
        .thenCompose(
            gone ->
                means.limits().memoryMb() == 0
                    ? Failures.done()
                    : Insistence.until(
                        means.timer(),
                        () -> means.semaphores().release(LaunchLimits.MEMORY, instanceId)));
  }
}
