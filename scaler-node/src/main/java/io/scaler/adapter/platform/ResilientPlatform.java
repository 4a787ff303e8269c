package io.scaler.adapter.platform;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import io.scaler.model.FunctionSpec;
import io.scaler.service.Failures;
import io.scaler.service.Platform;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A platform that may be slow, overloaded or down, kept from taking its callers along: every
 * attempt has a time limit, calls that are safe to repeat are repeated, too many at a time are
 * refused, and one that fails too often is left alone for a while.
 *
 * <p>Only failures of the kind UNAVAILABLE, and attempts that ran out of time, count against the
 * platform: an application that does not start says nothing about it.
 */
public final class ResilientPlatform implements Platform {
  private static final Duration WHEN_FULL = Duration.ofMillis(200);
  private static final int PERCENT = 100;

  private final Platform platform;
  private final ResilienceSettings settings;
  private final boolean isIdempotent;
  private final ScheduledExecutorService timers;
  private final CircuitBreaker breaker;
  private final Bulkhead bulkhead;
  private final Retry retry;

  /**
   * @param isIdempotent whether creations and starts may be repeated, too
   * @param timers for time limits and pauses
   */
  public ResilientPlatform(
      Platform platform,
      ResilienceSettings settings,
      boolean isIdempotent,
      ScheduledExecutorService timers) {
    this.platform = platform;
    this.settings = settings;
    this.isIdempotent = isIdempotent;
    this.timers = timers;
    this.breaker =
        CircuitBreaker.of(
            "platform",
            CircuitBreakerConfig.custom()
                .failureRateThreshold((float) settings.failureRate() * PERCENT)
                .slidingWindow(
                    settings.window(), settings.minimumCalls(), SlidingWindowType.COUNT_BASED)
                .waitDurationInOpenState(settings.open())
                .permittedNumberOfCallsInHalfOpenState(settings.probes())
                .recordException(ResilientPlatform::isDown)
                .build());
    this.bulkhead =
        Bulkhead.of(
            "platform",
            BulkheadConfig.custom()
                .maxConcurrentCalls(settings.bulkhead())
                .maxWaitDuration(Duration.ZERO)
                .build());
    this.retry =
        Retry.of(
            "platform",
            RetryConfig.custom()
                .maxAttempts(settings.attempts())
                .intervalFunction(
                    IntervalFunction.ofExponentialRandomBackoff(settings.backoff(), 2.0))
                .retryOnException(ResilientPlatform::isDown)
                .build());
  }

  @Override
  public CompletionStage<String> createSlot(String instanceId, long memoryMb) {
    return call(
        settings.timeouts().create(),
        isIdempotent,
        () -> platform.createSlot(instanceId, memoryMb));
  }

  @Override
  public CompletionStage<Duration> init(
      String slotId, String instanceId, FunctionSpec function, long token) {
    return call(
        settings.timeouts().init(),
        isIdempotent,
        () -> platform.init(slotId, instanceId, function, token));
  }

  @Override
  public CompletionStage<Void> destroySlot(
      @Nullable String slotId, String instanceId, String reason, long token) {
    return call(
        settings.timeouts().destroy(),
        true,
        () -> platform.destroySlot(slotId, instanceId, reason, token));
  }

  @Override
  public CompletionStage<Optional<List<Slot>>> listSlots() {
    return call(settings.timeouts().list(), true, platform::listSlots);
  }

  private <T> CompletionStage<T> call(
      Duration limit, boolean isRepeatable, Supplier<CompletionStage<T>> call) {
    AtomicBoolean mayHaveHappened = new AtomicBoolean();
    TimeLimiter limiter = TimeLimiter.of(TimeLimiterConfig.custom().timeoutDuration(limit).build());
    Supplier<CompletionStage<T>> attempt =
        TimeLimiter.decorateCompletionStage(limiter, timers, call);
    attempt = CircuitBreaker.decorateCompletionStage(breaker, noting(attempt, mayHaveHappened));
    attempt = Bulkhead.decorateCompletionStage(bulkhead, attempt);
    if (isRepeatable) {
      attempt = Retry.decorateCompletionStage(retry, timers, attempt);
    }
    CompletableFuture<T> outcome = new CompletableFuture<>();
    attempt
        .get()
        .whenComplete(
            (value, failure) -> {
              if (failure == null) {
                outcome.complete(value);
              } else {
                outcome.completeExceptionally(
                    translated(Failures.cause(failure), limit, mayHaveHappened.get()));
              }
            });
    return outcome;
  }

  /** An attempt that is repeated may have happened all the same, whatever the next ones say. */
  private static <T> Supplier<CompletionStage<T>> noting(
      Supplier<CompletionStage<T>> attempt, AtomicBoolean mayHaveHappened) {
    return () ->
        attempt
            .get()
            .whenComplete(
                (value, failure) -> {
                  if (failure != null) {
                    Throwable cause = Failures.cause(failure);
                    if (cause instanceof TimeoutException
                        || (cause instanceof PlatformException refusal
                            && refusal.mayHaveHappened())) {
                      mayHaveHappened.set(true);
                    }
                  }
                });
  }

  private static boolean isDown(Throwable failure) {
    Throwable cause = Failures.cause(failure);
    return cause instanceof TimeoutException
        || (cause instanceof PlatformException refusal && refusal.kind() == Kind.UNAVAILABLE);
  }

  private Throwable translated(Throwable cause, Duration limit, boolean mayHaveHappened) {
    if (cause instanceof CallNotPermittedException) {
      return new PlatformException(
          Kind.UNAVAILABLE,
          mayHaveHappened,
          "the platform failed too often and is left alone for " + settings.open(),
          settings.open());
    } else if (cause instanceof BulkheadFullException) {
      return new PlatformException(
          Kind.UNAVAILABLE,
          mayHaveHappened,
          "%d calls to the platform are on their way, as many as may"
              .formatted(settings.bulkhead()),
          WHEN_FULL);
    } else if (cause instanceof TimeoutException) {
      return new PlatformException(
          Kind.UNAVAILABLE, true, "the platform did not answer within " + limit, null);
    } else if (cause instanceof PlatformException refusal && mayHaveHappened) {
      return new PlatformException(
          refusal.kind(), true, Failures.message(refusal), refusal.retryAfter());
    }
    return cause;
  }
}
