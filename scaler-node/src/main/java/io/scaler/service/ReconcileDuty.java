package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.permit.Claim.Lives;
import io.scaler.pool.Command;
import io.scaler.pool.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's comparison of the pools with what the platform runs.
 *
 * <p>An instance that its pool does not know is adopted: held by nobody knows whom until its lease
 * runs out, so that an execution which outlived the cluster's memory can still be released. A slot
 * that never became an instance, and is older than a launch may take, is destroyed. Both only when
 * they were there in the pass before, so that a listing which is out of date does no harm.
 */
public final class ReconcileDuty implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ReconcileDuty.class);

  private static final int AT_A_TIME = 200;
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Leadership leadership;
  private final PoolClient pools;
  private final Launching means;
  private final Duration launchTimeout;
  private volatile Set<String> seenBefore = Set.of();

  public ReconcileDuty(
      Leadership leadership, PoolClient pools, Launching means, Duration launchTimeout) {
    this.leadership = leadership;
    this.pools = pools;
    this.means = means;
    this.launchTimeout = launchTimeout;
  }

  @Override
  public void run() {
    if (leadership.epoch().isEmpty()) {
      seenBefore = Set.of();
      return;
    }
    means
        .platform()
        .listSlots()
        .whenComplete(
            (slots, failure) -> {
              if (failure != null) {
                log.info("nothing was reconciled this time: {}", Failures.message(failure));
              } else {
                slots.ifPresent(this::compare);
              }
            });
  }

  private void compare(List<Platform.Slot> slots) {
    leadership
        .epoch()
        .ifPresent(
            epoch -> {
              Set<String> before = seenBefore;
              seenBefore =
                  slots.stream().map(Platform.Slot::id).collect(Collectors.toUnmodifiableSet());
              settle(
                  epoch,
                  slots.stream().filter(slot -> before.contains(slot.id())).toList(),
                  means.clock().instant().minus(launchTimeout));
            });
  }

  /** A few at a time, so that many slots do not come in the way of requests. */
  private void settle(long epoch, List<Platform.Slot> slots, Instant tooOld) {
    int now = Math.min(slots.size(), AT_A_TIME);
    slots.subList(0, now).forEach(slot -> settle(epoch, slot, tooOld));
    if (now < slots.size()) {
      means.timer().after(PAUSE, () -> settle(epoch, slots.subList(now, slots.size()), tooOld));
    }
  }

  private void settle(long epoch, Platform.Slot slot, Instant tooOld) {
    FunctionSpec function = slot.function();
    String instanceId = slot.instanceId();
    if (function != null && instanceId != null) {
      pools
          .submit(
              function.key(),
              new Command.Adopt(epoch, function, instanceId, slot.id(), slot.memoryMb()))
          .thenCompose(
              reply ->
                  reply instanceof Reply.Done
                      ? countMemory(function.key(), instanceId, slot.memoryMb())
                      : CompletableFuture.completedStage(true))
          .whenComplete((done, failure) -> logFailure(slot, failure));
    } else if (slot.created().isBefore(tooOld)) {
      log.info("destroying slot {} of {}: it became no instance", slot.id(), slot.requestId());
      means
          .platform()
          .destroySlot(slot.id(), slot.requestId(), "it became no instance", 0)
          .whenComplete((done, failure) -> logFailure(slot, failure));
    }
  }

  private CompletionStage<Boolean> countMemory(
      String functionKey, String instanceId, long memoryMb) {
    log.info("{}: adopted {}, which no pool knew", functionKey, instanceId);
    LaunchLimits limits = means.limits();
    return limits.memoryMb() == 0
        ? CompletableFuture.completedStage(true)
        : means
            .semaphores()
            .acquire(
                LaunchLimits.MEMORY,
                instanceId,
                memoryMb,
                limits.memoryMb(),
                Lives.UNTIL_RELEASED,
                Duration.ZERO);
  }

  private static void logFailure(Platform.Slot slot, @Nullable Throwable failure) {
    if (failure != null) {
      log.info("slot {} was not settled this time: {}", slot.id(), Failures.message(failure));
    }
  }
}
