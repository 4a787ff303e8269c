package io.scaler.simulation;

import io.scaler.model.FunctionSpec;
import io.scaler.service.Platform;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A platform that takes exactly as long as it is said to and never fails. A slot costs its memory
 * from the call that creates it to the call that destroys it.
 */
final class VirtualPlatform implements Platform {
  private static final double MB_PER_GB = 1_024;
  private static final double NANOS_PER_SECOND = 1e9;

  private final VirtualTime time;
  private final Duration createLatency;
  private final Function<FunctionSpec, Duration> initLatency;
  private final Map<String, Held> slots = new HashMap<>();
  private long created;
  private double gbSecondsOfDestroyed;

  private record Held(long memoryMb, long sinceNanos) {}

  /**
   * @param initLatency how long a function's application takes to start
   */
  VirtualPlatform(
      VirtualTime time, Duration createLatency, Function<FunctionSpec, Duration> initLatency) {
    this.time = time;
    this.createLatency = createLatency;
    this.initLatency = initLatency;
  }

  /** Slots that exist now. */
  int slots() {
    return slots.size();
  }

  /** Slots ever created. */
  long created() {
    return created;
  }

  /** What all slots have cost so far. */
  double gbSeconds() {
    double sum = gbSecondsOfDestroyed;
    for (Held slot : slots.values()) {
      sum += cost(slot);
    }
    return sum;
  }

  private double cost(Held slot) {
    return slot.memoryMb / MB_PER_GB * (time.nanos() - slot.sinceNanos) / NANOS_PER_SECOND;
  }

  @Override
  public CompletionStage<String> createSlot(String instanceId, long memoryMb) {
    created++;
    slots.put(instanceId, new Held(memoryMb, time.nanos()));
    CompletableFuture<String> done = new CompletableFuture<>();
    time.after(createLatency, () -> done.complete(instanceId));
    return done;
  }

  @Override
  public CompletionStage<Duration> init(
      String slotId, String instanceId, FunctionSpec function, long token) {
    Duration took = initLatency.apply(function);
    CompletableFuture<Duration> done = new CompletableFuture<>();
    time.after(took, () -> done.complete(took));
    return done;
  }

  @Override
  public CompletionStage<Void> destroySlot(
      @Nullable String slotId, String instanceId, String reason, long token) {
    Held slot = slots.remove(instanceId);
    if (slot != null) {
      gbSecondsOfDestroyed += cost(slot);
    }
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Optional<List<Slot>>> listSlots() {
    return CompletableFuture.completedStage(Optional.empty());
  }
}
