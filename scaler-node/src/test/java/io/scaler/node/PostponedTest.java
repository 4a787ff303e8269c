package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PostponedTest {
  private final AtomicInteger done = new AtomicInteger();
  private final Postponed postponed = new Postponed(done::incrementAndGet);

  @Test
  void whatIsAskedForTooEarlyIsDoneOnceAsSoonAsItCanBe() {
    postponed.run();
    postponed.run();
    assertThat(done).hasValue(0);

    postponed.becomesPossible();
    assertThat(done).hasValue(1);
  }

  @Test
  void whatIsAskedForLaterIsDoneAtOnce() {
    postponed.becomesPossible();
    assertThat(done).hasValue(0);

    postponed.run();
    assertThat(done).hasValue(1);
  }
}
