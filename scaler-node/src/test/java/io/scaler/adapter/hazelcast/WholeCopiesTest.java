package io.scaler.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WholeCopiesTest {
  private final WholeCopies copies = new WholeCopies();

  private boolean isDue(String key, long millis) {
    return copies.isDue(key, 1_000, Duration.ofMillis(millis).toNanos());
  }

  @Test
  void oneCopyServesAllThatAreAskedForAtOnce() {
    assertThat(isDue("pool f", 0)).isTrue();
    assertThat(isDue("pool f", 1)).isFalse();
    assertThat(isDue("pool f", 99)).isFalse();
    assertThat(isDue("pool f", 100)).isTrue();
    assertThat(isDue("pool f", 199)).isFalse();
  }

  @Test
  void whatIsSmallIsSentEachTime() {
    assertThat(copies.isDue("pool f", 10, 0)).isTrue();
    assertThat(copies.isDue("pool f", 10, 1)).isTrue();
  }

  @Test
  void everyKeyHasItsOwn() {
    assertThat(isDue("pool f", 0)).isTrue();
    assertThat(isDue("pool g", 0)).isTrue();
    assertThat(isDue("semaphore f", 0)).isTrue();
  }

  @Test
  void thoseOfLongAgoAreForgottenAndTheOthersAreNot() {
    for (int i = 0; i < 2_000; i++) {
      isDue("long ago " + i, 0);
    }
    isDue("pool f", 900);
    isDue("pool g", 950);

    assertThat(isDue("pool f", 960)).isFalse();
    assertThat(isDue("long ago 1", 960)).isTrue();
  }
}
