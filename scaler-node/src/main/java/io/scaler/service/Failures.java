package io.scaler.service;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** What a failed stage failed with. */
public final class Failures {
  private Failures() {}

  /** The failure without the wrappers that stages put around it. */
  public static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** For a log line. */
  public static String message(Throwable failure) {
    Throwable cause = cause(failure);
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  static CompletionStage<Void> done() {
    return CompletableFuture.allOf();
  }
}
