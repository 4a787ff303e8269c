package io.scaler.pool;

import io.scaler.model.FunctionSpec;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pool as a value.
 *
 * @param instances in the order of their launch
 * @param idle ids of idle instances, longest idle first
 * @param waiters first come first
 * @param finished oldest first
 * @param rises when concurrency rose to the levels up to the present one, the lowest level first
 * @param falls when concurrency fell below the levels above the present one, the highest level
 *     first
 * @param coldStarts the latest, oldest first
 * @param lastRetired null if no instance was given up yet
 */
public record PoolState(
    FunctionSpec spec,
    int generation,
    long epoch,
    long lastToken,
    long version,
    Instant lastChange,
    List<Instance> instances,
    List<String> idle,
    List<Waiter> waiters,
    List<Finished> finished,
    List<Instant> rises,
    List<Instant> falls,
    List<ColdStart> coldStarts,
    @Nullable Retirement lastRetired) {
  public PoolState {
    instances = List.copyOf(instances);
    idle = List.copyOf(idle);
    waiters = List.copyOf(waiters);
    finished = List.copyOf(finished);
    rises = List.copyOf(rises);
    falls = List.copyOf(falls);
    coldStarts = List.copyOf(coldStarts);
  }
}
