package io.scaler.adapter.platform;

import static io.scaler.adapter.platform.Outcome.isPending;
import static io.scaler.adapter.platform.Outcome.refusal;
import static io.scaler.adapter.platform.Outcome.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.scaler.model.FunctionSpec;
import io.scaler.service.FakeTimer;
import io.scaler.service.Platform;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every platform does. The one behind it is simulated, so that its time is the test's. */
abstract class PlatformContractTest {
  static final Duration CREATE = Duration.ofMillis(100);
  static final Duration INIT = Duration.ofMillis(300);
  static final FunctionSpec RESIZE =
      new FunctionSpec("resize", "java", 512, Duration.ofSeconds(60));

  final FakeTimer timer = new FakeTimer();
  final SimulatedPlatform simulated =
      new SimulatedPlatform(settings(), timer, timer, new Random(1));
  Platform platform = simulated;

  /** The platform under test, which comes down to the simulated one. */
  abstract Platform around(SimulatedPlatform innermost) throws IOException;

  private static SimulatedSettings settings() {
    return new SimulatedSettings(
        CREATE, INIT, Map.of("quick", Duration.ZERO), Duration.ZERO, 0, 0, 0, 0, 4_096);
  }

  @BeforeEach
  void wrap() throws IOException {
    platform = around(simulated);
  }

  /** Lets time pass once the call has arrived at the simulated platform. */
  <T> CompletionStage<T> after(Duration latency, CompletionStage<T> call) {
    await().until(() -> !isPending(call) || timer.pending() > limitsPerCall());
    timer.advance(latency);
    return call;
  }

  /** Tasks that a call on its way puts into the timer besides the simulated platform's own. */
  int limitsPerCall() {
    return 0;
  }

  String created(String instanceId) {
    return value(after(CREATE, platform.createSlot(instanceId, 512)));
  }

  @Test
  void createsASlotAfterItsLatency() {
    CompletionStage<String> call = platform.createSlot("i-1", 512);
    after(CREATE.minusMillis(1), call);
    assertThat(isPending(call)).isTrue();
    timer.advance(Duration.ofMillis(1));
    assertThat(value(call)).isNotEmpty();
    assertThat(simulated.usage().runningMb()).isEqualTo(512);
  }

  @Test
  void givesEachInstanceASlotOfItsOwn() {
    assertThat(created("i-1")).isNotEqualTo(created("i-2"));
  }

  @Test
  void saysHowLongTheApplicationTookToStart() {
    String slot = created("i-1");
    assertThat(value(after(INIT, platform.init(slot, "i-1", RESIZE, 1)))).isEqualTo(INIT);
  }

  @Test
  void failsToStartInASlotThatIsNotThere() {
    PlatformException refusal = refusal(platform.init("slot-of-another-time", "i-1", RESIZE, 1));
    assertThat(refusal.kind()).isEqualTo(Kind.FAILED);
    assertThat(refusal.mayHaveHappened()).isFalse();
  }

  @Test
  void startsOnlyOneInstanceInASlot() {
    String slot = created("i-1");
    value(after(INIT, platform.init(slot, "i-1", RESIZE, 1)));
    assertThat(refusal(platform.init(slot, "i-2", RESIZE, 2)).kind()).isEqualTo(Kind.FAILED);
  }

  @Test
  void refusesASlotWithoutMemory() {
    PlatformException refusal = refusal(platform.createSlot("i-1", 0));
    assertThat(refusal.kind()).isEqualTo(Kind.REFUSED);
    assertThat(refusal.mayHaveHappened()).isFalse();
    assertThat(refusal).hasMessageContaining("memory");
  }

  @Test
  void asksForAPauseWhenThereIsNoRoom() {
    PlatformException refusal = refusal(platform.createSlot("i-1", 4_097));
    assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(refusal.mayHaveHappened()).isFalse();
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void hasRoomAgainAfterADestruction() {
    String slot = value(after(CREATE, platform.createSlot("i-1", 4_096)));
    value(platform.destroySlot(slot, "i-1", "idle", 1));
    assertThat(value(after(CREATE, platform.createSlot("i-2", 4_096)))).isNotEmpty();
  }

  @Test
  void destroysTwiceAsWellAsOnce() {
    String slot = created("i-1");
    value(platform.destroySlot(slot, "i-1", "idle", 1));
    value(platform.destroySlot(slot, "i-1", "idle", 1));
    assertThat(simulated.usage().slotsRunning()).isZero();
    assertThat(simulated.usage().slotsDestroyed()).isEqualTo(1);
  }

  @Test
  void succeedsInDestroyingWhatNeverWas() {
    value(platform.destroySlot("slot-of-another-time", "i-1", "idle", 1));
    value(platform.destroySlot(null, "i-2", "idle", 1));
    assertThat(simulated.usage().slotsDestroyed()).isZero();
  }

  @Test
  void failsAStartWhoseSlotIsDestroyedMeanwhile() {
    String slot = created("i-1");
    CompletionStage<Duration> start = platform.init(slot, "i-1", RESIZE, 1);
    after(INIT.dividedBy(2), start);
    value(platform.destroySlot(slot, "i-1", "given up", 1));
    assertThat(refusal(start).kind()).isEqualTo(Kind.FAILED);
  }
}
