package io.scaler.it.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StandstillsTest {
  private static final Instant BEGUN = Instant.parse("2026-01-01T00:00:00Z");

  private final Standstills standstills = new Standstills();

  private static Instant at(long millis) {
    return BEGUN.plusMillis(millis);
  }

  private Duration between(long from, long to) {
    return standstills.between(at(from), at(to));
  }

  @Test
  void whatCameLateByALotStoodStillFromWhenItWasDue() {
    standstills.awoke(at(0), at(1_020));

    assertThat(between(0, 5_000)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void countsWhatFallsBetweenTheMomentsAlone() {
    standstills.awoke(at(0), at(1_020));
    standstills.awoke(at(2_000), at(2_520));

    assertThat(between(520, 2_120)).isEqualTo(Duration.ofMillis(500 + 100));
    assertThat(between(1_100, 1_900)).isEqualTo(Duration.ZERO);
  }

  @Test
  void aLittleLateIsNotStill() {
    standstills.awoke(at(0), at(90));

    assertThat(between(0, 5_000)).isEqualTo(Duration.ZERO);
  }
}
