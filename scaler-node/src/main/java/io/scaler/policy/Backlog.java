package io.scaler.policy;

import io.scaler.demand.LogLinearHistogram;

/**
 * What it costs in waiting that a level has no instance: not one request alone waits for it; those
 * that reach the level again meanwhile, and would have found it idle, do, too.
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
