package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class DuePoolsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final DuePools due = new DuePools();

  @Test
  void takesWhatIsDueOnceAndTheLongestDueFirst() {
    due.offer("late", NOW);
    due.offer("later", NOW.plusSeconds(1));
    due.offer("early", NOW.minusSeconds(1));

    assertThat(due.take(NOW, 10)).containsExactly("early", "late");
    assertThat(due.take(NOW, 10)).isEmpty();
    assertThat(due.take(NOW.plusSeconds(1), 10)).containsExactly("later");
  }

  @Test
  void keepsTheEarliestInstantOfAKey() {
    due.offer("key", NOW.plusSeconds(5));
    due.offer("key", NOW);
    due.offer("key", NOW.plusSeconds(9));

    assertThat(due.take(NOW, 10)).containsExactly("key");
    assertThat(due.take(NOW.plusSeconds(60), 10)).isEmpty();
    assertThat(due.size()).isZero();
  }

  @Test
  void leavesWhatIsBeyondTheMostForTheNextPass() {
    for (int i = 0; i < 5; i++) {
      due.offer("key" + i, NOW.minusSeconds(5 - i));
    }
    assertThat(due.take(NOW, 3)).containsExactly("key0", "key1", "key2");
    assertThat(due.take(NOW, 3)).containsExactly("key3", "key4");
  }

  @Test
  void takesAKeyAgainThatIsOfferedAgain() {
    due.offer("key", NOW);
    assertThat(due.take(NOW, 1)).containsExactly("key");
    due.offer("key", NOW);
    assertThat(due.take(NOW, 1)).containsExactly("key");
  }
}
