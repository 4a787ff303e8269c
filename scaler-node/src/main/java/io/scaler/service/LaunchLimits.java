package io.scaler.service;

import java.time.Duration;

/**
 * What launches share; zero stands for no limit.
 *
 * @param memoryMb MiB of all instances of the cluster together
 * @param launches on their way in the cluster at a time
 * @param launchesPerFunction on their way for one function at a time
 * @param patience how long a launch waits for its permits before it is given up
 */
public record LaunchLimits(
    long memoryMb, int launches, int launchesPerFunction, Duration patience) {
  /** The semaphore of the cluster's memory, in MiB; its holders are instances. */
  public static final String MEMORY = "memory";

  /** The semaphore of the cluster's launches; its holders are instances that start. */
  public static final String LAUNCHES = "launches";

  /** The semaphore of one function's launches. */
  public static String launchesOf(String functionKey) {
    return LAUNCHES + "/" + functionKey;
  }
}
