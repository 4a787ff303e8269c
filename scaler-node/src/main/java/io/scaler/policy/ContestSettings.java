package io.scaler.policy;

import io.scaler.model.Plan;
import io.scaler.model.Plan.Surplus;
import java.time.Duration;

/**
 * The settings under {@code policy.contest}, by rule. Durations are between zero and ten years, and
 * above zero where that is said.
 *
 * <p>First how many are kept, then what is launched ahead (the provisioned concurrency of the
 * contest), then for how long: by the first of these classes that applies, executions that far
 * exceed the cold start, sparse with high concurrency, dense with small memory, all others.
 *
 * @param maxIdle idle instances of a function beyond this many are released at once; 0 or more
 * @param largeMemoryMb a function whose instances have this many MiB or more is large; at least 1
 * @param largeMaxIdle as {@code maxIdle}, for large functions; 0 or more
 * @param launchAhead how many instances a cold start launches besides its own, as far as that many
 *     may be idle; 0 or more
 * @param spareInterval how long spares, instances launched ahead and not used since, count as
 *     fresh: after one such interval they are cut back to {@code sparesKept}, after two to none;
 *     zero keeps them as long as any other
 * @param sparesKept 0 or more
 * @param surplus what becomes of a launch that nobody waits for any more: KEEP or GIVE_UP
 * @param executionRatio executions that take at least this many times the cold start, in the mean,
 *     far exceed it; at least 1
 * @param executionKeepAlive for functions whose executions do: starting again costs them little
 * @param classifyAfter a function is neither sparse nor dense before it has been known for this
 *     long
 * @param sparseConcurrency a peak of this many requests at a time is high; at least 1
 * @param sparseInterval a function of high concurrency is sparse if, at the recent rate, each of
 *     the instances that its peak needs would be used less often than once in this; above zero
 * @param sparseKeepAlive for sparse functions of high concurrency
 * @param denseInterval a function is dense if its requests come at least once in this, at the
 *     recent rate; above zero
 * @param denseMemoryMb instances of up to this many MiB are small; at least 1
 * @param denseKeepAlive for dense functions with small instances
 * @param keepAlive for all others
 */
public record ContestSettings(
    int maxIdle,
    long largeMemoryMb,
    int largeMaxIdle,
    int launchAhead,
    Duration spareInterval,
    int sparesKept,
    Surplus surplus,
    double executionRatio,
    Duration executionKeepAlive,
    Duration classifyAfter,
    int sparseConcurrency,
    Duration sparseInterval,
    Duration sparseKeepAlive,
    Duration denseInterval,
    long denseMemoryMb,
    Duration denseKeepAlive,
    Duration keepAlive) {
  private static final String KEY = "policy.contest.";
  private static final Duration ABOVE_ZERO = Duration.ofMillis(1);

  public static final ContestSettings DEFAULT =
      new ContestSettings(
          10,
          2_048,
          1,
          2,
          Duration.ofSeconds(30),
          2,
          Surplus.KEEP,
          10,
          Duration.ofSeconds(10),
          Duration.ofMinutes(3),
          4,
          Duration.ofMinutes(2),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          512,
          Duration.ofMinutes(10),
          Duration.ofMinutes(5));

  /**
   * @throws IllegalArgumentException naming the key and the rule
   */
  public ContestSettings {
    Range.atLeast(KEY + "max-idle", maxIdle, 0);
    Range.atLeast(KEY + "large-memory-mb", largeMemoryMb, 1);
    Range.atLeast(KEY + "large-max-idle", largeMaxIdle, 0);
    Range.atLeast(KEY + "launch-ahead", launchAhead, 0);
    Range.between(KEY + "spare-interval", spareInterval, Duration.ZERO, Plan.FOREVER);
    Range.atLeast(KEY + "spares-kept", sparesKept, 0);
    Range.atLeast(KEY + "execution-ratio", executionRatio, 1.0);
    Range.between(KEY + "execution-keep-alive", executionKeepAlive, Duration.ZERO, Plan.FOREVER);
    Range.between(KEY + "classify-after", classifyAfter, Duration.ZERO, Plan.FOREVER);
    Range.atLeast(KEY + "sparse-concurrency", sparseConcurrency, 1);
    Range.between(KEY + "sparse-interval", sparseInterval, ABOVE_ZERO, Plan.FOREVER);
    Range.between(KEY + "sparse-keep-alive", sparseKeepAlive, Duration.ZERO, Plan.FOREVER);
    Range.between(KEY + "dense-interval", denseInterval, ABOVE_ZERO, Plan.FOREVER);
    Range.atLeast(KEY + "dense-memory-mb", denseMemoryMb, 1);
    Range.between(KEY + "dense-keep-alive", denseKeepAlive, Duration.ZERO, Plan.FOREVER);
    Range.between(KEY + "keep-alive", keepAlive, Duration.ZERO, Plan.FOREVER);
  }
}
