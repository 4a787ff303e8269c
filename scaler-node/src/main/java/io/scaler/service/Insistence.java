package io.scaler.service;

import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Does what must be done in the end, such as giving something back: again and again while this node
 * hears from no majority. A node that leaves meanwhile need not: others clean up after it.
 */
final class Insistence {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private Insistence() {}

  /**
   * @param attempt does no harm if it is repeated
   * @return fails as soon as an attempt fails for another reason than NODE_UNAVAILABLE
   */
  static <T> CompletionStage<T> until(Timer timer, Supplier<CompletionStage<T>> attempt) {
    CompletableFuture<T> outcome = new CompletableFuture<>();
    attempt(timer, attempt, FIRST_PAUSE, outcome);
    return outcome;
  }

  private static <T> void attempt(
      Timer timer,
      Supplier<CompletionStage<T>> attempt,
      Duration pause,
      CompletableFuture<T> outcome) {
    attempt
        .get()
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                outcome.complete(done);
              } else if (isUnavailable(Failures.cause(failure))) {
                Duration longer = pause.multipliedBy(2);
                timer.after(
                    pause,
                    () ->
                        attempt(
                            timer,
                            attempt,
                            longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer,
                            outcome));
              } else {
                outcome.completeExceptionally(Failures.cause(failure));
              }
            });
  }

  private static boolean isUnavailable(Throwable failure) {
    return failure instanceof ScalerException refusal
        && refusal.reason() == Reason.NODE_UNAVAILABLE;
  }
}
