package io.scaler.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContestScoreTest {
  @ParameterizedTest(name = "{0} of {1} GB*s, {2} s and {3} s, {4} of {5}: {6}")
  @CsvSource({
    "10, 10, 100, 0, 1000, 1000, 100",
    "5, 10, 100, 0, 1000, 1000, 75",
    "10, 10, 100, 100, 1000, 1000, 75",
    "1, 10, 10, 90, 1000, 1000, 10",
    "0, 10, 0, 5, 1000, 1000, 0",
    "5, 0, 100, 0, 1000, 1000, 50",
    "0, 0, 0, 0, 1000, 1000, 0",
    "10, 10, 100, 0, 0, 0, 0",
    "10, 10, 100, 0, 9995, 10000, 100",
    "10, 10, 100, 0, 9994, 10000, 0",
  })
  void isHalfForMemoryAndHalfForTime(
      double executionGbSeconds,
      double slotGbSeconds,
      double executionSeconds,
      double latencySeconds,
      long served,
      long requests,
      double score) {
    assertThat(
            ContestScore.of(
                executionGbSeconds,
                slotGbSeconds,
                executionSeconds,
                latencySeconds,
                served,
                requests))
        .isCloseTo(score, within(1e-9));
  }
}
