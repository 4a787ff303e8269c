package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class DutiesTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final List<String> done = new ArrayList<>();
  private final Duties duties = new Duties(() -> now, (name, duty) -> duty);

  private List<String> doneAfter(Duration passed) {
    now = now.plus(passed);
    done.clear();
    duties.run();
    return List.copyOf(done);
  }

  @Test
  void aDutyWithoutAnIntervalIsDoneAtEveryTick() {
    duties.add("often", Duration.ZERO, () -> done.add("often"));

    assertThat(doneAfter(Duration.ZERO)).containsExactly("often");
    assertThat(doneAfter(Duration.ZERO)).containsExactly("often");
    assertThat(doneAfter(Duration.ofMillis(1))).containsExactly("often");
  }

  @Test
  void aDutysTurnComesAfterItsInterval() {
    duties.add("each second", Duration.ofSeconds(1), () -> done.add("each second"));

    assertThat(doneAfter(Duration.ofMillis(999))).isEmpty();
    assertThat(doneAfter(Duration.ofMillis(1))).containsExactly("each second");
    assertThat(doneAfter(Duration.ofMillis(999))).isEmpty();
    assertThat(doneAfter(Duration.ofMillis(1))).containsExactly("each second");
  }

  @Test
  void turnsThatWereMissedAreNotMadeUpFor() {
    duties.add("each second", Duration.ofSeconds(1), () -> done.add("each second"));

    assertThat(doneAfter(Duration.ofHours(1))).containsExactly("each second");
    assertThat(doneAfter(Duration.ofMillis(999))).isEmpty();
    assertThat(doneAfter(Duration.ofMillis(1))).containsExactly("each second");
  }

  @Test
  void dutiesThatAreDueAreDoneInTheOrderInWhichTheyWereAdded() {
    duties
        .add("first", Duration.ofSeconds(2), () -> done.add("first"))
        .add("second", Duration.ZERO, () -> done.add("second"))
        .add("third", Duration.ofSeconds(1), () -> done.add("third"));

    assertThat(doneAfter(Duration.ofSeconds(1))).containsExactly("second", "third");
    assertThat(doneAfter(Duration.ofSeconds(1))).containsExactly("first", "second", "third");
  }

  @Test
  void aDutyThatFailsIsDoneAgainAtItsNextTurnAndKeepsNoOtherFromItsOwn() {
    duties
        .add(
            "failing",
            Duration.ofSeconds(1),
            () -> {
              done.add("failing");
              throw new IllegalStateException("not this time");
            })
        .add("other", Duration.ofSeconds(1), () -> done.add("other"));

    assertThat(doneAfter(Duration.ofSeconds(1))).containsExactly("failing", "other");
    assertThat(doneAfter(Duration.ofMillis(500))).isEmpty();
    assertThat(doneAfter(Duration.ofMillis(500))).containsExactly("failing", "other");
  }

  @Test
  void aDutyThatFindsNoThreadKeepsNoOtherFromItsOwnAndComesAgain() {
    Executor full =
        task -> {
          done.add("asked");
          throw new RejectedExecutionException("full");
        };
    Executor exhausted =
        task -> {
          throw new OutOfMemoryError("unable to create native thread");
        };
    duties
        .add("first", Duration.ofSeconds(1), full, () -> done.add("first"))
        .add("second", Duration.ofSeconds(1), exhausted, () -> done.add("second"))
        .add("third", Duration.ofSeconds(1), () -> done.add("third"));

    assertThat(doneAfter(Duration.ofSeconds(1))).containsExactly("asked", "third");
    assertThat(doneAfter(Duration.ofSeconds(1))).containsExactly("asked", "third");
  }

  @Test
  void aClockThatIsSetBackPutsNoDutyOffForLongerThanItsInterval() {
    duties
        .add("each second", Duration.ofSeconds(1), () -> done.add("each second"))
        .add("often", Duration.ZERO, () -> done.add("often"));

    assertThat(doneAfter(Duration.ofHours(-1))).containsExactly("each second", "often");
    assertThat(doneAfter(Duration.ofMillis(999))).containsExactly("often");
    assertThat(doneAfter(Duration.ofMillis(1))).containsExactly("each second", "often");
  }
}
