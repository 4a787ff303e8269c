package io.scaler.service;

import io.scaler.pool.Command;
import io.scaler.pool.Event;
import java.util.List;

/** Told of what the pools owned here decide as it happens, on the hot path: cheap, never fails. */
@FunctionalInterface
public interface DecisionObserver {
  DecisionObserver NONE = (command, events, nanos) -> {};

  /**
   * A pool decided.
   *
   * @param events that were applied
   * @param nanos that deciding and applying took here, without the way to the backup
   */
  void decided(Command command, List<Event> events, long nanos);
}
