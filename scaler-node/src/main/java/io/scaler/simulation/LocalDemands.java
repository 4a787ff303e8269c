package io.scaler.simulation;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandBatch;
import io.scaler.service.Demands;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The demand that a node sees that serves everything. */
final class LocalDemands implements Demands {
  private final Map<String, Demand> demands = new HashMap<>();
  private Map<String, Demand> changed = new LinkedHashMap<>();

  @Override
  public CompletionStage<Void> merge(String functionKey, DemandBatch batch) {
    Demand before = demands.get(functionKey);
    Demand merged = before == null ? Demand.of(batch) : before.merge(batch);
    demands.put(functionKey, merged);
    changed.put(functionKey, merged);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public Map<String, Demand> ownedChanged() {
    Map<String, Demand> taken = changed;
    changed = new LinkedHashMap<>();
    return taken;
  }

  @Override
  public Map<String, Demand> owned(Predicate<String> keys) {
    Map<String, Demand> owned = new HashMap<>(demands);
    owned.keySet().removeIf(key -> !keys.test(key));
    return owned;
  }

  @Override
  public boolean owns(String functionKey) {
    return true;
  }

  /** The function's; null if nothing was merged so far. */
  @Nullable Demand known(String functionKey) {
    return demands.get(functionKey);
  }
}
