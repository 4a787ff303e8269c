package io.scaler.policy;

import io.scaler.demand.Demand;
import io.scaler.demand.LevelDemand;
import io.scaler.demand.LogLinearHistogram;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What some functions have in common.
 *
 * <p>Every function counts for a few observations of a kind at most, so that the busiest do not
 * speak for the others.
 *
 * @param functions how many they are; a fraction where they count for less than one each
 * @param levels gaps by the band of {@link io.scaler.model.Levels}
 * @param reached by the same bands, of how many functions concurrency came to each
 * @param executions how long requests run
 * @param coldStarts how long instances take to start
 */
public record Habits(
    double functions,
    List<LogLinearHistogram> levels,
    List<Double> reached,
    LogLinearHistogram executions,
    LogLinearHistogram coldStarts) {

  /** As many observations of a kind count for one function at most. */
  private static final double MOST_OF_ONE = 5;

  /** Nothing is known of any. */
  public static final Habits NONE =
      new Habits(0, List.of(), List.of(), LogLinearHistogram.EMPTY, LogLinearHistogram.EMPTY);

  public Habits {
    levels = List.copyOf(levels);
    reached = List.copyOf(reached);
  }

  static Habits of(Collection<Demand> functions) {
    List<LogLinearHistogram> levels = new ArrayList<>();
    List<Double> reached = new ArrayList<>();
    LogLinearHistogram executions = LogLinearHistogram.EMPTY;
    LogLinearHistogram coldStarts = LogLinearHistogram.EMPTY;
    for (Demand demand : functions) {
      for (int band = 0; band < demand.levels().size(); band++) {
        LevelDemand level = demand.levels().get(band);
        addTo(levels, reached, band, few(level.gaps()), 1);
      }
      executions = executions.plus(few(demand.executions()));
      coldStarts = coldStarts.plus(few(demand.coldStarts()));
    }
    return new Habits(functions.size(), levels, reached, executions, coldStarts);
  }

  /**
   * These, and those of others as if they were so many functions at most.
   *
   * @param most above zero
   */
  Habits leaningOn(Habits others, double most) {
    double share = Math.min(1, most / Math.max(1, others.functions));
    List<LogLinearHistogram> bothLevels = new ArrayList<>(levels);
    List<Double> bothReached = new ArrayList<>(reached);
    for (int band = 0; band < others.levels.size(); band++) {
      LogLinearHistogram gaps = others.levels.get(band).decayed(share);
      addTo(bothLevels, bothReached, band, gaps, others.reached.get(band) * share);
    }
    return new Habits(
        functions + others.functions * share,
        bothLevels,
        bothReached,
        executions.plus(others.executions.decayed(share)),
        coldStarts.plus(others.coldStarts.decayed(share)));
  }

  private static void addTo(
      List<LogLinearHistogram> levels,
      List<Double> reached,
      int band,
      LogLinearHistogram gaps,
      double times) {
    if (band == levels.size()) {
      levels.add(LogLinearHistogram.EMPTY);
      reached.add(0.0);
    }
    levels.set(band, levels.get(band).plus(gaps));
    reached.set(band, reached.get(band) + times);
  }

  private static LogLinearHistogram few(LogLinearHistogram histogram) {
    return histogram.decayed(Math.min(1, MOST_OF_ONE / Math.max(1, histogram.total())));
  }
}
