package io.scaler.adapter.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import io.scaler.permit.Claim;
import io.scaler.permit.PermitCommand;
import io.scaler.permit.PermitEvent;
import io.scaler.permit.Permits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Has a semaphore decide on a command, on its owner, and sends the events to the backup. */
final class PermitProcessor
    implements EntryProcessor<String, Permits, HazelcastSemaphores.Answer>, HazelcastInstanceAware {
  private static final long serialVersionUID = 1L;

  private final transient Order order;
  private transient @Nullable HazelcastInstance hazelcast;
  private transient @Nullable EntryProcessor<String, Permits, HazelcastSemaphores.Answer> backup;

  /**
   * What is sent to the owner.
   *
   * @param holder whose claim the answer is about; empty for none
   * @param attempt from 0; above, the outcome of the one before was uncertain
   */
  record Order(PermitCommand command, String holder, int attempt) {}

  PermitProcessor(Order order) {
    this.order = order;
  }

  Order order() {
    return order;
  }

  @Override
  public void setHazelcastInstance(HazelcastInstance instance) {
    this.hazelcast = instance;
  }

  @Override
  public HazelcastSemaphores.Answer process(Map.Entry<String, Permits> entry) {
    PoolOwner owner = owner();
    if (owner != null) {
      owner.requireMajority();
    }
    Permits stored = entry.getValue();
    Permits permits = stored == null ? new Permits() : stored;
    long version = permits.version();
    List<PermitEvent> events = permits.decide(order.command());
    if (!events.isEmpty()) {
      permits.apply(events);
      entry.setValue(permits.isEmpty() ? null : permits);
    }
    if (order.attempt() > 0 && isWholeDue(entry.getKey(), permits, owner)) {
      backup =
          new Backup(
              0, List.of(), permits.isEmpty() ? null : HazelcastSemaphores.State.of(permits));
    } else if (!events.isEmpty()) {
      backup = new Backup(version, events, null);
    } else if (order.attempt() > 0) {
      backup = new Check(version);
    }
    List<Claim> granted = new ArrayList<>();
    for (PermitEvent event : events) {
      if (event instanceof PermitEvent.Granted grant) {
        granted.add(grant.claim());
      }
    }
    return new HazelcastSemaphores.Answer(
        permits.isHeldBy(order.holder()), granted, permits.shortage(), permits.isCounted());
  }

  private @Nullable PoolOwner owner() {
    HazelcastInstance here = hazelcast;
    return here != null && here.getUserContext().get(PoolOwner.KEY) instanceof PoolOwner owner
        ? owner
        : null;
  }

  private static boolean isWholeDue(String semaphore, Permits permits, @Nullable PoolOwner owner) {
    int size = permits.holders().size() + permits.waiters().size();
    return owner == null
        || owner
            .copies()
            .isDue("semaphore " + semaphore, size, owner.rules().nanoTime().getAsLong());
  }

  @Override
  public @Nullable EntryProcessor<String, Permits, HazelcastSemaphores.Answer>
      getBackupProcessor() {
    return backup;
  }

  /**
   * Brings the backup's copy to where the owner's is.
   *
   * @param events to apply to this version; if empty, {@code whole} replaces what is there
   * @param whole null: nothing is to be there
   */
  record Backup(long version, List<PermitEvent> events, HazelcastSemaphores.@Nullable State whole)
      implements EntryProcessor<String, Permits, HazelcastSemaphores.Answer> {

    @Override
    public HazelcastSemaphores.@Nullable Answer process(Map.Entry<String, Permits> entry) {
      if (events.isEmpty()) {
        entry.setValue(whole == null ? null : whole.permits());
        return null;
      }
      Permits stored = entry.getValue();
      Permits permits = stored == null ? new Permits() : stored;
      requireVersion(version, permits, entry.getKey());
      permits.apply(events);
      entry.setValue(permits.isEmpty() ? null : permits);
      return null;
    }

    @Override
    public @Nullable EntryProcessor<String, Permits, HazelcastSemaphores.Answer>
        getBackupProcessor() {
      return null;
    }
  }

  /** Finds the backup's copy where the owner's is, or is not confirmed: then it is asked again. */
  record Check(long version)
      implements EntryProcessor<String, Permits, HazelcastSemaphores.Answer> {
    @Override
    public HazelcastSemaphores.@Nullable Answer process(Map.Entry<String, Permits> entry) {
      Permits stored = entry.getValue();
      requireVersion(version, stored == null ? new Permits() : stored, entry.getKey());
      return null;
    }

    @Override
    public @Nullable EntryProcessor<String, Permits, HazelcastSemaphores.Answer>
        getBackupProcessor() {
      return null;
    }
  }

  private static void requireVersion(long version, Permits permits, String semaphore) {
    if (permits.version() != version) {
      throw new IllegalStateException(
          "semaphore %s is at version %d in this backup, where its owner is at version %d"
              .formatted(semaphore, permits.version(), version));
    }
  }
}
