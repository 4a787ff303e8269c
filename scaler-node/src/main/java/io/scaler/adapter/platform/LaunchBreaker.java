package io.scaler.adapter.platform;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breaker of creations and starts. Any other failure than unavailability is success.
 */
final class LaunchBreaker {
  private static final Logger log = LoggerFactory.getLogger(LaunchBreaker.class);
  private static final double PERCENT = 100;
  private static final Duration LEAST_PAUSE = Duration.ofMillis(1);

  private final CircuitBreaker breaker;
  private final InstantSource clock;
  private final Duration pause;
  private volatile Instant openUntil;

  /** One call that was let through. */
  interface Passage {
    /** To be told once. */
    void ended(@Nullable Throwable failure);
  }

  LaunchBreaker(ResilienceSettings settings, InstantSource clock) {
    this.clock = clock;
    this.pause = settings.open();
    this.openUntil = clock.instant();
    this.breaker =
        CircuitBreaker.of(
            "launches",
            CircuitBreakerConfig.custom()
                .slidingWindow(
                    settings.window(), settings.minimumCalls(), SlidingWindowType.COUNT_BASED)
                .failureRateThreshold((float) (settings.failureRate() * PERCENT))
                // An application may take minutes to start; slowness is the time limits' matter.
                .slowCallDurationThreshold(Duration.ofDays(1))
                .waitDurationInOpenState(pause)
                .permittedNumberOfCallsInHalfOpenState(settings.probes())
                .recordException(
                    failure ->
                        failure instanceof PlatformException refusal
                            && ResilientPlatform.saysUnavailable(refusal))
                .ignoreException(
                    failure ->
                        failure instanceof PlatformException refusal
                            && refusal.kind() == Kind.UNAVAILABLE
                            && refusal.retryAfter() != null)
                .clock(clock.withZone(ZoneOffset.UTC))
                .currentTimestampFunction(now -> now.millis(), TimeUnit.MILLISECONDS)
                .build());
    breaker.getEventPublisher().onStateTransition(event -> entered(event.getStateTransition()));
  }

  boolean isOpen() {
    return breaker.getState() == State.OPEN;
  }

  /** What {@link #pass} would throw for as long as it stays open; empty from when it may probe. */
  Optional<PlatformException> refusalNow() {
    return isOpen() && clock.instant().isBefore(openUntil)
        ? Optional.of(refusal())
        : Optional.empty();
  }

  /**
   * @throws PlatformException if it is open, or half open with its probes on their way
   */
  Passage pass() {
    if (!breaker.tryAcquirePermission()) {
      throw refusal();
    }
    long begun = breaker.getCurrentTimestamp();
    return failure -> {
      long took = Math.max(0, breaker.getCurrentTimestamp() - begun);
      if (failure == null) {
        breaker.onSuccess(took, breaker.getTimestampUnit());
      } else {
        breaker.onError(took, breaker.getTimestampUnit(), failure);
      }
    };
  }

  private PlatformException refusal() {
    Duration left = Duration.between(clock.instant(), openUntil).plus(LEAST_PAUSE);
    boolean isProbing = left.compareTo(LEAST_PAUSE) < 0;
    return new PlatformException(
        Kind.UNAVAILABLE,
        false,
        isProbing
            ? "the platform was unavailable and is being probed"
            : "the platform was unavailable; the next attempt is in " + left.toMillis() + " ms",
        isProbing ? pause : left);
  }

  private void entered(CircuitBreaker.StateTransition transition) {
    switch (transition.getToState()) {
      case OPEN -> {
        openUntil = clock.instant().plus(pause);
        log.warn(
            "the platform is unavailable: launches are refused for {} ms, then probed; warm "
                + "instances serve on",
            pause.toMillis());
      }
      case CLOSED -> log.info("the platform is available again: launches go on");
      case HALF_OPEN, DISABLED, METRICS_ONLY, FORCED_OPEN ->
          log.debug("the breaker of launches: {}", transition);
    }
  }
}
