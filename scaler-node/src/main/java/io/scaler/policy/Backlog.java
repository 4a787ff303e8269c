package io.scaler.policy;

import io.scaler.demand.LevelDemand;
import io.scaler.demand.LogLinearHistogram;
import io.scaler.model.Levels;
import java.util.List;

/**
 * What it costs in waiting that a level has no instance: not one request alone waits for it. Those
 * that reach the level again meanwhile, and would have found it idle, do, too; and those of higher
 * levels have one instance less to take turns at.
 */
final class Backlog {
  private static final int STEPS = 32;

  private Backlog() {}

  /**
   * The waiting of all who wait for the same instance, in s: a request's, and, for each that is
   * expected to reach the level before the instance is free, what is left until then.
   *
   * <p>With U(t) the number of times that the level is expected to be reached within t after it was
   * reached, this is w + the integral of U from 0 to w. U solves the renewal equation U = F + F *
   * U, F being the distribution of the times from one to the next: a stay and a gap.
   *
   * @param gaps after which the level was reached again; if empty, nobody is expected
   * @param stay how long concurrency stays at the level, in s; 0 or more
   * @param wait how long the first waits, in s; 0 or more
   */
  static double waiting(LogLinearHistogram gaps, double stay, double wait) {
    if (gaps.isEmpty() || wait <= stay) {
      return wait;
    }
    double step = wait / STEPS;
    double[] within = shares(gaps, stay, step);
    double[] reached = new double[STEPS + 1];
    double sum = 0;
    for (int i = 1; i <= STEPS; i++) {
      // A step's share comes evenly within it: the mean of what follows its begin and its end.
      double others = within[i] + within[1] * reached[i - 1] / 2;
      for (int j = 2; j <= i; j++) {
        others += (within[j] - within[j - 1]) * (reached[i - j] + reached[i - j + 1]) / 2;
      }
      reached[i] = others / (1 - within[1] / 2);
      sum += (reached[i - 1] + reached[i]) / 2;
    }
    return wait + step * sum;
  }

  /**
   * How much longer requests of higher levels wait, in s, for each time that the lowest level of
   * the band is reached and has no instance, all levels below it having theirs.
   *
   * <p>A request at level j waits for one of w instances to come free, and then for as many more
   * executions as it takes them to serve those ahead of it: rounds of w; at the most for a launch.
   * How often level j is reached when level w is, is the ratio of the times that concurrency fell
   * below them.
   *
   * @param coldStart in s
   * @param execution in s
   */
  static double above(List<LevelDemand> levels, int band, double coldStart, double execution) {
    if (band >= levels.size() || levels.get(band).stays() == 0) {
      return 0;
    }
    int level = Levels.highest(band - 1) + 1;
    double reached = levels.get(band).stays() / Levels.width(band);
    double sum = 0;
    for (int other = band; other < levels.size(); other++) {
      int lowest = Math.max(level, Levels.highest(other - 1)) + 1;
      int count = Levels.highest(other) - lowest + 1;
      double times = Math.min(1, levels.get(other).stays() / Levels.width(other) / reached);
      double stay = stay(levels.get(other), execution);
      int middle = (lowest + Levels.highest(other)) / 2;
      double more =
          turn(middle, level - 1, stay, execution, coldStart)
              - turn(middle, level, stay, execution, coldStart);
      sum += times * count * Math.max(0, more);
    }
    return sum;
  }

  /** How long a request of a level waits if there are so many instances. */
  private static double turn(
      int level, int instances, double stay, double execution, double coldStart) {
    if (instances == 0) {
      return coldStart;
    }
    int rounds = (level - 1) / instances;
    return rounds == 0 ? 0 : Math.min(coldStart, stay + execution * (rounds - 1));
  }

  /**
   * How long concurrency stays at the level, in s: as long, a request of it waits if there is no
   * instance but those of lower levels.
   */
  static double stay(LevelDemand level, double execution) {
    return level.stays() == 0
        ? execution
        : Math.min(execution, level.stayedSeconds() / level.stays());
  }

  /** The share of stays and gaps that are not longer than each multiple of the step. */
  private static double[] shares(LogLinearHistogram gaps, double stay, double step) {
    double[] within = new double[STEPS + 1];
    gaps.forEach(
        (from, to, times) -> {
          double shortest = stay + from / 1e3;
          double width = (to - from) / 1e3;
          for (int i = 1; i <= STEPS; i++) {
            within[i] += times * Math.max(0, Math.min(1, (i * step - shortest) / width));
          }
        });
    for (int i = 1; i <= STEPS; i++) {
      within[i] /= gaps.total();
    }
    return within;
  }
}
