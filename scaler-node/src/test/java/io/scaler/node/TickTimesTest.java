package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TickTimesTest {
  private final TickTimes ticks = new TickTimes();

  private void took(Duration elapsed, int times) {
    for (int i = 0; i < times; i++) {
      ticks.took(elapsed.toNanos());
    }
  }

  @Test
  void saysHowManyTicksThereWereAndHowLongTheyTook() {
    took(Duration.ofMillis(1), 985);
    took(Duration.ofMillis(20), 10);
    took(Duration.ofMillis(40), 4);
    took(Duration.ofMillis(80), 1);

    assertThat(ticks.describe())
        .matches(
            "ticks: 1000, p50 1\\.00 ms, p99 20\\.0\\d ms, p99\\.9 40\\.0\\d ms,"
                + " longest 80\\.0\\d ms");
  }

  @Test
  void beforeTheFirstTickAllIsZero() {
    assertThat(ticks.describe())
        .isEqualTo("ticks: 0, p50 0.00 ms, p99 0.00 ms, p99.9 0.00 ms, longest 0.00 ms");
  }

  @Test
  void aTickLongerThanCanBeToldCountsAsTheLongestAndANegativeOneAsNone() {
    took(Duration.ofHours(1), 1);
    took(Duration.ofNanos(-1), 3);

    assertThat(ticks.describe())
        .matches("ticks: 4, p50 0\\.00 ms, p99 60\\d{3}\\.\\d\\d ms, .*longest 60\\d{3}\\..*");
  }
}
