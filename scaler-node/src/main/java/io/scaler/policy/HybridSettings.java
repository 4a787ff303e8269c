package io.scaler.policy;

import io.scaler.model.Plan;
import java.time.Duration;

/**
 * The settings under {@code policy.hybrid}. The defaults are the paper's that {@link HybridPolicy}
 * names.
 *
 * @param headPercentile the share of idle times that are shorter than the head, 0 to 1
 * @param tailPercentile the share of idle times that are shorter than the tail, from the head's
 *     share to 1
 * @param margin the share of the head that an instance is launched earlier, and of the tail that it
 *     is kept longer, 0 to 1
 * @param cvThreshold the histogram is representative if its counts vary by at least this, their
 *     standard deviation over their mean; 0 to 15, as no more than 15.5 is possible
 * @param outOfBounds from this share of idle times out of bounds on, they are forecast instead;
 *     above 0, to 1
 * @param forecastMargin the share of the forecast that an instance is launched earlier than it, and
 *     kept longer, 0 to 1
 * @param keepAlive how long an instance is kept where nothing better is known; zero to ten years
 */
public record HybridSettings(
    double headPercentile,
    double tailPercentile,
    double margin,
    double cvThreshold,
    double outOfBounds,
    double forecastMargin,
    Duration keepAlive) {
  private static final String KEY = "policy.hybrid.";

  public static final HybridSettings DEFAULT =
      new HybridSettings(0.05, 0.99, 0.1, 2, 0.5, 0.15, Duration.ofHours(4));

  /**
   * @throws IllegalArgumentException naming the key and the rule
   */
  public HybridSettings {
    Range.between(KEY + "head-percentile", headPercentile, 0, 1);
    Range.between(KEY + "tail-percentile", tailPercentile, headPercentile, 1);
    Range.between(KEY + "margin", margin, 0, 1);
    Range.between(KEY + "cv-threshold", cvThreshold, 0, 15);
    Range.between(KEY + "out-of-bounds", outOfBounds, 0.01, 1);
    Range.between(KEY + "forecast-margin", forecastMargin, 0, 1);
    Range.between(KEY + "keep-alive", keepAlive, Duration.ZERO, Plan.FOREVER);
  }
}
