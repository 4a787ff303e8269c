package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class PriorityClockTest {
  private final PriorityClock clock = new PriorityClock();

  @Test
  void knowsWhatItWasAtEachInstant() {
    clock.raise(at(10), 2);
    clock.raise(at(20), 5);

    assertThat(clock.at(at(9))).isZero();
    assertThat(clock.at(at(10))).isEqualTo(2);
    assertThat(clock.at(at(19))).isEqualTo(2);
    assertThat(clock.at(at(21))).isEqualTo(5);
    assertThat(clock.value()).isEqualTo(5);
    assertThat(clock.raisedAt()).isEqualTo(at(20));
  }

  @Test
  void neverFallsAndIsRaisedToTheSameValueOnce() {
    clock.raise(at(10), 2);
    clock.raise(at(20), 1);
    clock.raise(at(30), 2);
    assertThat(clock.value()).isEqualTo(2);
    assertThat(clock.raisedAt()).isEqualTo(at(10));
  }

  @Test
  void aRaiseByAClockThatIsBehindHoldsFromTheLatestOnOn() {
    clock.raise(at(10), 2);
    clock.raise(at(9), 3);
    assertThat(clock.at(at(9))).isZero();
    assertThat(clock.at(at(10))).isEqualTo(3);
  }

  @Test
  void afterManyRaisesThePresentIsExactAndThePastNearly() {
    for (int i = 1; i <= 100_000; i++) {
      clock.raise(at(i), i);
    }
    assertThat(clock.value()).isEqualTo(100_000);
    assertThat(clock.at(at(99_900))).isEqualTo(99_900);
    double before = 0;
    for (int i = 1; i <= 100_000; i += 1_000) {
      double then = clock.at(at(i));
      assertThat(then).isBetween(before, (double) i);
      before = then;
    }
  }

  private static Instant at(long second) {
    return Instant.ofEpochSecond(second);
  }
}
