package io.scaler.adapter.platform;

import io.github.resilience4j.retry.Retry;
import io.scaler.service.Failures;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import io.scaler.service.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * One call with its repetitions, one attempt at a time.
 *
 * @param <T> its answer
 */
final class ResilientCall<T> {
  private final String name;
  private final InstantSource clock;
  private final Timer timer;
  private final Duration timeout;
  private final Instant deadline;
  private final Retry.AsyncContext<T> repetition;
  private final Admission admission;
  private final Supplier<CompletionStage<T>> attempt;
  private final CompletableFuture<T> answer = new CompletableFuture<>();

  /** Written by one attempt after another. */
  private volatile boolean mayHaveHappened;

  /** What an attempt has to pass. */
  interface Admission {
    /**
     * @return to be told once how the attempt ended
     * @throws PlatformException if it may not begin
     */
    LaunchBreaker.Passage enter();
  }

  /**
   * @param timeout of all attempts and pauses together
   */
  ResilientCall(
      String name,
      InstantSource clock,
      Timer timer,
      Duration timeout,
      Retry retry,
      Admission admission,
      Supplier<CompletionStage<T>> attempt) {
    this.name = name;
    this.clock = clock;
    this.timer = timer;
    this.timeout = timeout;
    this.deadline = clock.instant().plus(timeout);
    this.repetition = retry.asyncContext();
    this.admission = admission;
    this.attempt = attempt;
  }

  CompletionStage<T> begin() {
    run();
    return answer;
  }

  private void run() {
    LaunchBreaker.Passage passage;
    try {
      passage = admission.enter();
    } catch (PlatformException e) {
      failed(e);
      return;
    }
    CompletableFuture<T> outcome = new CompletableFuture<>();
    Timer.Task limit = timer.after(left(), () -> outcome.completeExceptionally(timedOut()));
    end(outcome, limit, passage);
    ask()
        .whenComplete(
            (value, failure) -> {
              if (failure == null) {
                outcome.complete(value);
              } else {
                outcome.completeExceptionally(Failures.cause(failure));
              }
            });
  }

  private void end(CompletionStage<T> outcome, Timer.Task limit, LaunchBreaker.Passage passage) {
    outcome.whenComplete(
        (value, failure) -> {
          limit.cancel();
          passage.ended(failure);
          if (failure == null) {
            repetition.onComplete();
            answer.complete(value);
          } else {
            failed(failure);
          }
        });
  }

  private CompletionStage<T> ask() {
    try {
      return attempt.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private void failed(Throwable failure) {
    if (failure instanceof PlatformException refusal) {
      mayHaveHappened |= refusal.mayHaveHappened();
    }
    Duration pause = Duration.ofMillis(repetition.onError(failure));
    if (pause.isNegative() || pause.compareTo(left()) >= 0) {
      answer.completeExceptionally(
          failure instanceof PlatformException refusal ? withPast(refusal) : failure);
    } else {
      timer.after(pause, this::run);
    }
  }

  private PlatformException withPast(PlatformException last) {
    return last.mayHaveHappened() == mayHaveHappened
        ? last
        : new PlatformException(
            last.kind(), mayHaveHappened, String.valueOf(last.getMessage()), last.retryAfter());
  }

  private PlatformException timedOut() {
    return new PlatformException(
        Kind.UNAVAILABLE,
        true,
        "%s: the platform did not answer within %s".formatted(name, timeout),
        null);
  }

  /** Zero once the time is over. */
  private Duration left() {
    Duration left = Duration.between(clock.instant(), deadline);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
