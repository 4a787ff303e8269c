package io.scaler.adapter.platform;

import io.scaler.adapter.platform.SimulatedSlot.Created;
import io.scaler.adapter.platform.SimulatedSlot.Start;
import io.scaler.adapter.platform.SimulatedSlot.Started;
import io.scaler.adapter.platform.SlotEvent.Kind;
import io.scaler.model.Check;
import io.scaler.model.FunctionSpec;
import io.scaler.model.ScalerException;
import io.scaler.service.Failures;
import io.scaler.service.Platform;
import io.scaler.service.PlatformException;
import io.scaler.service.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A platform that runs nothing: its slots are entries in memory, and creating and starting take as
 * long as they are said to. Keeps every promise of {@code scaler.v1.Platform}. Thread-safe.
 *
 * <p>Its slots are gone with its process. Slot ids are drawn at random, so that a later process
 * does not give the same ones to other slots.
 */
public final class SimulatedPlatform implements Platform {
  private static final int REMEMBERED_REQUESTS = 100_000;
  private static final Duration ROOM_PAUSE = Duration.ofSeconds(1);

  private final SimulatedSettings settings;
  private final InstantSource clock;
  private final Timer timer;
  private final Consumer<SlotEvent> observer;

  // The lock guards what follows; answers are given outside of it.
  private final Object lock = new Object();
  private final RandomGenerator random;
  private final Map<String, SimulatedSlot> byId = new HashMap<>();
  private final Map<String, SimulatedSlot> byRequest = new HashMap<>();
  private final DestroyedRequests destroyed = new DestroyedRequests(REMEMBERED_REQUESTS);
  private long memoryMb;
  private long slotsCreated;
  private long slotsDestroyed;
  private double gbSecondsOfDestroyed;

  /**
   * @param random used by this platform alone; need not be thread-safe
   */
  public SimulatedPlatform(
      SimulatedSettings settings, InstantSource clock, Timer timer, RandomGenerator random) {
    this(settings, clock, timer, random, SlotEvent.UNHEARD);
  }

  /**
   * @param random used by this platform alone; need not be thread-safe
   * @param observer told of every step in a slot's life, one after the other; must be quick
   */
  public SimulatedPlatform(
      SimulatedSettings settings,
      InstantSource clock,
      Timer timer,
      RandomGenerator random,
      Consumer<SlotEvent> observer) {
    this.settings = settings;
    this.clock = clock;
    this.timer = timer;
    this.random = random;
    this.observer = observer;
  }

  @Override
  public CompletionStage<String> createSlot(String instanceId, long slotMb) {
    return translated(() -> create(instanceId, slotMb).thenApply(Created::id));
  }

  @Override
  public CompletionStage<Duration> init(
      String slotId, String instanceId, FunctionSpec function, long token) {
    return translated(() -> start(slotId, instanceId, function, token).thenApply(Started::took));
  }

  @Override
  public CompletionStage<Void> destroySlot(
      @Nullable String slotId, String instanceId, String reason, long token) {
    return translated(() -> destroy(slotId, instanceId, token));
  }

  @Override
  public CompletionStage<Optional<List<Slot>>> listSlots() {
    return CompletableFuture.completedStage(Optional.of(slots()));
  }

  /** What was used so far. */
  public Usage usage() {
    Instant now = clock.instant();
    synchronized (lock) {
      double gbSeconds = gbSecondsOfDestroyed;
      long runningMb = 0;
      for (SimulatedSlot slot : byId.values()) {
        gbSeconds += slot.gbSeconds(now);
        runningMb += slot.memoryMb;
      }
      return new Usage(gbSeconds, slotsCreated, slotsDestroyed, byId.size(), runningMb);
    }
  }

  /** Every slot that was created and is not being destroyed. */
  List<Slot> slots() {
    synchronized (lock) {
      List<Slot> slots = new ArrayList<>(byId.size());
      for (SimulatedSlot slot : byId.values()) {
        if (slot.destroyed() == null) {
          slots.add(listed(slot));
        }
      }
      return slots;
    }
  }

  private static Slot listed(SimulatedSlot slot) {
    Start start = slot.start();
    return start != null && start.answer().isDone()
        ? new Slot(
            slot.id,
            slot.requestId,
            slot.memoryMb,
            slot.begun,
            start.instanceId(),
            start.function())
        : new Slot(slot.id, slot.requestId, slot.memoryMb, slot.begun, null, null);
  }

  // The three calls. Each throws, or fails its stage with, a ProblemException, or for bad input a
  // ScalerException that names the field as scaler.v1 spells it.

  CompletionStage<Created> create(String requestId, long slotMb) {
    Check.id("request_id", requestId);
    Check.between("memory_mb", slotMb, 1, Integer.MAX_VALUE);
    SimulatedSlot slot;
    Duration latency;
    boolean fails;
    synchronized (lock) {
      SimulatedSlot known = byRequest.get(requestId);
      if (known != null ? known.destroyed() != null : destroyed.contains(requestId)) {
        throw ProblemException.of(
            Problem.SLOT_DESTROYED, "the slot of request " + requestId + " was destroyed");
      }
      if (known != null) {
        if (known.memoryMb != slotMb) {
          throw ScalerException.invalid(
              "memory_mb",
              "must be %d as in the first call, is %d".formatted(known.memoryMb, slotMb));
        }
        return known.created;
      }
      if (settings.memoryMb() > 0 && memoryMb + slotMb > settings.memoryMb()) {
        throw new ProblemException(
            Problem.NO_ROOM,
            "%d MB of %d are in use, %d more are asked for"
                .formatted(memoryMb, settings.memoryMb(), slotMb),
            ROOM_PAUSE);
      }
      String id = "slot-%016x".formatted(random.nextLong());
      slot = new SimulatedSlot(id, requestId, slotMb, clock.instant());
      byRequest.put(requestId, slot);
      memoryMb += slotMb;
      tell(Kind.CREATING, slot);
      latency = varied(settings.createLatency());
      fails = random.nextDouble() < settings.createFailures();
    }
    later(latency, () -> endCreate(slot, fails));
    return slot.created;
  }

  private void endCreate(SimulatedSlot slot, boolean fails) {
    Instant now = clock.instant();
    synchronized (lock) {
      if (slot.destroyed() != null) {
        return;
      }
      if (fails) {
        byRequest.remove(slot.requestId);
        memoryMb -= slot.memoryMb;
        tell(Kind.NOT_CREATED, slot);
      } else {
        byId.put(slot.id, slot);
        slotsCreated++;
        tell(Kind.CREATED, slot);
      }
    }
    if (fails) {
      slot.created.completeExceptionally(
          ProblemException.of(
              Problem.CREATE_FAILED, "the slot of request " + slot.requestId + " failed"));
    } else {
      slot.created.complete(
          new Created(slot.id, slot.memoryMb, slot.begun, Duration.between(slot.begun, now)));
    }
  }

  CompletionStage<Started> start(
      String slotId, String instanceId, FunctionSpec function, long token) {
    Check.id("slot_id", slotId);
    Check.id("instance_id", instanceId);
    Check.between("token", token, 0, Long.MAX_VALUE);
    SimulatedSlot slot;
    Start start;
    Duration latency;
    boolean fails;
    synchronized (lock) {
      slot = byId.get(slotId);
      if (slot == null || slot.destroyed() != null) {
        throw ProblemException.of(Problem.SLOT_NOT_FOUND, "there is no slot " + slotId);
      }
      slot.checkToken(token);
      Start earlier = slot.start();
      if (earlier != null) {
        boolean isSame =
            earlier.instanceId().equals(instanceId)
                && earlier.function().key().equals(function.key());
        if (!isSame) {
          throw ProblemException.of(
              Problem.SLOT_TAKEN,
              "slot %s runs %s of %s"
                  .formatted(slotId, earlier.instanceId(), earlier.function().key()));
        }
        slot.see(token);
        return earlier.answer();
      }
      if (function.memoryMb() > slot.memoryMb) {
        throw ProblemException.of(
            Problem.SLOT_TOO_SMALL,
            "slot %s has %d MB, %s needs %d"
                .formatted(slotId, slot.memoryMb, function.key(), function.memoryMb()));
      }
      slot.see(token);
      start = new Start(instanceId, function, clock.instant(), new CompletableFuture<>());
      slot.start(start);
      tell(Kind.STARTING, slot);
      latency = varied(settings.initOf(function.key()));
      fails = random.nextDouble() < settings.initFailures();
    }
    later(latency, () -> endStart(slot, start, fails));
    return start.answer();
  }

  private void endStart(SimulatedSlot slot, Start start, boolean fails) {
    Duration took = Duration.between(start.begun(), clock.instant());
    synchronized (lock) {
      if (slot.destroyed() == null) {
        tell(fails ? Kind.NOT_STARTED : Kind.STARTED, slot);
      }
      if (fails) {
        slot.start(null);
      }
    }
    if (fails) {
      start
          .answer()
          .completeExceptionally(
              ProblemException.of(
                  Problem.INIT_FAILED,
                  "%s did not start in slot %s".formatted(start.function().key(), slot.id)));
    } else {
      start.answer().complete(new Started(start.begun(), took));
    }
  }

  /**
   * @param slotId null to find the slot by the request that created it
   */
  CompletionStage<Void> destroy(@Nullable String slotId, String requestId, long token) {
    Check.between("token", token, 0, Long.MAX_VALUE);
    SimulatedSlot slot;
    CompletableFuture<Void> answer;
    Start start;
    boolean wasCreated;
    synchronized (lock) {
      slot = slotId != null ? byId.get(slotId) : byRequest.get(requestId);
      if (slot == null) {
        if (slotId == null) {
          destroyed.add(requestId);
        }
        return CompletableFuture.completedStage(null);
      }
      slot.checkToken(token);
      CompletableFuture<Void> earlier = slot.destroyed();
      if (earlier != null) {
        return earlier;
      }
      if (random.nextDouble() < settings.destroyFailures()) {
        throw ProblemException.of(
            Problem.DESTROY_FAILED, "slot " + slot.id + " could not be destroyed");
      }
      answer = new CompletableFuture<>();
      slot.see(token);
      slot.destroyed(answer);
      tell(Kind.DESTROYING, slot);
      destroyed.add(slot.requestId);
      start = slot.start();
      wasCreated = byId.containsKey(slot.id);
    }
    ProblemException gone =
        ProblemException.of(Problem.SLOT_DESTROYED, "slot " + slot.id + " was destroyed meanwhile");
    slot.created.completeExceptionally(gone);
    if (start != null) {
      start.answer().completeExceptionally(gone);
    }
    SimulatedSlot leaving = slot;
    later(
        wasCreated ? varied(settings.destroyLatency()) : Duration.ZERO,
        () -> endDestroy(leaving, answer));
    return answer;
  }

  private void endDestroy(SimulatedSlot slot, CompletableFuture<Void> answer) {
    Instant now = clock.instant();
    synchronized (lock) {
      byRequest.remove(slot.requestId);
      memoryMb -= slot.memoryMb;
      if (byId.remove(slot.id) != null) {
        slotsDestroyed++;
        gbSecondsOfDestroyed += slot.gbSeconds(now);
      }
      tell(Kind.DESTROYED, slot);
    }
    answer.complete(null);
  }

  /** Under the lock, so that a slot's steps are told in their order. */
  private void tell(Kind kind, SimulatedSlot slot) {
    Start start = slot.start();
    observer.accept(
        new SlotEvent(
            clock.instant(),
            kind,
            slot.id,
            slot.requestId,
            slot.memoryMb,
            start == null ? null : start.instanceId(),
            start == null ? null : start.function().key()));
  }

  private Duration varied(Duration latency) {
    if (settings.jitter() == 0 || latency.isZero()) {
      return latency;
    }
    double factor;
    synchronized (lock) {
      factor = 1 + settings.jitter() * (2 * random.nextDouble() - 1);
    }
    return Duration.ofNanos(Math.round(latency.toNanos() * factor));
  }

  private void later(Duration latency, Runnable task) {
    if (latency.isZero()) {
      task.run();
    } else {
      timer.after(latency, task);
    }
  }

  private static <T> CompletionStage<T> translated(Supplier<CompletionStage<T>> call) {
    CompletionStage<T> stage;
    try {
      stage = call.get();
    } catch (ProblemException | ScalerException e) {
      return CompletableFuture.failedStage(translate(e));
    }
    return stage.exceptionallyCompose(
        failure -> CompletableFuture.failedStage(translate(Failures.cause(failure))));
  }

  private static Throwable translate(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof ProblemException refusal) {
      return new PlatformException(refusal.problem().kind, false, message, refusal.retryAfter());
    }
    if (failure instanceof ScalerException) {
      return new PlatformException(PlatformException.Kind.REFUSED, false, message, null);
    }
    return failure;
  }
}
