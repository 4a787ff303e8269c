package io.scaler.pool;

import io.scaler.model.FunctionSpec;
import java.time.Instant;
import java.util.List;

/**
 * What a pool has of the cluster's memory to give, and what it wants of it.
 *
 * @param live instances that are not RETIRING
 * @param idle the longest idle first; not necessarily all
 * @param retiringMb memory of instances whose destruction is not confirmed, in MiB
 * @param wantedMb memory of launches that requests wait for and whose slots are not known yet, in
 *     MiB; the slots of some may be being created
 */
public record Room(
    FunctionSpec function, int live, List<Idle> idle, long retiringMb, long wantedMb) {

  /**
   * An instance that is IDLE.
   *
   * @param since when it became idle
   * @param memoryMb what comes free with it, in MiB
   */
  public record Idle(String instanceId, Instant since, long memoryMb) {}

  public Room {
    idle = List.copyOf(idle);
  }

  /** Whether it neither has nor wants anything. */
  public boolean isEmpty() {
    return idle.isEmpty() && retiringMb == 0 && wantedMb == 0;
  }
}
