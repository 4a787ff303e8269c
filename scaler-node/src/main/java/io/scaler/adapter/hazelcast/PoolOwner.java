package io.scaler.adapter.hazelcast;

import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import io.scaler.demand.Demand;
import io.scaler.service.DuePools;
import io.scaler.service.PoolCounts;
import io.scaler.service.Rooms;
import java.util.concurrent.ConcurrentMap;

/**
 * What processors find on the node that they run on.
 *
 * @param due which of the pools owned here want to be swept
 * @param rooms what the pools owned here have of the memory to give
 * @param counts of the instances and waiters of the pools owned here
 * @param copies of pools and semaphores owned here that their backups were sent
 * @param changedDemand what processors merged here and nobody has planned for yet
 */
record PoolOwner(
    PoolRules rules,
    DuePools due,
    Rooms rooms,
    PoolCounts counts,
    WholeCopies copies,
    ConcurrentMap<String, Demand> changedDemand,
    RecencyMajority majority) {
  /** Where Hazelcast's user context holds it. */
  static final String KEY = "scaler.pool-owner";

  /**
   * Hazelcast looks at the majority once a heartbeat only; a change must not slip through
   * meanwhile.
   */
  void requireMajority() {
    if (!majority.isPresent()) {
      throw new SplitBrainProtectionException("the owner hears from no majority");
    }
  }
}
