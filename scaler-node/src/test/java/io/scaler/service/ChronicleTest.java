package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.service.Chronicle.Member;
import io.scaler.service.Chronicle.Presence;
import io.scaler.service.Chronicle.Step;
import io.scaler.service.Vitals.Failure;
import io.scaler.service.Vitals.Hot;
import io.scaler.service.Vitals.Stock;
import io.scaler.service.Vitals.Tally;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChronicleTest {
  private final Chronicle chronicle = new Chronicle();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private void after(int seconds) {
    now = now.plusSeconds(seconds);
  }

  private void told(String node, long warm, int idle) {
    told(node, warm, idle, List.of(), List.of());
  }

  private void told(String node, long warm, int idle, List<Hot> hot, List<Failure> failures) {
    chronicle.heard(
        new Vitals(
            node,
            0,
            "",
            true,
            false,
            new Tally(warm, 0, 0, 0, 0, 0, 0, 0, 0),
            new Stock(1, idle, 0, 0, 0, 0, 0, 0),
            hot,
            failures),
        now);
  }

  private Step step(String... members) {
    chronicle.step(List.of(members), now);
    List<Step> steps = chronicle.after(0);
    return steps.get(steps.size() - 1);
  }

  private Presence presence(String node) {
    return chronicle.members(now).stream()
        .filter(each -> each.vitals().node().equals(node))
        .map(Member::presence)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aStepSumsUpWhatAllNodesCountedSinceTheOneBefore() {
    told("a", 100, 3);
    told("b", 50, 2);
    step("a", "b");
    after(2);
    told("a", 110, 4);
    told("b", 70, 2);

    Step step = step("a", "b");

    assertThat(step.tally().warm()).isEqualTo(30);
    assertThat(step.pace().warm()).isEqualTo(15);
    assertThat(step.stock().idle()).isEqualTo(6);
    assertThat(step.nodes()).isEqualTo(2);
  }

  @Test
  void whatANodeCountedBeforeItWasHeardFirstCountsForNoStep() {
    told("a", 1_000, 0);

    assertThat(step("a").tally().warm()).isZero();
  }

  @Test
  void whereAWordIsLateThePaceStaysAndNothingIsLost() {
    told("a", 0, 0);
    step("a");
    after(2);
    told("a", 20, 0);
    step("a");
    after(2);

    Step without = step("a");
    assertThat(without.tally().warm()).isZero();
    assertThat(without.pace().warm()).isEqualTo(10);

    after(2);
    told("a", 60, 0);
    assertThat(step("a").tally().warm()).isEqualTo(40);
    assertThat(step("a").pace().warm()).isEqualTo(10);
  }

  @Test
  void aNodeThatSaysNothingForAWhileIsLeftOutAndShownAsSilent() {
    told("a", 0, 3);
    told("b", 0, 2);
    step("a", "b");
    after(7);
    told("a", 0, 3);

    assertThat(step("a", "b").stock().idle()).isEqualTo(3);
    assertThat(presence("b")).isEqualTo(Presence.SILENT);
    assertThat(presence("a")).isEqualTo(Presence.HERE);
  }

  @Test
  void aNodeThatLeftIsShownAsGoneAndForgottenInTheEnd() {
    told("a", 0, 3);
    told("b", 0, 2);
    step("a", "b");
    after(2);
    told("a", 0, 3);

    assertThat(step("a").nodes()).isEqualTo(1);
    assertThat(presence("b")).isEqualTo(Presence.GONE);
    assertThat(chronicle.members(now)).extracting(Member::goneSince).contains(now);

    after((int) Chronicle.SPAN.toSeconds() + 1);
    step("a");
    assertThat(chronicle.members(now))
        .extracting(each -> each.vitals().node())
        .containsExactly("a");
  }

  @Test
  void keepsAQuarterOfAnHourAndNoMore() {
    told("a", 0, 0);
    for (int i = 0; i < 1_000; i++) {
      after(2);
      step("a");
    }

    assertThat(chronicle.after(0)).hasSize(451);
    assertThat(chronicle.after(998)).extracting(Step::number).containsExactly(999L, 1_000L);
  }

  @Test
  void theHottestAreThoseOfAllNodesTogether() {
    told("a", 0, 0, List.of(new Hot("f", 3, 0, 0), new Hot("g", 2, 0, 0)), List.of());
    told("b", 0, 0, List.of(new Hot("g", 1, 1, 0), new Hot("h", 1, 0, 0)), List.of());

    assertThat(chronicle.hottest(2, now))
        .containsExactly(new Hot("g", 3, 1, 0), new Hot("f", 3, 0, 0));
  }

  @Test
  void keepsTheLatestFailuresOfAllNodesTheLatestFirst() {
    for (int i = 0; i < 120; i++) {
      after(1);
      told("a", 0, 0, List.of(), List.of(failure(i)));
    }

    assertThat(chronicle.failures())
        .extracting(Failure::message)
        .containsExactlyElementsOf(
            IntStream.range(0, 100).mapToObj(i -> "message " + (119 - i)).toList());
  }

  private Failure failure(int number) {
    return new Failure(now, "a", "assign", "f", "timed_out", "message " + number);
  }
}
