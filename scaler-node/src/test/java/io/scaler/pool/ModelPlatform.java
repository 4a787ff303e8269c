package io.scaler.pool;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The truth about slots, in a random run. Answers come from whoever asks it to do things. */
final class ModelPlatform {
  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private long created;
  private long destroyed;

  /** A slot that exists. */
  static final class Slot {
    final String id;
    final String instanceId;
    final Instant since;
    boolean runs;

    Slot(String id, String instanceId, Instant since) {
      this.id = id;
      this.instanceId = instanceId;
      this.since = since;
    }

    @Override
    public String toString() {
      return id + " of " + instanceId + (runs ? ", running" : "");
    }
  }

  /** Idempotent by instance id, while the slot exists. */
  String create(String instanceId, Instant now) {
    Slot known = of(instanceId);
    if (known != null) {
      return known.id;
    }
    Slot slot = new Slot("s" + ++created, instanceId, now);
    slots.put(slot.id, slot);
    return slot.id;
  }

  /** Returns whether the application runs, which it does not in a slot that is gone. */
  boolean init(String slotId) {
    Slot slot = slots.get(slotId);
    if (slot == null) {
      return false;
    }
    slot.runs = true;
    return true;
  }

  void destroy(@Nullable String slotId, String instanceId) {
    Slot slot = slotId == null ? of(instanceId) : slots.get(slotId);
    if (slot != null) {
      slots.remove(slot.id);
      destroyed++;
    }
  }

  /** What runs in some slot ends by itself, and the slot with it. */
  void loseOne(Random random) {
    List<Slot> running = slots.values().stream().filter(slot -> slot.runs).toList();
    if (!running.isEmpty()) {
      slots.remove(running.get(random.nextInt(running.size())).id);
      destroyed++;
    }
  }

  boolean runs(String instanceId) {
    Slot slot = of(instanceId);
    return slot != null && slot.runs;
  }

  List<Slot> list() {
    return new ArrayList<>(slots.values());
  }

  long created() {
    return created;
  }

  long destroyed() {
    return destroyed;
  }

  private @Nullable Slot of(String instanceId) {
    for (Slot slot : slots.values()) {
      if (slot.instanceId.equals(instanceId)) {
        return slot;
      }
    }
    return null;
  }
}
