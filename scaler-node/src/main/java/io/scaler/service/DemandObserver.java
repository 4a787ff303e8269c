package io.scaler.service;

import io.scaler.model.FunctionSpec;
import java.time.Duration;

/** Told of what is demanded as it happens, on the hot path: cheap, and never fails. */
public interface DemandObserver {

  /** A request for the function arrived at this node, now; whoever owns its pool counts it. */
  default void arrived(FunctionSpec function) {}

  /** A request of the function ran this long. */
  void executed(String functionKey, Duration took);
}
