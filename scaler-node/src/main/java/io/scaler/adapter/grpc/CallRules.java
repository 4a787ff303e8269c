package io.scaler.adapter.grpc;

import io.grpc.Deadline;
import io.scaler.model.Check;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the calls of every contract.
 *
 * @param defaultTimeout of an execution, for a function that names none; above zero, up to a day
 * @param maxMemoryMb MiB that one instance may ask for, at most; zero for no limit
 * @param defaultWait how long an Assign without a deadline waits; above zero
 * @param maxWait how long any Assign waits at most; above zero
 */
public record CallRules(
    Duration defaultTimeout, long maxMemoryMb, Duration defaultWait, Duration maxWait) {
  /**
   * What is left of a call's deadline for its answer to travel, or half of it if less: the more the
   * longer it is, since many callers who wait long are those of a busy machine. Longer than any
   * {@link io.scaler.service.CallLimits#overtime}.
   */
  private static final Duration LEAST_MARGIN = Duration.ofMillis(250);

  private static final Duration MOST_MARGIN = Duration.ofSeconds(1);
  private static final int MARGIN_PART = 30;

  /** How long an Assign may wait: until shortly before its deadline, and never too long. */
  Duration patience(@Nullable Deadline deadline) {
    if (deadline == null) {
      return shorter(defaultWait, maxWait);
    }
    Duration left = Duration.ofNanos(Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    return shorter(left.minus(margin(left)), maxWait);
  }

  private static Duration margin(Duration left) {
    Duration part = shorter(left.dividedBy(MARGIN_PART), MOST_MARGIN);
    return part.compareTo(LEAST_MARGIN) > 0 ? part : shorter(LEAST_MARGIN, left.dividedBy(2));
  }

  /**
   * Returns the memory if an instance may have it.
   *
   * @param memoryMb MiB, unsigned
   * @throws ScalerException {@link Reason#INVALID_FIELD}
   */
  long memoryMb(String field, long memoryMb) {
    long unsigned = memoryMb < 0 ? Long.MAX_VALUE : memoryMb;
    return Check.between(field, unsigned, 1, maxMemoryMb == 0 ? Integer.MAX_VALUE : maxMemoryMb);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
