package io.scaler.it.history;

import io.scaler.adapter.platform.SlotEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What happened.
 *
 * @param calls of all callers
 * @param slots what the platform saw of its slots, in the order in which it told
 * @param lost when the platform ended with all that it ran
 * @param limits that held
 */
public record History(List<Call> calls, List<SlotEvent> slots, List<Instant> lost, Limits limits) {

  public History {
    calls = List.copyOf(calls);
    slots = List.copyOf(slots);
    lost = List.copyOf(lost);
  }

  /**
   * What the cluster was told to keep to.
   *
   * @param launches that may be on their way at a time
   * @param memoryMb of all slots together; 0 for no limit
   * @param lateness by which an answer may come after its deadline, for the callers' own sake
   */
  public record Limits(int launches, long memoryMb, Duration lateness) {}
}
