package io.scaler.service;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The care that the memory which the cluster counts is what the platform has set aside.
 *
 * <p>A cluster that begins, or has lost the count with the nodes that kept it, launches nothing
 * before the platform has said what it runs: what earlier nodes left there takes memory, too. Any
 * node that has a limit sees to that. From then on the leader counts slots that are there without
 * in two passes running, and frees memory that is without a slot for longer than a launch may take.
 * A platform that cannot list its slots is taken to have none before.
 */
public final class MemoryCount implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(MemoryCount.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Launching means;
  private final Duration launchTimeout;
  private final AtomicBoolean isAtIt = new AtomicBoolean();
  private volatile Instant next = Instant.MIN;

  // Of the leader's last pass.

  private volatile long epoch;
  private volatile Set<String> uncounted = Set.of();
  private volatile Instant compared = Instant.MIN;
  private final AtomicBoolean isComparing = new AtomicBoolean();
  private final Map<String, Instant> withoutSlot = new ConcurrentHashMap<>();

  /**
   * @param launchTimeout for how long memory is left alone that no slot is listed for
   */
  public MemoryCount(Launching means, Duration launchTimeout) {
    this.means = means;
    this.launchTimeout = launchTimeout;
  }

  private boolean isLimited() {
    return means.limits().memoryMb() > 0;
  }

  /** Has the memory counted that was set aside before, unless it is. To be called every tick. */
  @Override
  public void run() {
    if (!isLimited()
        || means.clock().instant().isBefore(next)
        || !isAtIt.compareAndSet(false, true)) {
      return;
    }
    means
        .semaphores()
        .isCounted(LaunchLimits.MEMORY)
        .thenCompose(isCounted -> isCounted ? Failures.done() : countFirst())
        .whenComplete(
            (done, failure) -> {
              next = means.clock().instant().plus(PAUSE);
              isAtIt.set(false);
            });
  }

  private CompletionStage<Void> countFirst() {
    return means
        .platform()
        .listSlots()
        .whenComplete(
            (slots, failure) -> {
              if (failure != null) {
                log.warn(
                    "where limits.memory is set nothing is launched before the platform has said"
                        + " what it runs: {}",
                    Failures.message(failure));
              }
            })
        .thenCompose(slots -> count(slots.orElse(List.of()), true));
  }

  private CompletionStage<Void> count(List<Platform.Slot> slots, boolean first) {
    Map<String, Long> permits = new HashMap<>();
    slots.forEach(slot -> permits.merge(slot.requestId(), Math.max(1, slot.memoryMb()), Long::sum));
    return means.semaphores().count(LaunchLimits.MEMORY, permits, first);
  }

  /**
   * The leader's pass. Does nothing while the one before it waits for who holds memory: two that
   * are told at once are not two looks.
   *
   * @param asked when the platform was asked
   * @param slots all that it has
   */
  void compare(long asLeader, Instant asked, List<Platform.Slot> slots) {
    if (asLeader != epoch) {
      epoch = asLeader;
      uncounted = Set.of();
      withoutSlot.clear();
    }
    if (!isLimited() || !isComparing.compareAndSet(false, true)) {
      return;
    }
    means
        .semaphores()
        .holders(LaunchLimits.MEMORY)
        .thenAccept(
            held -> {
              countSlots(asked, slots, held);
              freeOthers(slots, held);
              compared = means.clock().instant();
            })
        .whenComplete(
            (done, failure) -> {
              isComparing.set(false);
              logFailure(failure);
            });
  }

  private void countSlots(Instant asked, List<Platform.Slot> slots, Set<String> held) {
    Set<String> before = asked.isBefore(compared) ? Set.of() : uncounted;
    List<Platform.Slot> now =
        slots.stream().filter(slot -> !held.contains(slot.requestId())).toList();
    uncounted = now.stream().map(Platform.Slot::requestId).collect(Collectors.toUnmodifiableSet());
    List<Platform.Slot> missed =
        now.stream().filter(slot -> before.contains(slot.requestId())).toList();
    if (!missed.isEmpty()) {
      log.info("{} slots that took memory uncounted are counted", missed.size());
      count(missed, false).whenComplete((done, failure) -> logFailure(failure));
    }
  }

  private void freeOthers(List<Platform.Slot> slots, Set<String> held) {
    Set<String> there = slots.stream().map(Platform.Slot::requestId).collect(Collectors.toSet());
    Instant now = means.clock().instant();
    withoutSlot.keySet().removeIf(holder -> there.contains(holder) || !held.contains(holder));
    for (String holder : held) {
      if (!there.contains(holder)
          && withoutSlot.computeIfAbsent(holder, first -> now).plus(launchTimeout).isBefore(now)) {
        log.info("the memory of {}, which has no slot, is free again", holder);
        means
            .semaphores()
            .free(LaunchLimits.MEMORY, holder)
            .whenComplete((done, failure) -> logFailure(failure));
      }
    }
  }

  private static void logFailure(@Nullable Throwable failure) {
    if (failure != null) {
      log.info("memory was not made good this time: {}", Failures.message(failure));
    }
  }
}
