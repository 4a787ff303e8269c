package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.model.Spans;
import io.scaler.permit.Claim.When;
import io.scaler.pool.Command;
import io.scaler.pool.Event;
import io.scaler.pool.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts instances: permits, a slot, the application, each step reported to the pool before the
 * next one, so that whoever takes over knows what there is to go on with.
 *
 * <p>A launch that the pool no longer wants ends after the step it is at, and its slot is
 * destroyed.
 */
final class Launcher {
  private static final Logger log = LoggerFactory.getLogger(Launcher.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration LONG_PAUSE = Duration.ofSeconds(10);

  private final PoolClient pools;
  private final Reaper reaper;
  private final Launching means;
  private final ConcurrentMap<String, Launch> inFlight = new ConcurrentHashMap<>();

  private static final class Launch {
    final FunctionSpec function;
    final String instanceId;
    final long memoryMb;
    final long token;
    final boolean resumed;
    final @Nullable String trace;
    @Nullable String slotId;
    Tracing.Part part = Tracing.Part.NONE;

    Launch(
        FunctionSpec function,
        String instanceId,
        long memoryMb,
        long token,
        boolean resumed,
        @Nullable String slotId,
        @Nullable String trace) {
      this.function = function;
      this.instanceId = instanceId;
      this.memoryMb = memoryMb;
      this.token = token;
      this.resumed = resumed;
      this.slotId = slotId;
      this.trace = trace;
    }
  }

  /** A launch that ended without an instance and without a failure. */
  private static final class GivenUpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GivenUpException() {
      super("given up", null, false, false);
    }
  }

  Launcher(PoolClient pools, Reaper reaper, Launching means) {
    this.pools = pools;
    this.reaper = reaper;
    this.means = means;
  }

  void launch(FunctionSpec function, Event.LaunchBegun begun) {
    Launch launch =
        new Launch(
            function,
            begun.instanceId(),
            begun.memoryMb(),
            begun.token(),
            false,
            null,
            begun.trace());
    log.debug("{}: launching {}: {}", function.key(), begun.instanceId(), begun.why());
    begin(launch, begun.delay());
  }

  /** Goes on with a launch that this node may have begun, or another that has left. */
  void resume(FunctionSpec function, Event.LaunchTaken taken) {
    Launch launch =
        new Launch(
            function,
            taken.instanceId(),
            taken.memoryMb(),
            taken.token(),
            true,
            taken.slotId(),
            null);
    begin(launch, Duration.ZERO);
  }

  int inFlight() {
    return inFlight.size();
  }

  private void begin(Launch launch, Duration delay) {
    if (inFlight.putIfAbsent(launch.instanceId, launch) != null) {
      return;
    }
    launch.part = means.tracing().begin("scaler.launch", launch.trace);
    launch.part.say("scaler.instance", launch.instanceId);
    if (delay.isZero()) {
      run(launch);
    } else {
      means.timer().after(delay, () -> run(launch));
    }
  }

  private void run(Launch launch) {
    String slot = launch.slotId;
    Optional<PlatformException> refusal = means.platform().refusal();
    CompletionStage<Instant> permitted =
        refusal.isPresent()
            ? CompletableFuture.failedStage(refusal.get())
            : followed("scaler.permits", launch, () -> acquirePermits(launch));
    permitted
        .thenCompose(
            begun ->
                (slot == null ? createSlot(launch) : CompletableFuture.completedStage(slot))
                    .thenCompose(slotId -> init(launch, slotId))
                    .thenCompose(
                        took ->
                            pools.submit(
                                launch.function.key(), new Command.Ready(launch.instanceId)))
                    .thenAccept(reply -> ready(launch, reply, begun)))
        .whenComplete((done, failure) -> end(launch, failure));
  }

  private CompletionStage<String> createSlot(Launch launch) {
    return followed(
            "scaler.create",
            launch,
            () -> means.platform().createSlot(launch.instanceId, launch.memoryMb))
        .thenCompose(
            slotId -> {
              launch.slotId = slotId;
              return pools
                  .submit(launch.function.key(), new Command.SlotCreated(launch.instanceId, slotId))
                  .thenCompose(
                      reply ->
                          reply instanceof Reply.Done
                              ? CompletableFuture.completedStage(slotId)
                              : giveUp(launch, reply));
            });
  }

  private CompletionStage<Duration> init(Launch launch, String slotId) {
    return followed(
        "scaler.init",
        launch,
        () -> means.platform().init(slotId, launch.instanceId, launch.function, launch.token));
  }

  private <T> CompletionStage<T> followed(
      String name, Launch launch, Supplier<CompletionStage<T>> step) {
    Tracing.Part part = means.tracing().begin(name, launch.part.context());
    CompletionStage<T> done = step.get();
    return part == Tracing.Part.NONE
        ? done
        : done.whenComplete((result, failure) -> part.end(failure));
  }

  private void ready(Launch launch, @Nullable Reply reply, Instant begun) {
    if (reply instanceof Reply.Done) {
      means.observer().launched(launch.function, Duration.between(begun, means.clock().instant()));
    } else {
      giveUp(launch, reply);
    }
  }

  /** The pool does not want the launch any more, or there is no such pool any more. */
  private <T> CompletionStage<T> giveUp(Launch launch, @Nullable Reply reply) {
    boolean isDestroyedElsewhere = reply instanceof Reply.GivenUp given && given.retired();
    if (!isDestroyedElsewhere) {
      String why = "its launch was given up";
      if (reply instanceof Reply.OtherSlot) {
        whenDiscarded(
            launch,
            means.platform().destroySlot(launch.slotId, launch.instanceId, why, launch.token));
      } else {
        discard(launch, why);
      }
    }
    return CompletableFuture.failedStage(new GivenUpException());
  }

  private void discard(Launch launch, String why) {
    whenDiscarded(
        launch,
        reaper.discard(
            launch.function.key(),
            new Reaper.Doomed(launch.instanceId, launch.slotId, launch.token, true),
            why));
  }

  private static void whenDiscarded(Launch launch, CompletionStage<Void> discarded) {
    discarded.whenComplete(
        (gone, failure) -> {
          if (failure != null) {
            log.warn(
                "{}: slot {} of launch {}, which was given up, could not be destroyed; "
                    + "reconciling finds it: {}",
                launch.function.key(),
                launch.slotId,
                launch.instanceId,
                Failures.message(failure));
          }
        });
  }

  private void end(Launch launch, @Nullable Throwable failure) {
    launch.part.end(failure);
    if (failure == null || Failures.cause(failure) instanceof GivenUpException) {
      releaseLaunchPermits(launch);
      inFlight.remove(launch.instanceId);
      return;
    }
    Command.LaunchFailed failed = failed(launch, Failures.cause(failure));
    if (failed.reason() == Reason.OVERLOADED) {
      // There may be as many as are wanted.
      log.debug(
          "{}: no room for launch {}: {}",
          launch.function.key(),
          launch.instanceId,
          failed.message());
    } else {
      log.warn(
          "{}: launch {} failed: {}", launch.function.key(), launch.instanceId, failed.message());
    }
    means.observer().failed(launch.function, failed.reason(), failed.message());
    // The platform may be at it still: then its permits are free when the slot is known to be gone.
    CompletionStage<Void> released =
        failed.mayExist() ? Failures.done() : releaseAllPermits(launch);
    released.whenComplete(
        (done, stuck) -> {
          inFlight.remove(launch.instanceId);
          Insistence.until(means.timer(), () -> pools.submit(launch.function.key(), failed))
              .whenComplete((reply, unheard) -> settle(launch, failed, reply, unheard));
        });
  }

  private void settle(
      Launch launch,
      Command.LaunchFailed failed,
      @Nullable Reply reply,
      @Nullable Throwable unheard) {
    if (unheard != null) {
      log.warn(
          "{}: the failure of launch {} could not be reported; the sweep gives it up when its time "
              + "is over: {}",
          launch.function.key(),
          launch.instanceId,
          Failures.message(unheard));
    } else if (failed.mayExist() && reply instanceof Reply.Known) {
      releaseLaunchPermits(launch);
    } else if (failed.mayExist() && !(reply instanceof Reply.Done)) {
      // What was freed when it was given up may have been got since; the pool may be gone with it.
      discard(launch, "its launch was given up before it failed");
    }
  }

  private Command.LaunchFailed failed(Launch launch, Throwable cause) {
    // Whoever began a launch that this node took over may have had a slot created.
    boolean mayExist = launch.slotId != null || launch.resumed;
    Reason reason = Reason.LAUNCH_FAILED;
    Duration retryAfter = null;
    if (cause instanceof PlatformException refusal) {
      mayExist |= refusal.mayHaveHappened();
      switch (refusal.kind()) {
        case UNAVAILABLE -> {
          reason = Reason.PLATFORM_UNAVAILABLE;
          retryAfter = refusal.retryAfter() == null ? PAUSE : refusal.retryAfter();
        }
        case REFUSED -> retryAfter = LONG_PAUSE;
        case FAILED -> {}
      }
    } else if (cause instanceof ScalerException refusal) {
      reason = refusal.reason();
      retryAfter = refusal.retryAfter().orElse(PAUSE);
    } else {
      log.error("launch {} met a bug", launch.instanceId, cause);
      mayExist = true;
    }
    return new Command.LaunchFailed(
        launch.instanceId, means.node(), mayExist, reason, Failures.message(cause), retryAfter);
  }

  // Permits: a launch's go over to whoever takes it over, an instance's memory is kept until it is
  // destroyed.

  private CompletionStage<Instant> acquirePermits(Launch launch) {
    LaunchLimits limits = means.limits();
    String function = LaunchLimits.launchesOf(launch.function.key());
    String holder = launch.instanceId;
    Instant asked = means.clock().instant();
    return acquire(function, holder, 1, limits.ofFunction(), When.AT_ONCE)
        .thenCompose(
            got -> acquire(LaunchLimits.LAUNCHES, holder, 1, limits.launches(), When.AT_ONCE))
        .thenCompose(
            got ->
                acquire(
                    LaunchLimits.MEMORY, holder, launch.memoryMb, limits.memoryMb(), When.COUNTED))
        .thenCompose(got -> stillWanted(launch, asked))
        .thenApply(wanted -> means.clock().instant());
  }

  /** What waited for its permits may have been given up meanwhile, with what it held by then. */
  private CompletionStage<Void> stillWanted(Launch launch, Instant asked) {
    if (launch.slotId != null || means.clock().instant().isBefore(asked.plus(PAUSE))) {
      return Failures.done();
    }
    return pools
        .submit(launch.function.key(), new Command.AskLaunching(List.of(launch.instanceId)))
        .thenCompose(
            reply ->
                reply instanceof Reply.Launching launching
                        && launching.instanceIds().contains(launch.instanceId)
                    ? Failures.done()
                    : releaseAllPermits(launch)
                        .thenCompose(
                            free -> CompletableFuture.failedStage(new GivenUpException())));
  }

  private CompletionStage<Void> acquire(
      String semaphore, String holder, long permits, long limit, When when) {
    if (limit == 0) {
      return Failures.done();
    }
    return means
        .semaphores()
        .acquire(semaphore, holder, permits, limit, when, means.limits().patience())
        .thenAccept(
            acquired -> {
              if (!acquired) {
                throw ScalerException.retryable(Reason.OVERLOADED, noRoom(semaphore, limit), PAUSE);
              }
            });
  }

  private String noRoom(String semaphore, long limit) {
    String within = Spans.chosen(means.limits().patience());
    return limit == Long.MAX_VALUE
        ? "the node that counts %s has not answered within %s".formatted(semaphore, within)
        : "the cluster's limit of %d for %s left no room within %s"
            .formatted(limit, semaphore, within);
  }

  private CompletionStage<Void> release(String semaphore, String holder) {
    return Insistence.until(means.timer(), () -> means.semaphores().release(semaphore, holder));
  }

  private CompletionStage<Void> releaseAllPermits(Launch launch) {
    CompletionStage<Void> ofMemory =
        means.limits().memoryMb() == 0
            ? Failures.done()
            : release(LaunchLimits.MEMORY, launch.instanceId);
    return releaseLaunchPermits(launch).thenCompose(done -> ofMemory);
  }

  private CompletionStage<Void> releaseLaunchPermits(Launch launch) {
    LaunchLimits limits = means.limits();
    String holder = launch.instanceId;
    CompletionStage<Void> ofFunction =
        limits.ofFunction() == 0
            ? Failures.done()
            : release(LaunchLimits.launchesOf(launch.function.key()), holder);
    CompletionStage<Void> ofCluster =
        limits.launches() == 0 ? Failures.done() : release(LaunchLimits.LAUNCHES, holder);
    return CompletableFuture.allOf(
            ofFunction.toCompletableFuture(), ofCluster.toCompletableFuture())
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                log.warn(
                    "permits of launch {} could not be given back; the leader frees them: {}",
                    launch.instanceId,
                    Failures.message(failure));
              }
            });
  }
}
