package io.scaler.pool;

import java.time.Duration;

/**
 * The rules that hold for every pool, whatever its plan.
 *
 * @param maxInstances instances of one function that are not yet RETIRING
 * @param maxWaiters requests in one function's queue; one more is refused
 * @param leaseGrace added to a function's timeout to make its lease
 * @param remembered finished requests that are remembered at most
 * @param rememberFor how long they are remembered
 * @param levelsFor how long a level of concurrency that is not reached again is remembered, and the
 *     pool with it
 * @param launchAttempts how often a launch is attempted before a waiter is refused for it
 * @param launchBackoff the pause before the second attempt, doubled before each further one
 * @param launchTimeout a launch that takes longer is given up
 * @param destroyAgainAfter an unconfirmed destruction is asked for again after this
 */
public record PoolLimits(
    int maxInstances,
    int maxWaiters,
    Duration leaseGrace,
    int remembered,
    Duration rememberFor,
    Duration levelsFor,
    int launchAttempts,
    Duration launchBackoff,
    Duration launchTimeout,
    Duration destroyAgainAfter) {

  public static final PoolLimits DEFAULT =
      new PoolLimits(
          10_000,
          10_000,
          Duration.ofSeconds(10),
          1_024,
          Duration.ofMinutes(2),
          Duration.ofDays(2),
          3,
          Duration.ofMillis(100),
          Duration.ofMinutes(5),
          Duration.ofSeconds(10));
}
