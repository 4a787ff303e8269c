package io.scaler.it.history;

import static io.scaler.it.history.Calling.like;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScenarioLineTest {
  private static final Call OK =
      new Call(
          Call.Method.ASSIGN,
          "f",
          "r",
          Instant.EPOCH,
          Instant.EPOCH,
          Duration.ofSeconds(5),
          false,
          Call.OK,
          "",
          "i",
          1,
          Duration.ofSeconds(30));

  private final List<Call> calls = new ArrayList<>();

  @Test
  void aRequestThatSucceedsInTheEndFailedAtOnce() {
    add(failed("r1", 0, "UNAVAILABLE", ""));
    add(failed("r1", 10, "RESOURCE_EXHAUSTED", "TIMED_OUT"));
    add(assigned("f", "r1", 20));
    add(assigned("f", "r2", 20));
    add(assigned("f", "r3", 20));
    add(assigned("f", "r4", 20));

    ScenarioLine line = line();

    assertThat(line.calls()).isEqualTo(4);
    assertThat(line.failedFirst()).isEqualTo(Map.of("UNAVAILABLE", 1L));
    assertThat(line.failed()).isZero();
    assertThat(line.failedFinally()).isEmpty();
    assertThat(line.succeededAtOnce()).isEqualTo(75);
  }

  @Test
  void whatFailsInTheEndIsCountedByItsLastAnswer() {
    add(failed("r1", 0, "UNAVAILABLE", ""));
    add(failed("r1", 10, "UNAVAILABLE", "NODE_UNAVAILABLE"));
    add(failed("r2", 0, "UNAVAILABLE", "NODE_UNAVAILABLE"));
    add(failed("r3", 0, "INTERNAL", ""));
    add(assigned("f", "r4", 0));
    add(release("r4", "DEADLINE_EXCEEDED"));

    ScenarioLine line = line();

    assertThat(line.calls()).isEqualTo(5);
    assertThat(line.failed()).isEqualTo(4);
    assertThat(line.failedFinally())
        .isEqualTo(
            Map.of(
                "ASSIGN UNAVAILABLE/NODE_UNAVAILABLE",
                2L,
                "ASSIGN INTERNAL",
                1L,
                "RELEASE DEADLINE_EXCEEDED",
                1L));
    assertThat(line.failedFirst())
        .isEqualTo(
            Map.of(
                "DEADLINE_EXCEEDED",
                1L,
                "INTERNAL",
                1L,
                "UNAVAILABLE",
                1L,
                "UNAVAILABLE/NODE_UNAVAILABLE",
                1L));
  }

  @Test
  void whatItsCallerGaveUpIsLeftOutUnlessItFailedBefore() {
    add(like(failed("r1", 0, "CANCELLED", "")).cancelled().code("CANCELLED", "").call());
    add(failed("r2", 0, "UNAVAILABLE", ""));
    add(like(failed("r2", 9, "CANCELLED", "")).cancelled().code("CANCELLED", "").call());
    add(failed("r3", 0, "CANCELLED", ""));
    add(failed("r4", 0, "CANCELLED", ""));
    add(assigned("f", "r4", 10));

    ScenarioLine line = line();

    assertThat(line.calls()).isEqualTo(3);
    assertThat(line.failedFirst()).isEqualTo(Map.of("CANCELLED", 2L, "UNAVAILABLE", 1L));
    assertThat(line.failedFinally()).isEqualTo(Map.of("ASSIGN CANCELLED", 1L));
    assertThat(line.failed()).isEqualTo(1);
  }

  @Test
  void aDeadPartitionShowsBehindTheOthers() {
    for (int i = 0; i < 100; i++) {
      add(assigned("f0", "a" + i, i * 100));
      add(assigned("f1", "b" + i, i < 20 ? i * 100 : 6_000 + i * 40));
      add(assigned("f2", "c" + i, i * 100 + 50));
    }
    add(assigned("rare", "d1", 0));
    add(assigned("rare", "d2", 9_000));

    ScenarioLine line = line();

    assertThat(line.longestGap()).isEqualTo(Duration.ofMillis(50));
    assertThat(line.hottest())
        .isEqualTo(new ScenarioLine.Gap("f1", Duration.ofMillis(6_800 - 1_900)));
  }

  @Test
  void whoeverAsksAgainForWhatItHoldsFillsNoGap() {
    add(assigned("f", "r1", 0));
    add(assigned("f", "r1", 500));
    add(assigned("f", "r2", 1_000));

    assertThat(line().longestGap()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void whoeverAsksAgainForWhatItHoldsMakesAnotherCall() {
    add(assigned("f", "r1", 0));
    add(failed("r1", 100, "UNAVAILABLE", ""));

    assertThat(line().calls()).isEqualTo(2);
    assertThat(line().failedFirst()).isEqualTo(Map.of("UNAVAILABLE", 1L));
    assertThat(line().failed()).isEqualTo(1);

    add(release("r1", "OK"));
    assertThat(line().failedFirst()).isEqualTo(Map.of("UNAVAILABLE", 1L));
    assertThat(line().failed()).as("it needs it no more").isZero();
    calls.remove(2);

    add(failed("r1", 200, "FAILED_PRECONDITION", "REQUEST_FINISHED"));
    assertThat(line().calls()).as("it had given it back").isEqualTo(2);
    assertThat(line().failedFirst()).isEqualTo(Map.of("UNAVAILABLE", 1L));
    assertThat(line().failed()).isZero();
  }

  @Test
  void aGapBeginsWithTheFirstWhoAsksAndEndsWithTheLast() {
    add(like(assigned("f", "r1", 0)).between(0, 5_000).call());
    add(like(assigned("f", "r2", 0)).between(5_900, 6_000).call());
    assertThat(line().longestGap()).isEqualTo(Duration.ofSeconds(5));

    add(like(failed("r3", 0, "UNAVAILABLE", "")).between(14_000, 99_000).call());
    assertThat(line().longestGap()).isEqualTo(Duration.ofSeconds(8));
    assertThat(line().hottest()).isEqualTo(new ScenarioLine.Gap("f", Duration.ofSeconds(8)));
  }

  @Test
  void aFunctionThatNobodyIsGivenHasAGapAsWell() {
    for (int i = 0; i < 10; i++) {
      add(assigned("f1", "a" + i, i * 1_000));
      add(like(failed("b" + i, 0, "UNAVAILABLE", "")).between(i * 1_000, 20_000).call());
    }

    assertThat(line().hottest()).isEqualTo(new ScenarioLine.Gap("f", Duration.ofSeconds(9)));
  }

  @Test
  void ofNothingThereIsNoGap() {
    assertThat(line().longestGap()).isEqualTo(Duration.ZERO);
    assertThat(line().hottest()).isEqualTo(new ScenarioLine.Gap("", Duration.ZERO));
    assertThat(line().succeededAtOnce()).isEqualTo(100);
  }

  @Test
  void theTimeToALeaderAndTheViolationsPassThrough() {
    List<Violation> violations =
        List.of(
            new Violation(HistoryChecker.LEAKED, List.of(), Set.of()),
            new Violation(HistoryChecker.LEAKED, List.of(), Set.of()),
            new Violation(HistoryChecker.HELD_TWICE, List.of(), Set.of()),
            new Violation(HistoryChecker.UNCLEAR, List.of(), Set.of()));
    Duration leader = Duration.ofMillis(1_234);

    ScenarioLine line = ScenarioLine.of("s", history(), violations, leader);

    assertThat(line.newLeader()).isEqualTo(leader);
    assertThat(line.leaked()).isEqualTo(2);
    assertThat(line.heldTwice()).isEqualTo(1);
    assertThat(line().newLeader()).isNull();
  }

  @Test
  void aLineTellsAllOfIt() {
    add(failed("r1", 0, "UNAVAILABLE", ""));
    add(failed("r1", 5, "INTERNAL", ""));
    add(assigned("f", "r2", 0));
    add(assigned("f", "r3", 40));

    assertThat(
            ScenarioLine.table(
                    List.of(
                        ScenarioLine.of("all fails", history(), List.of(), Duration.ofSeconds(2)),
                        line()))
                .lines())
        .map(row -> row.strip().replaceAll(" {2,}", " | "))
        .containsExactly(
            "scenario | calls | at once % | failed | gap ms | hot gap ms | leader ms | twice"
                + " leaked | first attempts that failed; those that failed in the end",
            "all fails | 3 | 66.667 | 1 | 40 | 40 f | 2000 | 0 | 0 | {UNAVAILABLE=1};"
                + " {ASSIGN INTERNAL=1}",
            "s | 3 | 66.667 | 1 | 40 | 40 f | 0 | 0 | {UNAVAILABLE=1}; {ASSIGN INTERNAL=1}");
  }

  private void add(Call call) {
    calls.add(call);
  }

  private static Call assigned(String function, String request, long end) {
    return like(OK).function(function).request(request).ending(end).call();
  }

  private static Call failed(String request, long end, String code, String reason) {
    return like(OK).request(request).code(code, reason).ending(end).call();
  }

  private static Call release(String request, String code) {
    return new Call(
        Call.Method.RELEASE,
        "f",
        request,
        Instant.EPOCH,
        Instant.EPOCH,
        Duration.ofSeconds(5),
        false,
        code,
        "",
        "i",
        0,
        Duration.ZERO);
  }

  private ScenarioLine line() {
    return ScenarioLine.of("s", history(), List.of(), null);
  }

  private History history() {
    return new History(
        calls, List.of(), List.of(), new History.Limits(1, 0, Duration.ofSeconds(1)));
  }
}
