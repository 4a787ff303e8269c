package io.scaler.adapter.hazelcast;

import com.hazelcast.map.IMap;
import io.scaler.demand.Demand;
import io.scaler.demand.DemandBatch;
import io.scaler.service.Demands;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

/**
 * Demand in a map, merged by each key's owner. A key that changes owners is planned for again when
 * its demand changes next.
 */
final class HazelcastDemands implements Demands {
  private final IMap<String, Demand> map;
  private final Owners<Demand> owners;
  private final OwnerCalls calls;
  private final ConcurrentMap<String, Demand> changed;
  private final Predicate<String> owned;

  /**
   * @param changed where processors on this node note what they merged
   * @param owned the keys that this node owns
   */
  HazelcastDemands(
      IMap<String, Demand> map,
      OwnerCalls calls,
      ConcurrentMap<String, Demand> changed,
      Predicate<String> owned) {
    this.map = map;
    this.owners = new MapOwners<>(map);
    this.calls = calls;
    this.changed = changed;
    this.owned = owned;
  }

  @Override
  public CompletionStage<Void> merge(String functionKey, DemandBatch batch) {
    return calls
        .submit(
            owners, functionKey, attempt -> new DemandProcessor(new DemandProcessor.Order(batch)))
        .thenAccept(merged -> {});
  }

  @Override
  public Map<String, Demand> ownedChanged() {
    Map<String, Demand> taken = new HashMap<>();
    for (String key : changed.keySet()) {
      Demand demand = changed.remove(key);
      if (demand != null) {
        taken.put(key, demand);
      }
    }
    return taken;
  }

  @Override
  public Map<String, Demand> owned(Predicate<String> keys) {
    Map<String, Demand> owned = new HashMap<>();
    for (String key : map.localKeySet()) {
      if (keys.test(key)) {
        Demand demand = map.get(key);
        if (demand != null) {
          owned.put(key, demand);
        }
      }
    }
    return owned;
  }

  @Override
  public boolean owns(String functionKey) {
    return owned.test(functionKey);
  }
}
