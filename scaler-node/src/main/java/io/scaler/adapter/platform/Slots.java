package io.scaler.adapter.platform;

import io.scaler.model.FunctionSpec;
import io.scaler.service.Platform.Slot;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a simulated platform: who asked for each, what runs in it, the greatest token it has
 * seen, and what all of them cost. For any number of threads.
 */
final class Slots {
  /** Request ids whose slots are gone, remembered so that a late creation is refused. */
  private static final int MOST_REMEMBERED = 100_000;

  private static final double MB_PER_GB = 1024;
  private static final double NANOS_PER_SECOND = 1e9;

  private final long memoryMb;
  private final Map<String, Held> byId = new LinkedHashMap<>();
  private final Map<String, Held> byRequest = new LinkedHashMap<>();
  private final Map<String, Boolean> gone =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  private Instant countedUntil;
  private double gbSeconds;
  private long runningMb;
  private long created;
  private long destroyed;

  private static final class Held {
    Slot slot;
    long token;
    @Nullable String starting;

    Held(Slot slot) {
      this.slot = slot;
    }
  }

  Slots(long memoryMb, Instant now) {
    this.memoryMb = memoryMb;
    this.countedUntil = now;
  }

  /**
   * The slot's id; the same one for a request that was heard before.
   *
   * @throws PlatformException REFUSED if the request's slot is gone; UNAVAILABLE if there is no
   *     room
   */
  synchronized String create(String requestId, long slotMb, Instant now) {
    Held before = byRequest.get(requestId);
    if (before != null) {
      return before.slot.id();
    }
    if (gone.containsKey(requestId)) {
      throw new PlatformException(
          Kind.REFUSED, false, "the slot of request %s was destroyed".formatted(requestId), null);
    }
    if (memoryMb > 0 && runningMb + slotMb > memoryMb) {
      throw new PlatformException(
          Kind.UNAVAILABLE,
          false,
          "no room for %d MB: %d of %d MB are in use".formatted(slotMb, runningMb, memoryMb),
          Duration.ofSeconds(1));
    }
    count(now);
    created++;
    runningMb += slotMb;
    Held held = new Held(new Slot("slot-" + created, requestId, slotMb, now, null, null));
    byId.put(held.slot.id(), held);
    byRequest.put(requestId, held);
    return held.slot.id();
  }

  /**
   * Notes that an instance is being started in the slot. Returns whether it already runs there.
   *
   * @throws PlatformException REFUSED if there is no such slot, another instance has it, or the
   *     token is too old
   */
  synchronized boolean begin(String slotId, String instanceId, long token) {
    Held held = byId.get(slotId);
    if (held == null) {
      throw new PlatformException(Kind.REFUSED, false, "there is no slot " + slotId, null);
    }
    if (held.starting != null && !held.starting.equals(instanceId)) {
      throw new PlatformException(
          Kind.REFUSED, false, "slot %s has instance %s".formatted(slotId, held.starting), null);
    }
    fence(held, token);
    held.starting = instanceId;
    return instanceId.equals(held.slot.instanceId());
  }

  /**
   * The instance runs.
   *
   * @throws PlatformException REFUSED if its slot was destroyed meanwhile
   */
  synchronized void started(String slotId, String instanceId, FunctionSpec function) {
    Held held = byId.get(slotId);
    if (held == null) {
      throw new PlatformException(
          Kind.REFUSED, false, "slot %s was destroyed meanwhile".formatted(slotId), null);
    }
    Slot slot = held.slot;
    held.slot =
        new Slot(
            slot.id(), slot.requestId(), slot.memoryMb(), slot.created(), instanceId, function);
  }

  /**
   * Destroys the slot by its id, or by its request's if that is null; what is gone stays gone.
   *
   * @throws PlatformException REFUSED if the token is too old
   */
  synchronized void destroy(@Nullable String slotId, String requestId, long token, Instant now) {
    Held held = slotId == null ? byRequest.get(requestId) : byId.get(slotId);
    if (held == null) {
      if (slotId == null && !requestId.isEmpty()) {
        gone.put(requestId, true);
      }
      return;
    }
    fence(held, token);
    count(now);
    destroyed++;
    runningMb -= held.slot.memoryMb();
    byId.remove(held.slot.id());
    byRequest.remove(held.slot.requestId());
    gone.put(held.slot.requestId(), true);
  }

  private static void fence(Held held, long token) {
    if (token != 0 && token < held.token) {
      throw new PlatformException(
          Kind.REFUSED,
          false,
          "token %d is older than %d, which slot %s has seen"
              .formatted(token, held.token, held.slot.id()),
          null);
    }
    held.token = Math.max(held.token, token);
  }

  synchronized List<Slot> all() {
    return byId.values().stream().map(held -> held.slot).toList();
  }

  synchronized Usage usage(Instant now) {
    count(now);
    return new Usage(gbSeconds, created, destroyed, byId.size(), runningMb);
  }

  private void count(Instant now) {
    if (now.isAfter(countedUntil)) {
      gbSeconds +=
          runningMb
              / MB_PER_GB
              * (Duration.between(countedUntil, now).toNanos() / NANOS_PER_SECOND);
      countedUntil = now;
    }
  }
}
