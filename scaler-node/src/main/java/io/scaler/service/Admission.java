package io.scaler.service;

import java.time.Duration;

/** What a {@link Gate} says to a call. */
public sealed interface Admission {

  /**
   * It may go on.
   *
   * @param caller who makes it, for the log
   */
  record Admitted(String caller) implements Admission {}

  /**
   * It may not.
   *
   * @param why for the caller; names no secret
   * @param retryAfter when it may be worth another try; zero where that changes nothing
   */
  record Denied(Denial denial, String why, Duration retryAfter) implements Admission {
    public Denied(Denial denial, String why) {
      this(denial, why, Duration.ZERO);
    }
  }
}
