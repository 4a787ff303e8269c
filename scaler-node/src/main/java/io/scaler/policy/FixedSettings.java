package io.scaler.policy;

import io.scaler.model.Plan;
import java.time.Duration;

/**
 * The settings under {@code policy.fixed}.
 *
 * @param keepAlive how long an instance stays after its last use; zero to ten years
 */
public record FixedSettings(Duration keepAlive) {
  private static final String KEY = "policy.fixed.";

  public static final FixedSettings DEFAULT = new FixedSettings(Duration.ofMinutes(10));

  /**
   * @throws IllegalArgumentException naming the key and the rule
   */
  public FixedSettings {
    Range.between(KEY + "keep-alive", keepAlive, Duration.ZERO, Plan.FOREVER);
  }
}
