package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.pool.Observation;

/** Told of what the pools owned here see as it happens, on the hot path: cheap, never fails. */
@FunctionalInterface
public interface PoolObserver {

  /**
   * The function's pool changed.
   *
   * @param plan by which the change was decided
   */
  void observed(FunctionSpec function, Plan plan, Observation observation);
}
