package io.scaler.service;

import io.scaler.model.FunctionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  final List<PlatformException> listFailures = new ArrayList<>();

  /** What it is known to fail with; null if it is up. */
  @Nullable PlatformException down;

  private Runnable onListed = () -> {};

  /** How often it was asked what it has, whatever it answered. */
  int listed;

  private final Map<String, CompletableFuture<String>> creating = new HashMap<>();
  private final Set<String> working = new HashSet<>();

  /** Instances that were created or started at a time, at most. */
  int mostAtOnce;

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

  private void worksOn(String instanceId) {
    working.add(instanceId);
    mostAtOnce = Math.max(mostAtOnce, working.size());
  }

  /** What runs in the instance's slot ends by itself, and the slot with it. */
  void lose(String instanceId) {
    slots.values().removeIf(slot -> instanceId.equals(slot.instanceId()));
  }

  /** What happens between the next listing and its answer. */
  void asked(Runnable meanwhile) {
    onListed = meanwhile;
  }

  /** Whatever runs or will run takes so much together, in MiB. */
  long memoryMb() {
    return slots.values().stream().mapToLong(Slot::memoryMb).sum();
  }

  @Override
  public Optional<PlatformException> refusal() {
    return Optional.ofNullable(down);
  }

  @Override
  public CompletionStage<String> createSlot(String instanceId, long memoryMb) {
    for (Slot slot : slots.values()) {
      if (slot.requestId().equals(instanceId)) {
        return CompletableFuture.completedStage(slot.id());
      }
    }
    CompletableFuture<String> known = creating.get(instanceId);
    if (known != null) {
      return known;
    }
    CompletableFuture<String> done = new CompletableFuture<>();
    creating.put(instanceId, done);
    worksOn(instanceId);
    timer.after(
        CREATE,
        () -> {
          creating.remove(instanceId);
          working.remove(instanceId);
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
    worksOn(instanceId);
    timer.after(
        INIT,
        () -> {
          working.remove(instanceId);
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
    listed++;
    if (!listFailures.isEmpty()) {
      return CompletableFuture.failedStage(listFailures.remove(0));
    }
    Optional<List<Slot>> listed = Optional.of(List.copyOf(slots.values()));
    Runnable meanwhile = onListed;
    onListed = () -> {};
    meanwhile.run();
    return CompletableFuture.completedStage(listed);
  }
}
