package io.scaler.service;

import io.scaler.model.FunctionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A platform that does what it is asked after a while, and fails when a test says so. */
final class FakePlatform implements Platform {
  static final Duration CREATE = Duration.ofMillis(100);
  static final Duration INIT = Duration.ofMillis(200);

  private final FakeTimer timer;
  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private int slotNumber;

  final List<String> created = new ArrayList<>();
  final List<String> destroyed = new ArrayList<>();

  /** What the next calls fail with, oldest first. */
  final List<PlatformException> createFailures = new ArrayList<>();

  final List<PlatformException> initFailures = new ArrayList<>();
  final List<PlatformException> destroyFailures = new ArrayList<>();

  FakePlatform(FakeTimer timer) {
    this.timer = timer;
  }

  /** Slots that exist now, by id. */
  Map<String, Slot> slots() {
    return slots;
  }

  void add(Slot slot) {
    slots.put(slot.id(), slot);
  }

  @Override
  public CompletionStage<String> createSlot(String instanceId, long memoryMb) {
    for (Slot slot : slots.values()) {
      if (slot.requestId().equals(instanceId)) {
        return CompletableFuture.completedStage(slot.id());
      }
    }
    CompletableFuture<String> done = new CompletableFuture<>();
    timer.after(
        CREATE,
        () -> {
          if (!createFailures.isEmpty()) {
            done.completeExceptionally(createFailures.remove(0));
            return;
          }
          String id = "slot" + ++slotNumber;
          created.add(instanceId);
          slots.put(id, new Slot(id, instanceId, memoryMb, timer.instant(), null, null));
          done.complete(id);
        });
    return done;
  }

  @Override
  public CompletionStage<Duration> init(
      String slotId, String instanceId, FunctionSpec function, long token) {
    CompletableFuture<Duration> done = new CompletableFuture<>();
    timer.after(
        INIT,
        () -> {
          Slot slot = slots.get(slotId);
          if (!initFailures.isEmpty()) {
            done.completeExceptionally(initFailures.remove(0));
          } else if (slot == null) {
            done.completeExceptionally(
                new PlatformException(
                    PlatformException.Kind.REFUSED, false, "no slot " + slotId, null));
          } else {
            slots.put(
                slotId,
                new Slot(
                    slotId,
                    slot.requestId(),
                    slot.memoryMb(),
                    slot.created(),
                    instanceId,
                    function));
            done.complete(INIT);
          }
        });
    return done;
  }

  @Override
  public CompletionStage<Void> destroySlot(
      @Nullable String slotId, String instanceId, String reason, long token) {
    if (!destroyFailures.isEmpty()) {
      return CompletableFuture.failedStage(destroyFailures.remove(0));
    }
    destroyed.add(instanceId);
    slots
        .values()
        .removeIf(slot -> slot.id().equals(slotId) || slot.requestId().equals(instanceId));
    return Failures.done();
  }

  @Override
  public CompletionStage<Optional<List<Slot>>> listSlots() {
    return CompletableFuture.completedStage(Optional.of(List.copyOf(slots.values())));
  }
}
