package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.pool.Observation;

/** Told of what the pools owned here see as it happens, on the hot path: cheap, never fails. */
@FunctionalInterface
public interface PoolObserver {

  /** The function's pool changed. */
  void observed(FunctionSpec function, Observation observation);
}
