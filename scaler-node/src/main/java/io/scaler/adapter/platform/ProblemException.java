package io.scaler.adapter.platform;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A simulated platform did not do what it was asked; nothing changed. Carries no stack trace. */
final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Problem problem;
  private final @Nullable Duration retryAfter;

  ProblemException(Problem problem, String message, @Nullable Duration retryAfter) {
    super(message, null, false, false);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  static ProblemException of(Problem problem, String message) {
    return new ProblemException(problem, message, null);
  }

  Problem problem() {
    return problem;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
