package io.scaler.it.history;

import static io.scaler.it.history.Calling.like;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Good histories pass; each kind of violation is found where it is planted. */
class HistoryCheckerTest {
  private static final Instant ZERO = Instant.parse("2024-03-01T12:00:00Z");
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final History.Limits LIMITS =
      new History.Limits(
          4, Integer.MAX_VALUE, 4 * 128, Duration.ofSeconds(1), Duration.ofSeconds(10));
  private static final String[] LOST = {"UNAVAILABLE", ""};
  private static final String[] REFUSED = {"RESOURCE_EXHAUSTED", "TIMED_OUT"};

  private final List<Call> calls = new ArrayList<>();
  private final List<SlotEvent> slots = new ArrayList<>();
  private final List<Instant> lost = new ArrayList<>();
  private final List<History.Span> hangs = new ArrayList<>();
  private final List<History.Span> standstills = new ArrayList<>();

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
    calls.add(assign("r1", "i1", 90, 105).call());
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
                "    15.000 ms  assign   of r1 is answered OK: holds i1 by token 1",
                "   110.000 ms  assign   of r2 for f",
                "   120.000 ms  assign   of r2 is answered OK: holds i1 by token 1",
                "   210.000 ms  r1 ends its hold"));
  }

  @Test
  void aHoldThatIsNeverReleasedLastsAsLongAsItsLease() {
    slot("s1", "i1", 0, 100, 90_000);
    calls.add(assign("r1", "i1", 100, 105).call());
    pair("r2", "i1", 20_000, 20_010, 20_020);
    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.HELD_TWICE);

    calls.clear();
    calls.add(assign("r1", "i1", 100, 105).call());
    pair("r2", "i1", 30_200, 30_201, 30_300);
    assertThat(check()).isEmpty();
  }

  @Test
  void findsARequestThatWasGivenTwoInstances() {
    slot("s1", "i1", 0, 100, 900);
    slot("s2", "i2", 0, 100, 900);
    calls.add(assign("r1", "i1", 100, 105).call());
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
    calls.add(assign("r1", "", 0, 6_001).code("UNAVAILABLE", "NODE_UNAVAILABLE").call());

    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.UNANSWERED);
  }

  @Test
  void oneAssignInAThousandMayBeLate() {
    for (int i = 0; i < 1_998; i++) {
      calls.add(assign("r" + i, "", 0, 10).code("UNAVAILABLE", "NODE_UNAVAILABLE").call());
    }
    calls.add(assign("late1", "", 0, 5_000).code("DEADLINE_EXCEEDED", "").call());
    calls.add(assign("late2", "", 0, 6_001).code("UNAVAILABLE", "NODE_UNAVAILABLE").call());
    assertThat(check()).isEmpty();

    calls.add(assign("late3", "", 0, 5_000).code("DEADLINE_EXCEEDED", "").call());
    assertThat(check())
        .hasSize(3)
        .extracting(Violation::rule)
        .containsOnly(HistoryChecker.UNANSWERED);
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

  @Test
  void tellsOfEachRuleWhatBreaksIt() {
    slot("s1", "i1", 0, 100, 900);
    pair("r1", "i1", 90, 99, 200);
    isTold(
        HistoryChecker.NOT_RUNNING,
        "     0.000 ms  assign   of r1 for f",
        "     9.000 ms  assign   of r1 is answered OK: holds i1 by token 1",
        "    10.000 ms  platform STARTED s1, instance i1 of f");

    slot("s1", "i1", 0, 100, 150);
    pair("r1", "i1", 100, 110, 200);
    isTold(
        HistoryChecker.NOT_RUNNING,
        "     0.000 ms  assign   of r1 for f",
        "    10.000 ms  assign   of r1 is answered OK: holds i1 by token 1",
        "    50.000 ms  platform DESTROYING s1, instance i1 of f",
        "   100.000 ms  r1 ends its hold");

    slot("s1", "i1", 0, 100, 90_000);
    lost.add(at(200));
    pair("r1", "i1", 10_100, 10_201, 10_300);
    isTold(
        HistoryChecker.NOT_RUNNING,
        "     0.000 ms  platform STARTED s1, instance i1 of f",
        "   100.000 ms  platform ends with all that it runs",
        " 10000.000 ms  assign   of r1 for f",
        " 10101.000 ms  assign   of r1 is answered OK: holds i1 by token 1");

    slot("s1", "i1", 0, 100, 900);
    calls.add(assign("r1", "i1", 150, 160).function("g").call());
    calls.add(release("r1", "i1", 170));
    isTold(
        HistoryChecker.OTHER_FUNCTION,
        "     0.000 ms  platform STARTED s1, instance i1 of f",
        "    50.000 ms  assign   of r1 for g",
        "    60.000 ms  assign   of r1 is answered OK: holds i1 by token 1");

    slot("s1", "i1", 0, 100, 900);
    calls.add(assign("r1", "i1", 150, 160).lease(Duration.ZERO).call());
    isTold(
        HistoryChecker.NO_LEASE,
        "     0.000 ms  assign   of r1 for f",
        "    10.000 ms  assign   of r1 is answered OK: holds i1 by token 1");

    slot("s1", "i1", 0, 100, 900);
    calls.add(assign("r1", "i1", 150, 160).call());
    calls.add(assign("r1", "i1", 170, 180).token(2).call());
    calls.add(release("r1", "i1", 190));
    isTold(
        HistoryChecker.TWO_INSTANCES,
        "     0.000 ms  assign   of r1 for f",
        "    10.000 ms  assign   of r1 is answered OK: holds i1 by token 1",
        "    20.000 ms  assign   of r1 for f",
        "    30.000 ms  assign   of r1 is answered OK: holds i1 by token 2");

    calls.add(assign("r1", "", 0, 5_000).code("DEADLINE_EXCEEDED", "").call());
    isTold(
        HistoryChecker.UNANSWERED,
        "     0.000 ms  assign   of r1 for f",
        "  5000.000 ms  assign   of r1 is answered DEADLINE_EXCEEDED");

    calls.add(assign("r1", "", 0, 10).code("FAILED_PRECONDITION", "NOT_HOLDER").call());
    isTold(
        HistoryChecker.UNCLEAR,
        "     0.000 ms  assign   of r1 for f",
        "    10.000 ms  assign   of r1 is answered FAILED_PRECONDITION/NOT_HOLDER");

    slot("s1", "i1", 0, 100, 900);
    slots.remove(slots.size() - 1);
    pair("r1", "i1", 100, 110, 120);
    pair("r2", "i1", 130, 140, 150);
    isTold(
        HistoryChecker.LEAKED,
        "     0.000 ms  platform CREATING s1",
        "     1.000 ms  platform CREATED s1",
        "     2.000 ms  platform STARTING s1, instance i1 of f",
        "   100.000 ms  platform STARTED s1, instance i1 of f",
        "   130.000 ms  assign   of r2 for f",
        "   140.000 ms  assign   of r2 is answered OK: holds i1 by token 1",
        "   150.000 ms  release  of r2 for f: gives back i1",
        "   155.000 ms  release  of r2 is answered OK",
        "   900.000 ms  platform DESTROYING s1, instance i1 of f");

    for (int i = 0; i < 4; i++) {
      step(Kind.CREATING, "s" + i, null, i);
    }
    slots.add(new SlotEvent(at(4), Kind.CREATING, "none", "r", 0, null, null));
    lost.add(at(5));
    isTold(
        HistoryChecker.TOO_MANY_LAUNCHES,
        "     0.000 ms  platform CREATING s0",
        "     1.000 ms  platform CREATING s1",
        "     2.000 ms  platform CREATING s2",
        "     3.000 ms  platform CREATING s3",
        "     4.000 ms  platform CREATING none",
        "     4.000 ms  5 launches are on their way; 4 may be");

    for (int i = 0; i < 4; i++) {
      step(Kind.CREATING, "s" + i, null, i);
      step(Kind.CREATED, "s" + i, null, i);
    }
    slots.add(new SlotEvent(at(4), Kind.CREATING, "tiny", "r", 1, null, null));
    lost.add(at(5));
    isTold(
        HistoryChecker.TOO_MUCH_MEMORY,
        "     0.000 ms  platform CREATING s0",
        "     1.000 ms  platform CREATING s1",
        "     2.000 ms  platform CREATING s2",
        "     3.000 ms  platform CREATING s3",
        "     4.000 ms  platform CREATING tiny",
        "     4.000 ms  slots take 513 MiB; 512 may be");
  }

  /** The history breaks one rule, once; it is cleared. */
  private void isTold(String rule, String... story) {
    assertThat(check())
        .singleElement()
        .extracting(Violation::rule, Violation::story)
        .containsExactly(rule, List.of(story));
    clear();
  }

  private void clear() {
    calls.clear();
    slots.clear();
    lost.clear();
    hangs.clear();
  }

  @Test
  void limitsThatWereExceededBeforeItBeganAreNotItsMatterButWhatIsThereStillCounts() {
    for (int i = 0; i < 5; i++) {
      slots.add(new SlotEvent(at(i), Kind.CREATING, "s" + i, "r", 128, null, null));
    }
    History.Limits limits = new History.Limits(4, 0, Duration.ofSeconds(1));
    assertThat(HistoryChecker.check(new History(calls, slots, lost, limits), false)).hasSize(1);
    assertThat(HistoryChecker.check(begunAt(5, limits), false)).isEmpty();

    slots.add(new SlotEvent(at(6), Kind.CREATING, "s6", "r", 128, null, null));
    assertThat(HistoryChecker.check(begunAt(5, limits), false))
        .singleElement()
        .satisfies(
            violation ->
                assertThat(violation.story().toString()).contains("6 launches are on their way"));
  }

  private History begunAt(long millis, History.Limits limits) {
    return new History(calls, slots, lost, hangs, standstills, limits, at(millis));
  }

  @Test
  void launchesOfAFunctionAreKnownByWhatStartsInTheirSlots() {
    History.Limits limits =
        new History.Limits(4, 2, 0, Duration.ofSeconds(1), Duration.ofSeconds(1));
    slot("s1", "i1", "f", 0, 100, 900);
    slot("s2", "i2", "g", 1, 100, 900);
    slot("s3", "i3", "f", 2, 100, 900);
    slots.sort(Comparator.comparing(SlotEvent::at));
    assertThat(HistoryChecker.check(new History(calls, slots, lost, limits), false)).isEmpty();

    slot("s4", "i4", "f", 3, 100, 900);
    slots.sort(Comparator.comparing(SlotEvent::at));
    assertThat(HistoryChecker.check(new History(calls, slots, lost, limits), false))
        .singleElement()
        .extracting(Violation::rule, Violation::story)
        .containsExactly(
            HistoryChecker.TOO_MANY_OF_FUNCTION,
            List.of(
                "     0.000 ms  platform STARTING s1, instance i1 of f",
                "     1.000 ms  platform CREATING s4",
                "     2.000 ms  platform STARTING s3, instance i3 of f",
                "     2.000 ms  3 launches of f are on their way; 2 may be"));
  }

  @Test
  void ofManyOnlyTheLatestAreTold() {
    for (int i = 0; i < 300; i++) {
      slots.add(new SlotEvent(at(i), Kind.CREATING, "s" + i, "r", 0, null, null));
    }
    History history =
        new History(calls, slots, lost, new History.Limits(200, 0, Duration.ofSeconds(1)));

    assertThat(HistoryChecker.check(history, false))
        .singleElement()
        .extracting(Violation::story)
        .isEqualTo(
            List.of(
                "     0.000 ms  196 more until then",
                "     1.000 ms  platform CREATING s196",
                "     2.000 ms  platform CREATING s197",
                "     3.000 ms  platform CREATING s198",
                "     4.000 ms  platform CREATING s199",
                "     5.000 ms  platform CREATING s200",
                "     5.000 ms  201 launches are on their way; 200 may be"));
  }

  @Test
  void theShortestStoryOfEachRuleStandsForTheOthers() {
    slot("s1", "i1", 0, 100, 250);
    pair("r1", "i1", 105, 110, 300);
    pair("r2", "i9", 105, 110, 120);
    pair("r3", "i8", 105, 110, 120);
    calls.add(assign("r4", "", 0, 10).code("UNKNOWN", "").call());

    assertThat(check())
        .extracting(violation -> violation.story().size())
        .containsExactly(2, 2, 2, 4);
    assertThat(Violation.inBrief(check()))
        .isEqualTo(
            """
            an instance is held that the platform does not run
                   0.000 ms  assign   of r2 for f
                   5.000 ms  assign   of r2 is answered OK: holds i9 by token 1
              and 2 more like it
            an Assign ended in an error that the contract does not name
                   0.000 ms  assign   of r4 for f
                  10.000 ms  assign   of r4 is answered UNKNOWN\
            """);
    assertThat(Violation.inBrief(List.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, PLATFORM_UNAVAILABLE",
    "UNAVAILABLE, LAUNCH_FAILED",
    "UNAVAILABLE, NODE_UNAVAILABLE",
    "RESOURCE_EXHAUSTED, OVERLOADED",
    "RESOURCE_EXHAUSTED, TIMED_OUT",
    "RESOURCE_EXHAUSTED, TOO_MANY_CALLS",
    "UNAVAILABLE, ''",
    "CANCELLED, ''"
  })
  void anAssignMayEndInAnErrorThatSaysWhatToDo(String code, String reason) {
    calls.add(assign("r1", "", 0, 10).code(code, reason).call());

    assertThat(check()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "INTERNAL, ''",
    "INTERNAL, SCALER_ERROR_UNSPECIFIED",
    "UNKNOWN, ''",
    "CANCELLED, CANCELLED",
    "RESOURCE_EXHAUSTED, ''",
    "INVALID_ARGUMENT, INVALID_FIELD",
    "UNAUTHENTICATED, UNAUTHENTICATED",
    "UNIMPLEMENTED, ''",
    "FAILED_PRECONDITION, REQUEST_FINISHED",
    "MEANT_FOR_ANOTHER, ''"
  })
  void anAssignMustNotEndInAnyOtherError(String code, String reason) {
    calls.add(assign("r1", "", 0, 10).code(code, reason).call());

    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.UNCLEAR);
  }

  @Test
  void aCallerMayGiveUp() {
    calls.add(assign("r1", "", 0, 10).cancelled().code("CANCELLED", "").call());
    calls.add(assign("r2", "", 0, 10).cancelled().code("CANCELLED", "CANCELLED").call());
    assertThat(check()).isEmpty();

    calls.add(assign("r3", "", 0, 10).cancelled().code("INTERNAL", "").call());
    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.UNCLEAR);
  }

  @Test
  void aCallMayRemainWithoutAnAnswerOnlyWhileSomethingHangs() {
    calls.add(assign("r1", "", 100, 5_100).code("DEADLINE_EXCEEDED", "").call());
    hangs.add(new History.Span(at(0), at(100)));
    hangs.add(new History.Span(at(5_100), at(9_000)));
    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.UNANSWERED);

    hangs.add(new History.Span(at(5_000), at(5_050)));
    assertThat(check()).isEmpty();
  }

  @Test
  void aCallMayRemainWithoutAnAnswerIfItsCallerStoodStillWhenThatWasOnItsWay() {
    calls.add(assign("r1", "", 100, 5_100).code("DEADLINE_EXCEEDED", "").call());
    standstills.add(new History.Span(at(100), at(4_600)));
    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.UNANSWERED);

    standstills.add(new History.Span(at(4_600), at(4_750)));
    assertThat(check()).isEmpty();
  }

  @Test
  void aRequestIsFinishedOnceItIsReleasedOrItsLeaseMayHaveRunOut() {
    slot("s1", "i1", 0, 100, 900);
    pair("r1", "i1", 110, 120, 200);
    calls.add(assign("r1", "", 150, 199).code("FAILED_PRECONDITION", "REQUEST_FINISHED").call());
    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.UNCLEAR);

    calls.set(2, assign("r1", "", 150, 201).code("FAILED_PRECONDITION", "REQUEST_FINISHED").call());
    assertThat(check()).isEmpty();

    calls.add(assign("r2", "", 0, 10).code("UNAVAILABLE", "").call());
    calls.add(
        assign("r2", "", 29_980, 29_990).code("FAILED_PRECONDITION", "REQUEST_FINISHED").call());
    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.UNCLEAR);

    calls.set(
        4, assign("r2", "", 29_980, 30_010).code("FAILED_PRECONDITION", "REQUEST_FINISHED").call());
    assertThat(check()).isEmpty();
  }

  @Test
  void whatEndedWithThePlatformMayBeTakenToBeThereForAWhile() {
    slot("s1", "i1", 0, 100, 90_000);
    pair("r1", "i1", 150, 160, 20_000);
    lost.add(at(200));
    pair("r2", "i1", 20_000, 20_001, 20_002);
    assertThat(check()).extracting(Violation::rule).containsExactly(HistoryChecker.NOT_RUNNING);

    calls.subList(2, 4).clear();
    assertThat(check()).as("held since before").isEmpty();

    calls.clear();
    pair("r1", "i1", 10_190, 10_200, 20_000);
    assertThat(check()).isEmpty();

    slot("s2", "i2", 10_250, 10_300, 90_000);
    pair("r2", "i2", 20_000, 20_001, 20_002);
    assertThat(check()).as("started since").isEmpty();
  }

  /** What can be planted in a good history. */
  private enum Plant {
    STEAL(HistoryChecker.HELD_TWICE),
    SWAP(HistoryChecker.TWO_INSTANCES),
    GRANT_AGAIN(HistoryChecker.TWO_INSTANCES),
    DESTROY(HistoryChecker.NOT_RUNNING),
    ASSIGN_DESTROYED(HistoryChecker.NOT_RUNNING),
    ASSIGN_UNSTARTED(HistoryChecker.NOT_RUNNING),
    ASSIGN_UNKNOWN(HistoryChecker.NOT_RUNNING),
    ASSIGN_LOST(HistoryChecker.NOT_RUNNING),
    MISTAKE_FUNCTION(HistoryChecker.OTHER_FUNCTION),
    FORGET_LEASE(HistoryChecker.NO_LEASE),
    LEAVE(HistoryChecker.LEAKED),
    DELAY(HistoryChecker.UNANSWERED),
    HANG(HistoryChecker.UNANSWERED),
    BUG(HistoryChecker.UNCLEAR),
    GIVE_UP(HistoryChecker.UNCLEAR),
    CROWD(HistoryChecker.TOO_MANY_LAUNCHES),
    FILL(HistoryChecker.TOO_MUCH_MEMORY);

    private final String rule;

    Plant(String rule) {
      this.rule = rule;
    }
  }

  @ParameterizedTest
  @EnumSource(Plant.class)
  void whatIsPlantedInARandomHistoryIsFoundAndNothingElse(Plant plant) {
    for (int seed = 0; seed < 200; seed++) {
      clear();
      random(new Random(seed));
      assertThat(check()).as("seed %d", seed).isEmpty();

      plant(plant, new Random(seed));

      assertThat(check()).as("seed %d", seed).extracting(Violation::rule).containsOnly(plant.rule);
    }
  }

  /**
   * Four instances of as many functions, each used by one request after another, which ask again,
   * before and after they are given it, and give up.
   */
  private void random(Random random) {
    int requests = 0;
    for (int i = 0; i < 4; i++) {
      String function = "f" + i;
      String instance = "i" + i;
      long now = 100;
      int uses = 2 + random.nextInt(20);
      for (int use = 0; use < uses; use++) {
        String request = "r" + requests++;
        long asked = now + random.nextInt(20);
        long held = asked + 1 + random.nextInt(50);
        long released = held + 5 + random.nextInt(500);
        calls.add(assign(request, instance, asked, held).function(function).token(use).call());
        calls.add(release(request, instance, released));
        if (random.nextInt(4) == 0) {
          String[] answer = random.nextBoolean() ? LOST : REFUSED;
          calls.add(
              0,
              assign(request, "", asked - 1, asked)
                  .function(function)
                  .code(answer[0], answer[1])
                  .call());
        }
        if (random.nextInt(4) == 0) {
          calls.add(
              assign(request, instance, held + 1, held + 2 + random.nextInt(9))
                  .function(function)
                  .token(use)
                  .call());
        }
        if (random.nextInt(8) == 0) {
          calls.add(
              assign("gives-up-" + request, "", asked, held)
                  .function(function)
                  .cancelled()
                  .code("CANCELLED", "")
                  .call());
        }
        now = released + 1;
      }
      slot("s" + i, instance, function, 0, 100, now);
    }
  }

  private void plant(Plant plant, Random random) {
    List<Call> holding =
        calls.stream()
            .filter(
                call ->
                    call.isAssigned()
                        && calls.stream()
                                .filter(Call::isAssigned)
                                .filter(other -> other.requestId().equals(call.requestId()))
                                .count()
                            == 1)
            .toList();
    Call assign = holding.get(random.nextInt(holding.size()));
    Call release =
        calls.stream()
            .filter(call -> call.isRelease() && call.requestId().equals(assign.requestId()))
            .findFirst()
            .orElseThrow();
    String instance = assign.instanceId();
    long end = Duration.between(ZERO, release.start()).toMillis();
    switch (plant) {
      case STEAL -> {
        calls.add(like(assign).request("thief").between(end - 2, end - 1).call());
        calls.add(release("thief", instance, end));
      }
      case SWAP -> calls.add(like(assign).instance("i9").between(end, end + 1).call());
      case GRANT_AGAIN -> calls.add(like(assign).token(99).between(end - 2, end - 1).call());
      case DESTROY ->
          change(
              instance,
              event ->
                  event.kind() == Kind.DESTROYING
                      ? moved(event, release.start().minusNanos(1))
                      : event);
      case ASSIGN_DESTROYED -> {
        calls.add(like(assign).request("late").between(60_000, 60_010).call());
        calls.add(release("late", instance, 60_020));
      }
      case ASSIGN_UNSTARTED -> {
        calls.add(like(assign).request("early").between(80, 90).call());
        calls.add(release("early", instance, 95));
      }
      case ASSIGN_UNKNOWN -> {
        calls.add(like(assign).request("misled").instance("none").between(80, 90).call());
        calls.add(release("misled", "none", 95));
      }
      case ASSIGN_LOST -> {
        change(
            instance,
            event ->
                event.kind() == Kind.DESTROYING || event.kind() == Kind.DESTROYED
                    ? moved(event, at(90_000))
                    : event);
        lost.add(at(20_000));
        calls.add(like(assign).request("late").between(60_000, 60_010).call());
        calls.add(release("late", instance, 60_020));
      }
      case MISTAKE_FUNCTION -> replace(assign, like(assign).function("other").call());
      case FORGET_LEASE -> replace(assign, like(assign).lease(Duration.ZERO).call());
      case LEAVE ->
          slots.removeIf(
              event -> event.kind() == Kind.DESTROYED && instance.equals(event.instanceId()));
      case DELAY ->
          replace(assign, like(assign).between(assign.end().minusSeconds(7), assign.end()).call());
      case HANG ->
          calls.add(
              like(assign)
                  .request("hangs")
                  .code("DEADLINE_EXCEEDED", "")
                  .between(end, end + 5_000)
                  .call());
      case BUG ->
          calls.add(
              like(assign).request("fails").code("INTERNAL", "").between(end, end + 1).call());
      case GIVE_UP ->
          calls.add(
              like(assign)
                  .request("dropped")
                  .code("CANCELLED", "CANCELLED")
                  .between(end, end + 1)
                  .call());
      case CROWD -> {
        slots.add(new SlotEvent(at(0), Kind.CREATING, "s9", "r", 0, null, null));
        slots.add(new SlotEvent(at(1), Kind.NOT_CREATED, "s9", "r", 0, null, null));
      }
      case FILL -> {
        slots.add(new SlotEvent(at(110), Kind.CREATING, "s9", "r", 1, null, null));
        slots.add(new SlotEvent(at(111), Kind.NOT_CREATED, "s9", "r", 1, null, null));
      }
    }
  }

  private void replace(Call call, Call by) {
    calls.set(calls.indexOf(call), by);
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
    return new History(
        calls,
        slots.stream().sorted(Comparator.comparing(SlotEvent::at)).toList(),
        lost,
        hangs,
        standstills,
        LIMITS,
        Instant.MIN);
  }

  private void slot(String slot, String instance, long begun, long started, long destroyed) {
    slot(slot, instance, "f", begun, started, destroyed);
  }

  private void slot(
      String slot, String instance, String function, long begun, long started, long destroyed) {
    step(Kind.CREATING, slot, null, null, begun);
    step(Kind.CREATED, slot, null, null, begun + 1);
    step(Kind.STARTING, slot, instance, function, Math.min(begun + 2, started));
    step(Kind.STARTED, slot, instance, function, started);
    step(Kind.DESTROYING, slot, instance, function, destroyed);
    step(Kind.DESTROYED, slot, instance, function, destroyed + 1);
  }

  private void step(Kind kind, String slot, String instance, long millis) {
    step(kind, slot, instance, null, millis);
  }

  private void step(Kind kind, String slot, String instance, String function, long millis) {
    slots.add(
        new SlotEvent(
            at(millis), kind, slot, instance == null ? slot : instance, 128, instance, function));
  }

  private void pair(String request, String instance, long asked, long held, long released) {
    calls.add(assign(request, instance, asked, held).call());
    calls.add(release(request, instance, released));
  }

  private static Calling assign(String request, String instance, long asked, long held) {
    return like(
        new Call(
            Call.Method.ASSIGN,
            "f",
            request,
            at(asked),
            at(held),
            Duration.ofSeconds(5),
            false,
            Call.OK,
            "",
            instance,
            1,
            LEASE));
  }

  private static Call release(String request, String instance, long released) {
    return new Call(
        Call.Method.RELEASE,
        "f",
        request,
        at(released),
        at(released + 5),
        Duration.ofSeconds(5),
        false,
        Call.OK,
        "",
        instance,
        0,
        Duration.ZERO);
  }

  private static Instant at(long millis) {
    return ZERO.plusMillis(millis);
  }
}
