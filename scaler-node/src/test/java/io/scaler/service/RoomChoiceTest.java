package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomChoiceTest {
  @Test
  void choosesTheLeastDearUntilTheySuffice() {
    assertThat(chosen(256, offer("a", 3, 0, 128), offer("b", 1, 0, 128), offer("c", 2, 0, 128)))
        .containsExactlyInAnyOrder("b", "c");
  }

  @Test
  void ofEqualsChoosesTheLongestIdle() {
    assertThat(chosen(128, offer("a", 1, 9, 128), offer("b", 1, 5, 128), offer("c", 1, 7, 128)))
        .containsExactly("b");
  }

  @Test
  void leavesSmallOnesThatALargeOneMakesNeedless() {
    assertThat(
            chosen(600, offer("small", 1, 0, 128), offer("large", 2, 0, 512), offer("b", 1, 1, 64)))
        .containsExactlyInAnyOrder("small", "large");
    assertThat(chosen(500, offer("small", 1, 0, 128), offer("large", 2, 0, 512)))
        .containsExactly("large");
  }

  @Test
  void choosesAllIfTheyDoNotSuffice() {
    assertThat(chosen(1_000, offer("a", 1, 0, 128), offer("b", 2, 0, 128)))
        .containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void choosesNoneWhereNothingIsNeeded() {
    assertThat(chosen(0, offer("a", 1, 0, 128))).isEmpty();
    assertThat(chosen(-128, offer("a", 1, 0, 128))).isEmpty();
  }

  @Test
  void countsAnInstanceOnceThatTwoNodesOffer() {
    assertThat(chosen(256, offer("a", 1, 0, 128), offer("a", 1, 0, 128), offer("b", 2, 0, 128)))
        .containsExactlyInAnyOrder("a", "b");
  }

  private static List<String> chosen(long neededMb, RoomOffer... offers) {
    return RoomChoice.of(List.of(offers), neededMb).stream().map(RoomOffer::instanceId).toList();
  }

  private static RoomOffer offer(String id, double priority, long idleSince, long memoryMb) {
    return new RoomOffer("f", id, Instant.ofEpochSecond(idleSince), memoryMb, priority);
  }
}
