package io.scaler.adapter.platform;

import static io.scaler.adapter.platform.Outcome.isPending;
import static io.scaler.adapter.platform.Outcome.refusal;
import static io.scaler.adapter.platform.Outcome.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scaler.model.FunctionSpec;
import io.scaler.service.Platform;
import io.scaler.service.PlatformException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SimulatedPlatformTest extends FencedPlatformContractTest {

  @Override
  Platform around(SimulatedPlatform innermost) {
    return innermost;
  }

  private SimulatedPlatform with(
      Duration destroy,
      double jitter,
      double createFailures,
      double initFailures,
      double destroyFailures) {
    return new SimulatedPlatform(
        new SimulatedSettings(
            CREATE,
            INIT,
            Map.of("quick", Duration.ZERO),
            destroy,
            jitter,
            createFailures,
            initFailures,
            destroyFailures,
            0),
        timer,
        timer,
        new Random(7));
  }

  @Test
  void billsASlotFromItsRequestToItsDestruction() {
    SimulatedPlatform billed = with(Duration.ofMillis(900), 0, 0, 0, 0);
    CompletionStage<String> first = billed.createSlot("i-1", 2_048);
    assertThat(billed.usage()).isEqualTo(new Usage(0, 0, 0, 0, 0));
    timer.advance(Duration.ofSeconds(1));
    assertThat(billed.usage()).isEqualTo(new Usage(2, 1, 0, 1, 2_048));
    billed.createSlot("i-2", 512);
    timer.advance(Duration.ofSeconds(2));
    assertThat(billed.usage()).isEqualTo(new Usage(7, 2, 0, 2, 2_560));
    CompletionStage<Void> destruction = billed.destroySlot(value(first), "i-1", "idle", 0);
    timer.advance(Duration.ofMillis(900));
    assertThat(isPending(destruction)).isFalse();
    timer.advance(Duration.ofMillis(100));
    Usage usage = billed.usage();
    assertThat(usage.slotGbSeconds()).isCloseTo(7 + 1.8 + 0.5, within(1e-9));
    assertThat(usage.slotsDestroyed()).isEqualTo(1);
    assertThat(usage.slotsRunning()).isEqualTo(1);
    assertThat(usage.runningMb()).isEqualTo(512);
  }

  @Test
  void tellsEveryStepInASlotsLife() {
    List<SlotEvent> told = new ArrayList<>();
    SimulatedPlatform observed =
        new SimulatedPlatform(SimulatedSettings.DEFAULT, timer, timer, new Random(7), told::add);
    String slot = value(stepped(observed.createSlot("i-1", 512)));
    stepped(observed.init(slot, "i-1", RESIZE, 1));
    stepped(observed.destroySlot(slot, "i-1", "idle", 1));
    stepped(observed.createSlot("i-2", 512));
    stepped(observed.destroySlot(null, "i-2", "given up", 0));

    assertThat(told)
        .extracting(event -> event.requestId() + " " + event.kind())
        .containsExactly(
            "i-1 CREATING",
            "i-1 CREATED",
            "i-1 STARTING",
            "i-1 STARTED",
            "i-1 DESTROYING",
            "i-1 DESTROYED",
            "i-2 CREATING",
            "i-2 CREATED",
            "i-2 DESTROYING",
            "i-2 DESTROYED");
    assertThat(told.get(3).instanceId()).isEqualTo("i-1");
    assertThat(told.get(3).functionKey()).isEqualTo(RESIZE.key());
    assertThat(told.get(3).at()).isEqualTo(told.get(0).at().plusSeconds(1).plusMillis(200));
  }

  private <T> CompletionStage<T> stepped(CompletionStage<T> call) {
    timer.advance(Duration.ofSeconds(1));
    return call;
  }

  @Test
  void tellsWhichSlotsAndApplicationsDidNotComeUp() {
    List<SlotEvent> told = new ArrayList<>();
    SimulatedSettings failing =
        new SimulatedSettings(CREATE, INIT, Map.of(), Duration.ZERO, 0, 1, 0, 0, 0);
    stepped(
        new SimulatedPlatform(failing, timer, timer, new Random(7), told::add)
            .createSlot("i-1", 512));

    assertThat(told)
        .extracting(SlotEvent::kind)
        .containsExactly(SlotEvent.Kind.CREATING, SlotEvent.Kind.NOT_CREATED);
  }

  @Test
  void neitherListsNorStartsWhatIsBeingDestroyed() {
    SimulatedPlatform slow = with(Duration.ofSeconds(1), 0, 0, 0, 0);
    CompletionStage<String> creation = slow.createSlot("i-1", 512);
    timer.advance(CREATE);
    CompletionStage<Void> destruction = slow.destroySlot(value(creation), "i-1", "idle", 0);
    assertThat(isPending(destruction)).isTrue();
    assertThat(value(slow.listSlots()).orElseThrow()).isEmpty();
    assertThat(refusal(slow.init(value(creation), "i-1", RESIZE, 1)).kind()).isEqualTo(Kind.FAILED);
    CompletionStage<Void> repeated = slow.destroySlot(null, "i-1", "idle", 0);
    assertThat(isPending(repeated)).isTrue();
    timer.advance(Duration.ofSeconds(1));
    value(destruction);
    value(repeated);
    assertThat(slow.usage().slotsDestroyed()).isEqualTo(1);
  }

  @Test
  void startsAFunctionAsQuicklyAsItIsKnownTo() {
    String slot = created("i-1");
    FunctionSpec quick = new FunctionSpec("quick", "java", 512, Duration.ofSeconds(60));
    assertThat(value(platform.init(slot, "i-1", quick, 1))).isEqualTo(Duration.ZERO);
  }

  @Test
  void letsAFailedCreationBeRepeated() {
    SimulatedPlatform failing = with(Duration.ZERO, 0, 0.5, 0, 0);
    int failures = 0;
    for (int i = 0; i < 100; i++) {
      CompletionStage<String> creation = failing.createSlot("i-" + i, 512);
      timer.advance(CREATE);
      if (creation.toCompletableFuture().isCompletedExceptionally()) {
        assertThat(refusal(creation).kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(refusal(creation).mayHaveHappened()).isFalse();
        failures++;
        i--;
      }
    }
    assertThat(failures).isBetween(50, 150);
    assertThat(failing.usage().slotsCreated()).isEqualTo(100);
    assertThat(failing.usage().runningMb()).isEqualTo(100 * 512);
  }

  @Test
  void leavesTheSlotOfAFailedStartEmpty() {
    SimulatedPlatform failing = with(Duration.ZERO, 0, 0, 1, 0);
    CompletionStage<String> creation = failing.createSlot("i-1", 512);
    timer.advance(CREATE);
    for (int i = 0; i < 2; i++) {
      CompletionStage<Duration> start = failing.init(value(creation), "i-1", RESIZE, 1);
      timer.advance(INIT);
      assertThat(refusal(start).kind()).isEqualTo(Kind.FAILED);
    }
    assertThat(value(failing.listSlots()).orElseThrow().get(0).instanceId()).isNull();
  }

  @Test
  void keepsASlotWhoseDestructionFailed() {
    SimulatedPlatform failing = with(Duration.ZERO, 0, 0, 0, 1);
    CompletionStage<String> creation = failing.createSlot("i-1", 512);
    timer.advance(CREATE);
    assertThat(refusal(failing.destroySlot(value(creation), "i-1", "idle", 1)).kind())
        .isEqualTo(Kind.UNAVAILABLE);
    assertThat(failing.usage().slotsRunning()).isEqualTo(1);
  }

  @Test
  void variesLatenciesWithinTheJitter() {
    SimulatedPlatform varied = with(Duration.ZERO, 0.5, 0, 0, 0);
    Set<Duration> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      CompletionStage<String> creation = varied.createSlot("i-" + i, 512);
      timer.advance(CREATE.multipliedBy(2));
      CompletionStage<Duration> start = varied.init(value(creation), "i-" + i, RESIZE, 1);
      timer.advance(INIT.multipliedBy(2));
      assertThat(value(start)).isBetween(INIT.dividedBy(2), INIT.plus(INIT.dividedBy(2)));
      seen.add(value(start));
    }
    assertThat(seen).hasSizeGreaterThan(40);
  }

  @Test
  void givesASlotAnotherIdThanAnEarlierProcessDid() {
    SimulatedPlatform restarted =
        new SimulatedPlatform(SimulatedSettings.DEFAULT, timer, timer, new Random(2));
    CompletionStage<String> later = restarted.createSlot("i-2", 512);
    timer.advance(CREATE);
    assertThat(value(later)).isNotEqualTo(created("i-1"));
  }

  @Test
  void remembersOnlySoManyDestroyedRequests() {
    DestroyedRequests destroyed = new DestroyedRequests(2);
    destroyed.add("a");
    destroyed.add("b");
    destroyed.add("a");
    destroyed.add("c");
    assertThat(destroyed.contains("a")).isTrue();
    assertThat(destroyed.contains("b")).isFalse();
    assertThat(destroyed.contains("c")).isTrue();
  }

  @Test
  void checksItsSettings() {
    assertThatThrownBy(
            () -> new SimulatedSettings(CREATE, INIT, Map.of(), Duration.ZERO, 1.5, 0, 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("jitter: must be between 0.0 and 1.0, is 1.5");
  }
}
