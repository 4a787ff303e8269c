package io.scaler.service;

import java.time.Duration;
import java.util.Optional;

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

  private static final String OF_FUNCTION = LAUNCHES + "/";

  /** The semaphore of one function's launches. */
  public static String launchesOf(String functionKey) {
    return OF_FUNCTION + functionKey;
  }

  /** Whose launches' semaphore it is, if any function's. */
  static Optional<String> function(String semaphore) {
    return semaphore.startsWith(OF_FUNCTION)
        ? Optional.of(semaphore.substring(OF_FUNCTION.length()))
        : Optional.empty();
  }

  /**
   * How many launches of a function may hold permits of its own. Where only the cluster's launches
   * are limited that is any number: by these permits it is known whose they are. Zero if they need
   * none.
   */
  long ofFunction() {
    if (launchesPerFunction > 0) {
      return launchesPerFunction;
    }
    return launches > 0 ? Long.MAX_VALUE : 0;
  }
}
