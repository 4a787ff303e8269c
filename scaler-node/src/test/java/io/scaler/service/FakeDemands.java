package io.scaler.service;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandBatch;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** The demand of a cluster of one node; fails to merge while told to. */
final class FakeDemands implements Demands {
  final Map<String, Demand> demands = new HashMap<>();
  private final Map<String, Demand> changed = new HashMap<>();

  /** Of functions that another node owns now. */
  final Set<String> lost = new HashSet<>();

  boolean failing;

  @Override
  public CompletionStage<Void> merge(String functionKey, DemandBatch batch) {
    if (failing) {
      return CompletableFuture.failedStage(new IllegalStateException("no majority"));
    }
    Demand known = demands.get(functionKey);
    Demand demand = known == null ? Demand.of(batch) : known.merge(batch);
    demands.put(functionKey, demand);
    changed.put(functionKey, demand);
    return Failures.done();
  }

  @Override
  public Map<String, Demand> ownedChanged() {
    Map<String, Demand> taken = Map.copyOf(changed);
    changed.clear();
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
    return !lost.contains(functionKey);
  }
}
