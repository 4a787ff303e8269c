package io.scaler.adapter.platform;

import java.time.Duration;

/**
 * How patient a node is with its platform.
 *
 * @param timeouts of each call, its repetitions included
 * @param attempts of a call that may be repeated, at least 1
 * @param backoff the pause before the second attempt, doubled before each further one; varied by
 *     half of it to either side
 * @param longestBackoff the longest such pause, before it is varied
 * @param launchCalls creations and starts on their way at a time, at least 1; one more is refused
 * @param otherCalls destructions and listings on their way at a time, at least 1; one more is
 *     refused
 * @param fullPause the hint to who is refused so
 * @param breakerWindow the breaker looks at so many of the last creations and starts, at least 1
 * @param breakerPercent the breaker opens once this share of a full window failed; above 0, up to
 *     100
 * @param breakerPause how long it stays open before it lets probes through
 * @param breakerProbes whose outcome decides whether it closes, at least 1
 */
public record ResilienceSettings(
    PlatformTimeouts timeouts,
    int attempts,
    Duration backoff,
    Duration longestBackoff,
    int launchCalls,
    int otherCalls,
    Duration fullPause,
    int breakerWindow,
    double breakerPercent,
    Duration breakerPause,
    int breakerProbes) {

  public static final ResilienceSettings DEFAULT =
      new ResilienceSettings(
          PlatformTimeouts.DEFAULT,
          3,
          Duration.ofMillis(100),
          Duration.ofSeconds(2),
          1_000,
          1_000,
          Duration.ofMillis(500),
          20,
          50,
          Duration.ofSeconds(2),
          3);

  /**
   * @throws IllegalArgumentException naming the setting and the rule
   */
  public ResilienceSettings {
    Settings.requireAtLeast("attempts", attempts, 1);
    // Resilience4j counts pauses in whole milliseconds.
    Settings.requireAtLeast("backoff, in milliseconds", backoff.toMillis(), 1);
    Settings.requireAtLeast(
        "longestBackoff, in milliseconds", longestBackoff.toMillis(), backoff.toMillis() + 1);
    Settings.requireAtLeast("launchCalls", launchCalls, 1);
    Settings.requireAtLeast("otherCalls", otherCalls, 1);
    Settings.requirePositive("fullPause", fullPause);
    Settings.requireAtLeast("breakerWindow", breakerWindow, 1);
    Settings.requireBetween("breakerPercent", breakerPercent, 0.1, 100);
    Settings.requireAtLeast("breakerPause, in milliseconds", breakerPause.toMillis(), 1);
    Settings.requireAtLeast("breakerProbes", breakerProbes, 1);
  }
}
