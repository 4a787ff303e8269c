package io.scaler.adapter.platform;

import static io.scaler.adapter.platform.Outcome.failure;
import static io.scaler.adapter.platform.Outcome.isPending;
import static io.scaler.adapter.platform.Outcome.refusal;
import static io.scaler.adapter.platform.Outcome.value;
import static io.scaler.adapter.platform.ScriptedPlatform.down;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scaler.adapter.platform.ResilientPlatform.Repeats;
import io.scaler.model.FunctionSpec;
import io.scaler.service.FakeTimer;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ResilientPlatformTest {
  private static final Duration OPEN = Duration.ofSeconds(2);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration LONG_INIT = Duration.ofMinutes(5);
  private static final Duration ALL_BACKOFFS = Duration.ofSeconds(1);
  private static final int WINDOW = 4;
  private static final FunctionSpec RESIZE =
      new FunctionSpec("resize", "java", 512, Duration.ofSeconds(60));

  private final FakeTimer timer = new FakeTimer();
  private final ScriptedPlatform script = new ScriptedPlatform();

  private ResilientPlatform platform(Repeats repeats, int attempts, int bulkhead) {
    ResilienceSettings settings =
        new ResilienceSettings(
            new CallTimeouts(LIMIT, LONG_INIT, LIMIT, LIMIT),
            attempts,
            Duration.ofMillis(100),
            bulkhead,
            0.5,
            WINDOW,
            WINDOW,
            OPEN,
            2);
    return new ResilientPlatform(script, repeats, settings, timer, timer, new Random(3));
  }

  private ResilientPlatform oneAttempt() {
    return platform(Repeats.IDEMPOTENT, 1, 100);
  }

  private ResilientPlatform open() {
    ResilientPlatform platform = oneAttempt();
    script.failing(WINDOW, down(false));
    for (int i = 0; i < WINDOW; i++) {
      refusal(platform.createSlot("i-" + i, 512));
    }
    return platform;
  }

  // Repeating

  @Test
  void repeatsACallThatFailedForWantOfAPlatform() {
    script.failing(2, down(true));
    CompletionStage<String> creation = platform(Repeats.IDEMPOTENT, 3, 100).createSlot("i-1", 512);
    assertThat(script.calls()).isEqualTo(1);
    timer.advance(Duration.ofMillis(150));
    assertThat(script.calls()).isEqualTo(2);
    timer.advance(Duration.ofMillis(300));
    assertThat(value(creation)).isEqualTo("slot-of-i-1");
    assertThat(timer.pending()).isZero();
  }

  @Test
  void givesUpAfterTheLastAttempt() {
    script.failing(3, down(false));
    CompletionStage<String> creation = platform(Repeats.IDEMPOTENT, 3, 100).createSlot("i-1", 512);
    timer.advance(ALL_BACKOFFS);
    assertThat(refusal(creation)).hasMessage("down");
    assertThat(script.calls()).isEqualTo(3);
  }

  @Test
  void destroysAsOftenAsThereIsTimeFor() {
    script.failing(6, down(false));
    CompletionStage<Void> gone =
        platform(Repeats.IDEMPOTENT, 3, 100).destroySlot("s", "i-1", "idle", 1);
    timer.advance(LIMIT);
    value(gone);
    assertThat(script.calls()).isEqualTo(7);
    assertThat(timer.pending()).isZero();
  }

  @Test
  void givesADestructionUpWhenItsTimeIsOver() {
    script.failing(100, down(false));
    CompletionStage<Void> gone =
        platform(Repeats.IDEMPOTENT, 3, 100).destroySlot("s", "i-1", "idle", 1);
    timer.advance(LIMIT);
    assertThat(refusal(gone)).hasMessage("down");
    assertThat(timer.pending()).isZero();
  }

  @Test
  void remembersThatAnEarlierAttemptMayHaveHappened() {
    script.failing(1, down(true)).failing(2, down(false));
    CompletionStage<String> creation = platform(Repeats.IDEMPOTENT, 3, 100).createSlot("i-1", 512);
    timer.advance(ALL_BACKOFFS);
    assertThat(refusal(creation).mayHaveHappened()).isTrue();
  }

  @Test
  void repeatsNoUncertainLaunchOnAPlatformThatDoesNotPromiseIdempotency() {
    script.failing(1, down(true));
    ResilientPlatform platform = platform(Repeats.UNSAFE, 3, 100);
    assertThat(refusal(platform.createSlot("i-1", 512)).mayHaveHappened()).isTrue();
    script.failing(1, down(true));
    assertThat(refusal(platform.init("s", "i-1", RESIZE, 1)).mayHaveHappened()).isTrue();
    assertThat(script.calls()).isEqualTo(2);
  }

  @Test
  void repeatsALaunchThatCertainlyHadNoEffectOnAnyPlatform() {
    script.failing(1, down(false));
    CompletionStage<String> creation = platform(Repeats.UNSAFE, 3, 100).createSlot("i-1", 512);
    timer.advance(ALL_BACKOFFS);
    assertThat(value(creation)).isEqualTo("slot-of-i-1");
  }

  @Test
  void repeatsAnUncertainDestructionOnAnyPlatform() {
    script.failing(1, down(true));
    CompletionStage<Void> destruction =
        platform(Repeats.UNSAFE, 3, 100).destroySlot("s", "i-1", "idle", 1);
    timer.advance(ALL_BACKOFFS);
    value(destruction);
    assertThat(script.calls()).isEqualTo(2);
  }

  @Test
  void leavesThePauseThatThePlatformAsksForToTheCaller() {
    Duration hint = Duration.ofSeconds(1);
    script.failing(1, new PlatformException(Kind.UNAVAILABLE, false, "no room", hint));
    PlatformException refusal =
        refusal(platform(Repeats.IDEMPOTENT, 3, 100).createSlot("i-1", 512));
    assertThat(refusal.retryAfter()).isEqualTo(hint);
    assertThat(script.calls()).isEqualTo(1);
  }

  @Test
  void repeatsNothingThatFailedForAnotherReason() {
    ResilientPlatform platform = platform(Repeats.IDEMPOTENT, 3, 100);
    for (Kind kind : new Kind[] {Kind.FAILED, Kind.REFUSED}) {
      script.failing(1, new PlatformException(kind, false, "no", null));
      assertThat(refusal(platform.init("s", "i-1", RESIZE, 1)).kind()).isEqualTo(kind);
    }
    assertThat(script.calls()).isEqualTo(2);
  }

  @Test
  void passesABugOn() {
    script.hanging().completeExceptionally(new IllegalStateException("a bug"));
    assertThat(failure(platform(Repeats.IDEMPOTENT, 3, 100).createSlot("i-1", 512)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(script.calls()).isEqualTo(1);
  }

  // Time limits

  @Test
  void givesUpACallThatTakesTooLong() {
    CompletableFuture<Void> hanging = script.hanging();
    CompletionStage<String> creation = platform(Repeats.IDEMPOTENT, 3, 100).createSlot("i-1", 512);
    timer.advance(LIMIT.minusMillis(1));
    assertThat(isPending(creation)).isTrue();
    timer.advance(Duration.ofMillis(1));
    PlatformException refusal = refusal(creation);
    assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(refusal.mayHaveHappened()).isTrue();
    hanging.complete(null);
    assertThat(script.calls()).isEqualTo(1);
    assertThat(timer.pending()).isZero();
  }

  @Test
  void countsRepetitionsInTheLimit() {
    script.failing(1, down(false));
    script.hanging();
    CompletionStage<String> creation = platform(Repeats.IDEMPOTENT, 3, 100).createSlot("i-1", 512);
    timer.advance(LIMIT);
    assertThat(refusal(creation).mayHaveHappened()).isTrue();
  }

  // The breaker

  @Test
  void stopsLaunchingOnAPlatformThatKeepsFailing() {
    ResilientPlatform platform = open();
    assertThat(platform.isOpen()).isTrue();
    int before = script.calls();
    timer.advance(Duration.ofMillis(500));
    PlatformException refusal = refusal(platform.createSlot("i-9", 512));
    assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(refusal.mayHaveHappened()).isFalse();
    assertThat(refusal.retryAfter()).isEqualTo(OPEN.minusMillis(499));
    assertThat(refusal(platform.init("s", "i-9", RESIZE, 1)).mayHaveHappened()).isFalse();
    assertThat(script.calls()).isEqualTo(before);
  }

  @Test
  void saysWhatALaunchWouldBeRefusedWithUntilItMayProbe() {
    ResilientPlatform platform = open();
    timer.advance(Duration.ofMillis(500));
    PlatformException refusal = platform.refusal().orElseThrow();
    assertThat(refusal).hasMessage(refusal(platform.createSlot("i-9", 512)).getMessage());
    timer.advance(refusal.retryAfter());
    assertThat(platform.refusal()).isEmpty();
    script.failing(2, down(false));
    refusal(platform.createSlot("i-9", 512));
    refusal(platform.createSlot("i-10", 512));
    assertThat(platform.refusal()).as("after probes that failed").isPresent();
  }

  @Test
  void closesOnceProbesSucceed() {
    ResilientPlatform platform = open();
    PlatformException refusal = refusal(platform.createSlot("i-9", 512));
    timer.advance(refusal.retryAfter());
    value(platform.createSlot("i-9", 512));
    value(platform.createSlot("i-10", 512));
    assertThat(platform.isOpen()).isFalse();
    script.failing(1, down(false));
    refusal(platform.createSlot("i-11", 512));
    value(platform.createSlot("i-12", 512));
  }

  @Test
  void staysOpenWhileProbesFail() {
    ResilientPlatform platform = open();
    timer.advance(OPEN.plusMillis(1));
    script.failing(2, down(false));
    refusal(platform.createSlot("i-9", 512));
    refusal(platform.createSlot("i-10", 512));
    assertThat(platform.isOpen()).isTrue();
    assertThat(refusal(platform.createSlot("i-11", 512)).retryAfter())
        .isEqualTo(OPEN.plusMillis(1));
  }

  @Test
  void letsNoMoreThanTheProbesThrough() {
    ResilientPlatform platform = open();
    timer.advance(OPEN.plusMillis(1));
    script.hanging();
    script.hanging();
    platform.createSlot("i-9", 512);
    platform.createSlot("i-10", 512);
    int before = script.calls();
    assertThat(refusal(platform.createSlot("i-11", 512)).retryAfter()).isEqualTo(OPEN);
    assertThat(script.calls()).isEqualTo(before);
  }

  @Test
  void destroysAndListsWhileItRefusesToLaunch() {
    ResilientPlatform platform = open();
    value(platform.destroySlot("s", "i-1", "idle", 1));
    assertThat(value(platform.listSlots())).isPresent();
    assertThat(platform.isOpen()).isTrue();
  }

  @Test
  void doesNotStopForApplicationsThatDoNotStart() {
    ResilientPlatform platform = oneAttempt();
    script.failing(WINDOW, new PlatformException(Kind.FAILED, false, "no start", null));
    for (int i = 0; i < WINDOW; i++) {
      refusal(platform.init("s", "i-1", RESIZE, 1));
    }
    assertThat(platform.isOpen()).isFalse();
  }

  @Test
  void doesNotStopForAPlatformThatAsksForAPause() {
    ResilientPlatform platform = oneAttempt();
    Duration hint = Duration.ofSeconds(1);
    script.failing(2 * WINDOW, new PlatformException(Kind.UNAVAILABLE, false, "no room", hint));
    for (int i = 0; i < 2 * WINDOW; i++) {
      refusal(platform.createSlot("i-" + i, 512));
    }
    assertThat(platform.isOpen()).isFalse();
  }

  @Test
  void doesNotStopForStartsThatTakeMinutes() {
    ResilientPlatform platform = oneAttempt();
    for (int i = 0; i < 2 * WINDOW; i++) {
      CompletableFuture<Void> slow = script.hanging();
      CompletionStage<Duration> start = platform.init("s", "i-" + i, RESIZE, 1);
      timer.advance(LONG_INIT.minusSeconds(1));
      slow.complete(null);
      value(start);
    }
    assertThat(platform.isOpen()).isFalse();
  }

  // The limit of calls on their way

  @Test
  void refusesOneCallMoreThanMayBeOnTheirWay() {
    ResilientPlatform platform = platform(Repeats.IDEMPOTENT, 3, 2);
    CompletableFuture<Void> first = script.hanging();
    script.hanging();
    CompletionStage<String> creation = platform.createSlot("i-1", 512);
    platform.init("s", "i-2", RESIZE, 1);
    PlatformException refusal = refusal(platform.createSlot("i-3", 512));
    assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(refusal.mayHaveHappened()).isFalse();
    assertThat(refusal.retryAfter()).isPositive();
    value(platform.destroySlot("s", "i-4", "idle", 1));
    first.complete(null);
    value(creation);
    value(platform.createSlot("i-3", 512));
  }

  @Test
  void freesThePlaceOfACallThatFailedOrTookTooLong() {
    ResilientPlatform platform = platform(Repeats.IDEMPOTENT, 1, 1);
    script.failing(1, down(false));
    refusal(platform.createSlot("i-1", 512));
    script.hanging();
    CompletionStage<String> slow = platform.createSlot("i-2", 512);
    timer.advance(LIMIT);
    refusal(slow);
    value(platform.createSlot("i-3", 512));
  }

  @Test
  void freesThePlaceOfACallThatTheBreakerRefused() {
    ResilientPlatform platform = platform(Repeats.IDEMPOTENT, 1, 1);
    script.failing(WINDOW, down(false));
    for (int i = 0; i < WINDOW + 3; i++) {
      refusal(platform.createSlot("i-" + i, 512));
    }
    timer.advance(OPEN.plusMillis(1));
    value(platform.createSlot("i-9", 512));
  }

  @Test
  void checksItsSettings() {
    assertThatThrownBy(() -> platform(Repeats.IDEMPOTENT, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("attempts: must be at least 1, is 0");
  }
}
