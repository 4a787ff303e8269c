package io.scaler.client;

import java.util.concurrent.CompletionException;

/** A call that was not answered, or with an error. */
final class CallFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String kind;
  private final boolean retryable;
  private final String message;

  /**
   * A failure.
   *
   * @param kind what calls that fail alike have in common, such as the status code
   * @param retryable whether the same call may succeed elsewhere or later
   */
  CallFailedException(String kind, boolean retryable, String message) {
    super(kind + ": " + message, null, false, false);
    this.message = kind + ": " + message;
    this.kind = kind;
    this.retryable = retryable;
  }

  /** The kind and what the server said. */
  String message() {
    return message;
  }

  String kind() {
    return kind;
  }

  boolean isRetryable() {
    return retryable;
  }

  /** The failure of a future that fails with nothing else. */
  static CallFailedException of(Throwable fault) {
    Throwable cause =
        fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
    if (cause instanceof CallFailedException failed) {
      return failed;
    }
    throw new IllegalStateException("a call failed in an unknown way", cause);
  }
}
