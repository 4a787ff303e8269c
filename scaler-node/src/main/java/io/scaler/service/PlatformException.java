package io.scaler.service;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A platform's call failed. Carries no stack trace. */
public final class PlatformException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final boolean mayHaveHappened;
  private final @Nullable Duration retryAfter;

  /** What a failure says about the next try. */
  public enum Kind {
    /** The platform is down, overloaded or cut off: pause, then try again. */
    UNAVAILABLE,
    /** This launch failed, another attempt may succeed. */
    FAILED,
    /** The platform refuses the request as it is: no attempt will succeed. */
    REFUSED
  }

  /**
   * @param mayHaveHappened whether the call may have taken effect all the same
   * @param retryAfter how long to pause, for {@link Kind#UNAVAILABLE}
   */
  public PlatformException(
      Kind kind, boolean mayHaveHappened, String message, @Nullable Duration retryAfter) {
    super(message, null, false, false);
    this.kind = kind;
    this.mayHaveHappened = mayHaveHappened;
    this.retryAfter = retryAfter;
  }

  public Kind kind() {
    return kind;
  }

  public boolean mayHaveHappened() {
    return mayHaveHappened;
  }

  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
