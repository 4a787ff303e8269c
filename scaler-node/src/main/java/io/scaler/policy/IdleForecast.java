package io.scaler.policy;

import java.util.Arrays;

/**
 * How long the next idle time will be, from the latest ones: an autoregression of the first order,
 * fitted by the Yule-Walker equation, which falls back to the mean where they do not vary.
 *
 * <p>This is not the automatically chosen ARIMA model of the hybrid histogram paper, but ARIMA(1,
 * 0, 0): it follows idle times that alternate, or stay long for a while, and no trend.
 */
final class IdleForecast {
  private IdleForecast() {}

  /**
   * Between the shortest and the longest that were seen, in their unit.
   *
   * @param latest in the order in which they were seen; at least one
   */
  static double next(int... latest) {
    double mean = Arrays.stream(latest).average().orElseThrow();
    double squares = 0;
    double products = 0;
    for (int i = 0; i < latest.length; i++) {
      double off = latest[i] - mean;
      squares += off * off;
      products += i == 0 ? 0 : off * (latest[i - 1] - mean);
    }
    if (squares == 0) {
      return mean;
    }
    double next = mean + products / squares * (latest[latest.length - 1] - mean);
    double shortest = Arrays.stream(latest).min().orElseThrow();
    double longest = Arrays.stream(latest).max().orElseThrow();
    return Math.min(longest, Math.max(shortest, next));
  }
}
