package io.scaler.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HoldHistoryTest {
  private final HoldHistory history = new HoldHistory();

  @Test
  void findsNothingWhereHoldsFollowEachOther() {
    history.begin("i", "r1");
    history.end("i", "r1");
    history.begin("i", "r2");
    history.begin("j", "r3");

    assertThat(history.heldTwice()).isZero();
    assertThat(history.examples()).isEmpty();
  }

  @Test
  void findsAHoldThatBeginsBeforeTheOtherEnds() {
    history.begin("i", "r1");
    history.begin("i", "r2");

    assertThat(history.heldTwice()).isEqualTo(1);
    assertThat(history.examples()).containsExactly("i by r1 and r2");
  }

  @Test
  void goesOnWithTheLaterHolder() {
    history.begin("i", "r1");
    history.begin("i", "r2");
    history.end("i", "r1");
    history.begin("i", "r3");

    assertThat(history.examples()).containsExactly("i by r1 and r2", "i by r2 and r3");
  }

  @Test
  void countsAnInstanceThatARequestGetsASecondTimeWithoutReleasingIt() {
    history.begin("i", "r1");
    history.begin("i", "r1");

    assertThat(history.heldTwice()).isEqualTo(1);
  }

  @Test
  void countsAllAndKeepsTheFirstTen() {
    for (int i = 0; i < 100; i++) {
      history.begin("i", "r" + i);
    }

    assertThat(history.heldTwice()).isEqualTo(99);
    assertThat(history.examples()).hasSize(10).first().isEqualTo("i by r0 and r1");
  }
}
