package io.scaler.service;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandBatch;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Every function's demand, wherever in the cluster its owner is. */
public interface Demands {

  /**
   * Has the owner of the function's demand merge what a node saw of it. Where the outcome is
   * uncertain and the batch is merged once more, it counts twice, which does no harm.
   */
  CompletionStage<Void> merge(String functionKey, DemandBatch batch);

  /**
   * The demand, by function key, that this node owns and that has changed, or become this node's,
   * since the last call.
   */
  Map<String, Demand> ownedChanged();

  /** The demand of those functions that this node owns and that are meant. May block. */
  Map<String, Demand> owned(Predicate<String> keys);

  /** Whether this node owns the function's demand, as far as it knows. Asks nobody. */
  boolean owns(String functionKey);
}
