package io.scaler.service;

import io.scaler.model.Ruling;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What operators laid down, kept in the cluster; every node knows all of it. Every stage fails with
 * a {@link io.scaler.model.ScalerException} NODE_UNAVAILABLE if this node hears from no majority,
 * or if what became of a change is not certain: it may be asked for again.
 */
public interface Overrides {
  /** As many can be laid down. */
  int MOST = 1_000;

  /** What this node knows now, without asking; the most special first. */
  List<Ruling> known();

  /** What the cluster keeps, the most special first. */
  CompletionStage<List<Ruling>> all();

  /** Lays it down, in place of what was laid down for the same functions. */
  CompletionStage<Void> put(Ruling ruling);

  /**
   * Takes back what was laid down for these functions.
   *
   * @return whether anything was
   */
  CompletionStage<Boolean> remove(String functions);
}
