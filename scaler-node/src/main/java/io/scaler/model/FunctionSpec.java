package io.scaler.model;

import java.time.Duration;

/**
 * What an instance of a function needs.
 *
 * @param key 1 to 256 characters
 * @param runtime at most 256 characters, may be empty; informative
 * @param memoryMb MiB per instance, at least 1
 * @param timeout how long one execution may take, above zero and up to a day
 */
public record FunctionSpec(String key, String runtime, long memoryMb, Duration timeout) {
  public static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

  /**
   * @throws ScalerException {@link Reason#INVALID_FIELD} naming the field and the rule
   */
  public FunctionSpec {
    Check.id("function.key", key);
    Check.text("function.runtime", runtime, Check.LONGEST_ID);
    Check.between("function.memory_mb", memoryMb, 1, Integer.MAX_VALUE);
    Check.positive("function.timeout", timeout, LONGEST_TIMEOUT);
  }

  /** Whether an instance that was started for {@code other} can serve this. */
  public boolean runsOn(FunctionSpec other) {
    return memoryMb == other.memoryMb && runtime.equals(other.runtime);
  }
}
