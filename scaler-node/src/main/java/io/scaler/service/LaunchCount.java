package io.scaler.service;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The care that permits to launch are held for launches alone.
 *
 * <p>Whoever ends a launch gives its permits back. Where nobody could, because its node died
 * between the two or messages crossed when several took it for theirs, the leader frees what in two
 * passes running was held for what no pool was starting or destroying.
 */
final class LaunchCount {
  private static final Logger log = LoggerFactory.getLogger(LaunchCount.class);

  private final Launching means;
  private volatile Pass last = new Pass(0, Map.of());

  LaunchCount(Launching means) {
    this.means = means;
  }

  boolean isLimited() {
    return means.limits().launches() > 0 || means.limits().launchesPerFunction() > 0;
  }

  /** Begins a pass of the leader; the one before it has ended. */
  Pass begin(long epoch) {
    Pass before = last;
    Pass now = new Pass(epoch, before.epoch == epoch ? before.strays : Map.of());
    last = now;
    return now;
  }

  /** One look at all pools. */
  final class Pass {
    private final long epoch;
    private final Map<String, Set<String>> before;
    private final Map<String, Set<String>> strays = new ConcurrentHashMap<>();
    private final Set<String> launching = ConcurrentHashMap.newKeySet();
    private volatile boolean isComplete = true;

    private Pass(long epoch, Map<String, Set<String>> before) {
      this.epoch = epoch;
      this.before = before;
    }

    /**
     * What a function's pool said.
     *
     * @param ids of what it is starting, or destroying before it ever served
     */
    CompletionStage<Void> compare(String functionKey, List<String> ids) {
      launching.addAll(ids);
      return means.limits().launchesPerFunction() > 0
          ? freeStrays(LaunchLimits.launchesOf(functionKey), Set.copyOf(ids))
          : Failures.done();
    }

    /** A pool did not say anything. */
    void isShort() {
      isComplete = false;
    }

    /** All pools were asked. */
    CompletionStage<Void> end() {
      return means.limits().launches() > 0 && isComplete
          ? freeStrays(LaunchLimits.LAUNCHES, launching)
          : Failures.done();
    }

    private CompletionStage<Void> freeStrays(String semaphore, Set<String> launches) {
      return means
          .semaphores()
          .holders(semaphore)
          .thenCompose(
              holders -> {
                Set<String> now = new HashSet<>(holders);
                now.removeAll(launches);
                strays.put(semaphore, now);
                return free(semaphore, now);
              });
    }

    private CompletionStage<Void> free(String semaphore, Set<String> now) {
      CompletionStage<Void> freed = Failures.done();
      for (String holder : now) {
        if (before.getOrDefault(semaphore, Set.of()).contains(holder)) {
          log.info("{} of {}, which no pool is launching, is free again", semaphore, holder);
          freed = freed.thenCompose(done -> means.semaphores().free(semaphore, holder));
        }
      }
      return freed;
    }
  }
}
