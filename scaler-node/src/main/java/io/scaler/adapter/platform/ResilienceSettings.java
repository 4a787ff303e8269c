package io.scaler.adapter.platform;

import java.time.Duration;

/**
 * How a platform that may be slow or down is treated.
 *
 * @param timeouts of each call, its repetitions included
 * @param attempts of a call that may be repeated, at least 1; a destruction has as many as there is
 *     time for
 * @param backoff before the second attempt, at least 1 ms; doubled before each further one, and
 *     varied by half of it to either side
 * @param bulkhead creations and starts on their way at a time, and besides as many destructions and
 *     listings; at least 1; one more is refused
 * @param failureRate the share of failed creations and starts that opens the breaker, above 0, at
 *     most 1
 * @param window of how many of the last of them the share is taken, at least 1
 * @param minimumCalls with how many the breaker opens at the earliest, at least 1
 * @param open how long it refuses them before it lets probes through, at least 1 ms
 * @param probes whose outcome decides whether it closes, at least 1
 */
public record ResilienceSettings(
    CallTimeouts timeouts,
    int attempts,
    Duration backoff,
    int bulkhead,
    double failureRate,
    int window,
    int minimumCalls,
    Duration open,
    int probes) {

  public static final ResilienceSettings DEFAULT =
      new ResilienceSettings(
          CallTimeouts.DEFAULT,
          3,
          Duration.ofMillis(100),
          1_000,
          0.5,
          20,
          10,
          Duration.ofSeconds(2),
          3);

  private static final double LEAST_FAILURE_RATE = 0.001;

  /**
   * @throws IllegalArgumentException naming the setting and the rule
   */
  public ResilienceSettings {
    Rule.atLeast("attempts", attempts, 1);
    Rule.atLeast("backoff, in milliseconds", backoff.toMillis(), 1);
    Rule.atLeast("bulkhead", bulkhead, 1);
    Rule.between("failureRate", failureRate, LEAST_FAILURE_RATE, 1);
    Rule.atLeast("window", window, 1);
    Rule.atLeast("minimumCalls", minimumCalls, 1);
    Rule.atLeast("open, in milliseconds", open.toMillis(), 1);
    Rule.atLeast("probes", probes, 1);
  }
}
