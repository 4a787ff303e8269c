package io.scaler.adapter.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import io.scaler.demand.Demand;
import io.scaler.demand.DemandBatch;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Merges a batch into a function's demand, on its owner. The backup merges the same batch: one that
 * it missed makes no difference that matters.
 */
final class DemandProcessor
    implements EntryProcessor<String, Demand, Boolean>, HazelcastInstanceAware {
  private static final long serialVersionUID = 1L;

  private final transient Order order;
  private transient @Nullable HazelcastInstance hazelcast;

  /** What is sent to the owner. */
  record Order(DemandBatch batch) {}

  DemandProcessor(Order order) {
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
  public Boolean process(Map.Entry<String, Demand> entry) {
    Demand merged = merge(entry, order.batch());
    HazelcastInstance here = hazelcast;
    if (here != null && here.getUserContext().get(PoolOwner.KEY) instanceof PoolOwner owner) {
      owner.changedDemand().put(entry.getKey(), merged);
    }
    return true;
  }

  private static Demand merge(Map.Entry<String, Demand> entry, DemandBatch batch) {
    Demand before = entry.getValue();
    Demand merged = before == null ? Demand.of(batch) : before.merge(batch);
    entry.setValue(merged);
    return merged;
  }

  @Override
  public EntryProcessor<String, Demand, Boolean> getBackupProcessor() {
    return new Backup(order.batch());
  }

  /** The same on the backup. */
  record Backup(DemandBatch batch) implements EntryProcessor<String, Demand, Boolean> {
    @Override
    public Boolean process(Map.Entry<String, Demand> entry) {
      merge(entry, batch);
      return true;
    }

    @Override
    public @Nullable EntryProcessor<String, Demand, Boolean> getBackupProcessor() {
      return null;
    }
  }
}
