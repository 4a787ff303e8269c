package io.scaler.adapter.platform;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.scaler.model.FunctionSpec;
import io.scaler.service.Platform;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import io.scaler.service.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A platform that may be slow or down, and what a node does about it: limits the calls on their way
 * and each call's time, repeats what may be repeated, and stops launching for a while when launches
 * keep failing.
 *
 * <p>Every call passes, from outside in: repetition with growing, varied pauses; a limit of calls
 * on their way; for creations and starts a circuit breaker; a time limit. Only what says that the
 * platform is unavailable, and not for how long, is repeated and counts for the breaker: a platform
 * that names its pause is alive, and the caller is the one to pause. The same goes for the refusals
 * of an open breaker and of a full limit, which are immediate.
 *
 * <p>Destroying and listing pass an open breaker by and have a limit of their own: they free what a
 * struggling platform is short of, and the leader's duties set their pace. They neither open nor
 * close it.
 *
 * <p>If an earlier attempt had an uncertain outcome, so has the call, whatever the last one says.
 */
public final class ResilientPlatform implements Platform {
  private static final Duration FULL_PAUSE = Duration.ofMillis(500);
  private static final double MOST_BACKOFF_MS = 10_000;
  private static final int WHILE_THERE_IS_TIME = 1_000;

  private final Platform platform;
  private final ResilienceSettings settings;
  private final InstantSource clock;
  private final Timer timer;
  private final LaunchBreaker breaker;
  private final Bulkhead launchCalls;
  private final Bulkhead otherCalls;
  private final Retry whatever;
  private final Retry destroyRetry;
  private final Retry launchRetry;

  /** What a platform promises of creations and starts that are asked for twice. */
  public enum Repeats {
    /** The second call gets the first one's answer: repeated after any outcome. */
    IDEMPOTENT,
    /** Nothing: repeated only if the first call certainly had no effect. */
    UNSAFE
  }

  /**
   * @param repeats of creations and starts; destroying and listing may always be repeated
   * @param random varies the pauses; thread-safe
   */
  public ResilientPlatform(
      Platform platform,
      Repeats repeats,
      ResilienceSettings settings,
      InstantSource clock,
      Timer timer,
      RandomGenerator random) {
    this.platform = platform;
    this.settings = settings;
    this.clock = clock;
    this.timer = timer;
    this.breaker = new LaunchBreaker(settings, clock);
    this.launchCalls = bulkhead("launches", settings.bulkhead());
    this.otherCalls = bulkhead("others", settings.bulkhead());
    this.whatever = retry("whatever the outcome", settings.attempts(), settings, random, false);
    this.destroyRetry = retry("while there is time", WHILE_THERE_IS_TIME, settings, random, false);
    this.launchRetry =
        switch (repeats) {
          case IDEMPOTENT -> whatever;
          case UNSAFE -> retry("without effect", settings.attempts(), settings, random, true);
        };
  }

  @Override
  public Optional<PlatformException> refusal() {
    return breaker.refusalNow();
  }

  @Override
  public CompletionStage<String> createSlot(String instanceId, long memoryMb) {
    return launch(
        "CreateSlot",
        settings.timeouts().create(),
        () -> platform.createSlot(instanceId, memoryMb));
  }

  @Override
  public CompletionStage<Duration> init(
      String slotId, String instanceId, FunctionSpec function, long token) {
    return launch(
        "Init",
        settings.timeouts().init(),
        () -> platform.init(slotId, instanceId, function, token));
  }

  @Override
  public CompletionStage<Void> destroySlot(
      @Nullable String slotId, String instanceId, String reason, long token) {
    return other(
        "DestroySlot",
        settings.timeouts().destroy(),
        destroyRetry,
        () -> platform.destroySlot(slotId, instanceId, reason, token));
  }

  @Override
  public CompletionStage<Optional<List<Slot>>> listSlots() {
    return other("ListSlots", settings.timeouts().list(), whatever, platform::listSlots);
  }

  /** Whether launches are refused because too many failed of late; for monitoring. */
  public boolean isOpen() {
    return breaker.isOpen();
  }

  private <T> CompletionStage<T> launch(
      String name, Duration timeout, Supplier<CompletionStage<T>> attempt) {
    return new ResilientCall<>(
            name, clock, timer, timeout, launchRetry, guarded(launchCalls, breaker), attempt)
        .begin();
  }

  private <T> CompletionStage<T> other(
      String name, Duration timeout, Retry retry, Supplier<CompletionStage<T>> attempt) {
    return new ResilientCall<>(
            name, clock, timer, timeout, retry, guarded(otherCalls, null), attempt)
        .begin();
  }

  private ResilientCall.Admission guarded(Bulkhead calls, @Nullable LaunchBreaker guard) {
    return () -> {
      if (!calls.tryAcquirePermission()) {
        throw new PlatformException(
            Kind.UNAVAILABLE,
            false,
            "%d calls to the platform are on their way already"
                .formatted(calls.getBulkheadConfig().getMaxConcurrentCalls()),
            FULL_PAUSE);
      }
      if (guard == null) {
        return failure -> calls.onComplete();
      }
      LaunchBreaker.Passage passage;
      try {
        passage = guard.pass();
      } catch (PlatformException e) {
        calls.releasePermission();
        throw e;
      }
      return failure -> {
        calls.onComplete();
        passage.ended(failure);
      };
    };
  }

  private static Bulkhead bulkhead(String name, int calls) {
    return Bulkhead.of(
        name,
        BulkheadConfig.custom()
            .maxConcurrentCalls(calls)
            .maxWaitDuration(Duration.ZERO)
            .writableStackTraceEnabled(false)
            .build());
  }

  private static Retry retry(
      String name,
      int attempts,
      ResilienceSettings settings,
      RandomGenerator random,
      boolean onlyIfWithoutEffect) {
    RetryConfig config =
        RetryConfig.custom()
            .maxAttempts(attempts)
            .retryOnException(
                failure ->
                    failure instanceof PlatformException refusal
                        && saysUnavailable(refusal)
                        && !(onlyIfWithoutEffect && refusal.mayHaveHappened()))
            .intervalFunction(attempt -> pause(settings, attempt, random))
            .build();
    return Retry.of(name, config);
  }

  /** Unavailable, and not for how long. */
  static boolean saysUnavailable(PlatformException failure) {
    return failure.kind() == Kind.UNAVAILABLE && failure.retryAfter() == null;
  }

  private static long pause(ResilienceSettings settings, int attempt, RandomGenerator random) {
    double doubled = settings.backoff().toMillis() * Math.pow(2, attempt - 1);
    double pause = Math.min(MOST_BACKOFF_MS, doubled);
    return Math.round(pause * (0.5 + random.nextDouble()));
  }
}
