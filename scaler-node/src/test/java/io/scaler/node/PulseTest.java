package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PulseTest {
  private final Pulse pulse = new Pulse(Duration.ofMillis(100));

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      pulse.look();
    }
  }

  @Test
  void aNodeWhoseTicksGoOnLives() {
    for (int i = 0; i < 1_000; i++) {
      pulse.beat();
      look(2);
    }

    assertThat(pulse.whyDead()).isEmpty();
  }

  @Test
  void isDeadAfterAMinuteWithoutATickAndLivesAgainWithTheNext() {
    pulse.beat();
    look(60);
    assertThat(pulse.whyDead()).isEmpty();

    look(1);
    assertThat(pulse.whyDead()).contains("no tick has ended for 60 s");

    pulse.beat();
    look(1);
    assertThat(pulse.whyDead()).isEmpty();
  }

  @Test
  void waitsLongerWhereTicksAreRare() {
    Pulse slow = new Pulse(Duration.ofSeconds(2));
    for (int i = 0; i < 99; i++) {
      slow.look();
    }
    assertThat(slow.whyDead()).isEmpty();

    slow.look();
    assertThat(slow.whyDead()).isPresent();
  }

  @Test
  void aNodeThatStartsMayTakeAsLong() {
    look(59);

    assertThat(pulse.whyDead()).isEmpty();
  }
}
