package io.scaler.service;

import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.pool.PoolState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * What operators want to know of the cluster, from whichever node. Nothing is changed by it. Every
 * stage fails with a {@link io.scaler.model.ScalerException} NODE_UNAVAILABLE if this node hears
 * from no majority.
 */
public interface Inspection {

  /**
   * Who is there.
   *
   * @param node that was asked
   * @param leader empty if nobody has led yet
   * @param epoch of its leadership; 0 if nobody has led yet
   * @param nodes oldest first
   * @param expected nodes when all are up
   * @param safe whether all that the node has is copied
   */
  record Membership(
      String node, String leader, long epoch, List<String> nodes, int expected, boolean safe) {
    public Membership {
      nodes = List.copyOf(nodes);
    }
  }

  /** A function's pool in numbers. */
  record Summary(
      FunctionSpec spec,
      int idle,
      int busy,
      int starting,
      int retiring,
      int waiting,
      Instant lastChange) {}

  CompletionStage<Membership> membership();

  /**
   * The nodes that are members, as far as this one knows, the oldest first, and then those that
   * were within the last minutes. Answers without a majority, too.
   */
  List<KnownNode> known();

  /**
   * Why this node hears from no majority, who is missing, and what to do, for people; empty if it
   * hears from one.
   */
  Optional<String> noMajority();

  /**
   * The pools of functions whose key begins with {@code prefix}, by key. Asks every pool there is.
   */
  CompletionStage<List<Summary>> functions(String prefix);

  /** The pools of these functions, of those that have one, in no order. */
  CompletionStage<List<Summary>> functions(Set<String> keys);

  /** Empty if the function has none. */
  CompletionStage<Optional<PoolState>> pool(String functionKey);

  /**
   * The node that keeps the function's pool and decides for it, whether there is one or not, as far
   * as this one knows. Asks nobody. Empty while keys find new owners.
   */
  Optional<String> owner(String functionKey);

  /** What the function needs, as it was asked for last; empty if it was not, or long ago. */
  CompletionStage<Optional<FunctionSpec>> function(String functionKey);

  /** Empty if nothing is known. */
  CompletionStage<Optional<Demand>> demand(String functionKey);
}
