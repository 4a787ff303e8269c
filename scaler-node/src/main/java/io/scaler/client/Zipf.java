package io.scaler.client;

import java.util.Arrays;

/** Picks the k-th of n things with a probability proportional to 1 / k^skew. */
final class Zipf {
  private final double[] cumulative;

  /**
   * A distribution.
   *
   * @param n at least 1
   * @param skew zero (all alike) or more
   */
  Zipf(int n, double skew) {
    cumulative = new double[n];
    double sum = 0;
    for (int k = 0; k < n; k++) {
      sum += StrictMath.pow(k + 1, -skew);
      cumulative[k] = sum;
    }
  }

  /**
   * The place of the thing picked, from 0 to n - 1.
   *
   * @param uniform from 0 to below 1
   */
  int pick(double uniform) {
    int found = Arrays.binarySearch(cumulative, uniform * cumulative[cumulative.length - 1]);
    return Math.min(cumulative.length - 1, found < 0 ? -found - 1 : found + 1);
  }
}
