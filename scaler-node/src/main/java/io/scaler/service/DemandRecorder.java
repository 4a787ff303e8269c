package io.scaler.service;

import io.scaler.demand.DemandBatch;
import io.scaler.demand.DemandTally;
import io.scaler.model.FunctionSpec;
import io.scaler.model.LevelGap;
import io.scaler.model.Plan;
import io.scaler.pool.Observation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts what this node sees of every function until it is drained. For any number of threads:
 * those of one function wait for each other for as long as it takes to change a few numbers.
 */
public final class DemandRecorder implements DemandObserver, PoolObserver, Launching.Observer {
  private final InstantSource clock;
  private final int mostFunctions;
  private final Set<String> keptUp = ConcurrentHashMap.newKeySet();
  private final ConcurrentMap<String, Shared> functions = new ConcurrentHashMap<>();
  private final LongAdder overlooked = new LongAdder();

  /**
   * @param mostFunctions that are counted between two drains; what is seen of more is overlooked
   */
  public DemandRecorder(InstantSource clock, int mostFunctions) {
    this.clock = clock;
    this.mostFunctions = mostFunctions;
  }

  @Override
  public void executed(String functionKey, Duration took) {
    record(functionKey, tally -> tally.executed(took));
  }

  @Override
  public void launched(FunctionSpec function, Duration took) {
    record(function.key(), tally -> tally.launched(took));
  }

  @Override
  public void observed(FunctionSpec function, Plan plan, Observation observation) {
    boolean counts = usageCounts(function.key(), plan);
    record(
        function.key(),
        tally -> {
          for (int i = 0; i < observation.arrivals(); i++) {
            tally.arrived(clock.instant());
          }
          for (LevelGap level : observation.reached()) {
            tally.reached(level);
          }
          for (LevelGap level : observation.left()) {
            tally.left(level);
          }
          if (counts) {
            tally.used(observation.usage());
          }
        });
  }

  /**
   * What a function uses while an operator has instances kept for it, and memory is not weighed
   * against waiting, says nothing of what either is worth. An observation is of the time since the
   * one before it, so both have to be of the kind.
   */
  private boolean usageCounts(String key, Plan plan) {
    if (plan.isWeighed()) {
      return !keptUp.remove(key);
    }
    if (keptUp.size() < mostFunctions) {
      keptUp.add(key);
    }
    return false;
  }

  /** Keys of the functions of which something was counted since their last drain. */
  public List<String> functions() {
    return List.copyOf(functions.keySet());
  }

  /** What was counted of the function since its last drain; null if nothing was. */
  public @Nullable DemandBatch drain(String functionKey) {
    Shared shared = functions.remove(functionKey);
    return shared == null ? null : shared.close(clock);
  }

  /** Takes back what was drained and could not be handed on, for the next drain. */
  public void giveBack(String functionKey, DemandBatch batch) {
    record(functionKey, tally -> tally.add(batch));
  }

  /** How many observations were dropped because there were too many functions. */
  public long overlooked() {
    return overlooked.sum();
  }

  private void record(String key, Consumer<DemandTally> observation) {
    Shared shared = shared(key);
    while (shared != null && !shared.count(observation)) {
      functions.remove(key, shared);
      shared = shared(key);
    }
    if (shared == null) {
      overlooked.increment();
    }
  }

  private @Nullable Shared shared(String key) {
    Shared shared = functions.get(key);
    if (shared != null || functions.size() >= mostFunctions) {
      return shared;
    }
    return functions.computeIfAbsent(key, absent -> new Shared());
  }

  /** One function's tally between two drains. */
  private static final class Shared {
    private final DemandTally tally = new DemandTally();
    private boolean closed;

    /** Returns false if it came after the drain, and was not counted. */
    synchronized boolean count(Consumer<DemandTally> observation) {
      if (!closed) {
        observation.accept(tally);
      }
      return !closed;
    }

    synchronized DemandBatch close(InstantSource clock) {
      closed = true;
      return tally.batch(clock.instant());
    }
  }
}
