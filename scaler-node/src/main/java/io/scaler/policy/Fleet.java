package io.scaler.policy;

import io.scaler.demand.Demand;
import io.scaler.demand.LevelDemand;
import io.scaler.demand.LogLinearHistogram;
import io.scaler.model.Usage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What is known of all functions together: what to expect of one that little is known of, and what
 * waiting and memory have come to so far.
 *
 * <p>Every function counts for a few observations of a kind at most, so that the busiest do not
 * speak for the others.
 *
 * @param functions how many are known
 * @param usage of all of them
 * @param levels gaps by the band of {@link io.scaler.model.Levels}
 * @param reached by the same bands, of how many functions concurrency came to each
 * @param executions how long requests run
 * @param coldStarts how long instances take to start
 */
public record Fleet(
    int functions,
    Usage usage,
    List<LogLinearHistogram> levels,
    List<Integer> reached,
    LogLinearHistogram executions,
    LogLinearHistogram coldStarts) {

  /** As many observations of a kind count for one function at most. */
  private static final double MOST_OF_ONE = 5;

  /** Nothing is known yet. */
  public static final Fleet UNKNOWN =
      new Fleet(
          0, Usage.NONE, List.of(), List.of(), LogLinearHistogram.EMPTY, LogLinearHistogram.EMPTY);

  public Fleet {
    levels = List.copyOf(levels);
    reached = List.copyOf(reached);
  }

  /** What these functions have in common. */
  public static Fleet of(Collection<Demand> functions) {
    Usage usage = Usage.NONE;
    List<LogLinearHistogram> levels = new ArrayList<>();
    List<Integer> reached = new ArrayList<>();
    LogLinearHistogram executions = LogLinearHistogram.EMPTY;
    LogLinearHistogram coldStarts = LogLinearHistogram.EMPTY;
    for (Demand demand : functions) {
      usage = usage.plus(demand.usage());
      for (int band = 0; band < demand.levels().size(); band++) {
        if (band == levels.size()) {
          levels.add(LogLinearHistogram.EMPTY);
          reached.add(0);
        }
        LevelDemand level = demand.levels().get(band);
        levels.set(band, levels.get(band).plus(few(level.gaps())));
        reached.set(band, reached.get(band) + 1);
      }
      executions = executions.plus(few(demand.executions()));
      coldStarts = coldStarts.plus(few(demand.coldStarts()));
    }
    return new Fleet(functions.size(), usage, levels, reached, executions, coldStarts);
  }

  private static LogLinearHistogram few(LogLinearHistogram histogram) {
    return histogram.decayed(Math.min(1, MOST_OF_ONE / Math.max(1, histogram.total())));
  }
}
