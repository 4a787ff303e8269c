package io.scaler.it.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.adapter.platform.SlotEvent;
import io.scaler.adapter.platform.SlotEvent.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Good histories pass; each kind of violation is found where it is planted. */
class HistoryCheckerTest {
  private static final Instant ZERO = Instant.parse("2024-03-01T12:00:00Z");
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final History.Limits LIMITS =
      new History.Limits(4, 4 * 128, Duration.ofSeconds(1));

  private final List<Call> calls = new ArrayList<>();
  private final List<SlotEvent> slots = new ArrayList<>();
  private final List<Instant> lost = new ArrayList<>();

  @Test
  void oneInstanceServesRequestsOneAfterTheOther() {
    slot("s1", "i1", 0, 100, 900);
    pair("r1", "i1", 90, 105, 200);
    pair("r2", "i1", 150, 210, 300);
    pair("r3", "i1", 300, 301, 800);

    assertThat(check()).isEmpty();
  }

  @Test
  void aRetriedAssignMayBeAnsweredTwiceAlike() {
    slot("s1", "i1", 0, 100, 900);
    assign("r1", "i1", 90, 105);
    pair("r1", "i1", 150, 160, 200);

    assertThat(check()).isEmpty();
  }

  @Test
  void showsHowTwoRequestsHeldOneInstance() {
    slot("s1", "i1", 0, 100, 900);
    pair("r1", "i1", 90, 105, 300);
    pair("r2", "i1", 200, 210, 400);

    assertThat(check())
        .singleElement()
        .extracting(Violation::rule, Violation::story)
        .containsExactly(
            HistoryChecker.HELD_TWICE,
            List.of(
                "     0.000 ms  assign   of r1 for f",
                "    15.000 ms  assign   of r1 is answered OK: holds i1",
                "   110.000 ms  assign   of r2 for f",
                "   120.000 ms  assign   of r2 is answered OK: holds i1",
                "   210.000 ms  r1 ends its hold"));
  }

  @Test
  void aHoldThatIsNeverReleasedLastsAsLongAsItsLease() {
    slot("s1", "i1", 0, 100, 90_000);
    assign("r1", "i1", 100, 105);
    pair("r2", "i1", 20_000, 20_010, 20_020);
    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.HELD_TWICE);

    calls.clear();
    assign("r1", "i1", 100, 105);
    pair("r2", "i1", 30_200, 30_201, 30_300);
    assertThat(check()).isEmpty();
  }

  @Test
  void findsARequestThatWasGivenTwoInstances() {
    slot("s1", "i1", 0, 100, 900);
    slot("s2", "i2", 0, 100, 900);
    assign("r1", "i1", 100, 105);
    pair("r1", "i2", 150, 160, 200);

    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.TWO_INSTANCES);
  }

  @Test
  void findsAnInstanceThatWasAssignedBeforeItRan() {
    slot("s1", "i1", 0, 100, 900);
    pair("r1", "i1", 50, 99, 200);

    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.NOT_RUNNING);
  }

  @Test
  void findsAnInstanceThatThePlatformNeverRan() {
    pair("r1", "i1", 50, 99, 200);

    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.NOT_RUNNING);
  }

  @Test
  void findsAnInstanceThatWasDestroyedUnderItsHolder() {
    slot("s1", "i1", 0, 100, 199);
    pair("r1", "i1", 100, 105, 200);

    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.NOT_RUNNING);
  }

  @Test
  void findsAnAnswerThatCameTooLate() {
    calls.add(
        new Call(
            Call.Method.ASSIGN,
            "f",
            "r1",
            at(0),
            at(6_001),
            Duration.ofSeconds(5),
            "UNAVAILABLE",
            "",
            Duration.ZERO));

    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.UNANSWERED);
  }

  @Test
  void findsASlotThatIsLeft() {
    slot("s1", "i1", 0, 100, 900);
    slots.remove(slots.size() - 1);

    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.LEAKED);
    assertThat(HistoryChecker.check(history(), false)).isEmpty();
    lost.add(at(950));
    assertThat(check()).as("the platform ended, and the slot with it").isEmpty();
  }

  @Test
  void findsTooManyLaunchesAndTooMuchMemory() {
    for (int i = 0; i < 5; i++) {
      slot("s" + i, "i" + i, i, 100 + i, 900 + i);
    }
    slots.sort(Comparator.comparing(SlotEvent::at));

    assertThat(check())
        .extracting(Violation::rule)
        .containsExactlyInAnyOrder(
            HistoryChecker.TOO_MANY_LAUNCHES, HistoryChecker.TOO_MUCH_MEMORY);
  }

  @Test
  void whatEndedWithThePlatformIsNotOnItsWayAnyMore() {
    for (int i = 0; i < 4; i++) {
      step(Kind.CREATING, "before" + i, null, i);
    }
    for (int i = 0; i < 4; i++) {
      slot("after" + i, "i" + i, 100 + i, 200 + i, 900 + i);
    }
    slots.sort(Comparator.comparing(SlotEvent::at));
    assertThat(HistoryChecker.check(history(), false))
        .extracting(Violation::rule)
        .containsExactlyInAnyOrder(
            HistoryChecker.TOO_MANY_LAUNCHES, HistoryChecker.TOO_MUCH_MEMORY);

    lost.add(at(50));

    assertThat(check()).isEmpty();
  }

  /** What can be planted in a good history. */
  private enum Plant {
    STEAL(HistoryChecker.HELD_TWICE),
    SWAP(HistoryChecker.TWO_INSTANCES),
    DESTROY(HistoryChecker.NOT_RUNNING),
    LEAVE(HistoryChecker.LEAKED),
    DELAY(HistoryChecker.UNANSWERED);

    private final String rule;

    Plant(String rule) {
      this.rule = rule;
    }
  }

  @ParameterizedTest
  @EnumSource(Plant.class)
  void whatIsPlantedInARandomHistoryIsFoundAndNothingElse(Plant plant) {
    for (int seed = 0; seed < 200; seed++) {
      calls.clear();
      slots.clear();
      random(new Random(seed));
      assertThat(check()).as("seed %d", seed).isEmpty();

      plant(plant, new Random(seed));

      assertThat(check()).as("seed %d", seed).extracting(Violation::rule).contains(plant.rule);
    }
  }

  /** Four instances, each used by one request after another. */
  private void random(Random random) {
    int requests = 0;
    for (int i = 0; i < 4; i++) {
      long now = 100;
      int uses = 2 + random.nextInt(20);
      for (int use = 0; use < uses; use++) {
        long asked = now + random.nextInt(20);
        long held = asked + 1 + random.nextInt(50);
        long released = held + 1 + random.nextInt(500);
        pair("r" + requests++, "i" + i, asked, held, released);
        now = released + 1;
      }
      slot("s" + i, "i" + i, 0, 100, now);
    }
  }

  private void plant(Plant plant, Random random) {
    int victim = 2 * random.nextInt(calls.size() / 2);
    Call assign = calls.get(victim);
    Call release = calls.get(victim + 1);
    switch (plant) {
      case STEAL -> {
        long middle = Duration.between(ZERO, release.start()).toMillis() - 1;
        assign("thief", assign.instanceId(), middle - 1, middle);
      }
      case SWAP -> assign(assign.requestId(), "i9", 0, 5);
      case DESTROY ->
          change(
              assign.instanceId(),
              event ->
                  event.kind() == Kind.DESTROYING
                      ? moved(event, release.start().minusNanos(1))
                      : event);
      case LEAVE ->
          slots.removeIf(
              event ->
                  event.kind() == Kind.DESTROYED && assign.instanceId().equals(event.instanceId()));
      case DELAY ->
          calls.set(
              victim,
              new Call(
                  assign.method(),
                  assign.function(),
                  assign.requestId(),
                  assign.start().minusSeconds(7),
                  assign.end(),
                  assign.deadline(),
                  assign.code(),
                  assign.instanceId(),
                  assign.lease()));
    }
  }

  private void change(String instance, UnaryOperator<SlotEvent> to) {
    slots.replaceAll(event -> instance.equals(event.instanceId()) ? to.apply(event) : event);
  }

  private static SlotEvent moved(SlotEvent event, Instant at) {
    return new SlotEvent(
        at,
        event.kind(),
        event.slotId(),
        event.requestId(),
        event.memoryMb(),
        event.instanceId(),
        event.functionKey());
  }

  private List<Violation> check() {
    return HistoryChecker.check(history(), true);
  }

  private History history() {
    return new History(calls, slots, lost, LIMITS);
  }

  private void slot(String slot, String instance, long begun, long started, long destroyed) {
    step(Kind.CREATING, slot, null, begun);
    step(Kind.CREATED, slot, null, begun + 1);
    step(Kind.STARTING, slot, instance, begun + 2);
    step(Kind.STARTED, slot, instance, started);
    step(Kind.DESTROYING, slot, instance, destroyed);
    step(Kind.DESTROYED, slot, instance, destroyed + 1);
  }

  private void step(Kind kind, String slot, String instance, long millis) {
    slots.add(
        new SlotEvent(
            at(millis), kind, slot, instance == null ? slot : instance, 128, instance, "f"));
  }

  private void pair(String request, String instance, long asked, long held, long released) {
    assign(request, instance, asked, held);
    calls.add(
        new Call(
            Call.Method.RELEASE,
            "f",
            request,
            at(released),
            at(released + 5),
            Duration.ofSeconds(5),
            Call.OK,
            instance,
            Duration.ZERO));
  }

  private void assign(String request, String instance, long asked, long held) {
    calls.add(
        new Call(
            Call.Method.ASSIGN,
            "f",
            request,
            at(asked),
            at(held),
            Duration.ofSeconds(5),
            Call.OK,
            instance,
            LEASE));
  }

  private static Instant at(long millis) {
    return ZERO.plusMillis(millis);
  }
}
