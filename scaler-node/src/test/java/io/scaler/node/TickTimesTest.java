package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TickTimesTest {
  private final TickTimes ticks = new TickTimes();
  private long now = -5;

  private void took(Duration elapsed, int times) {
    for (int i = 0; i < times; i++) {
      ticks.took(now, now + elapsed.toNanos());
    }
  }

  @Test
  void saysHowManyTicksThereWereAndHowLongTheyTook() {
    took(Duration.ofMillis(1), 985);
    took(Duration.ofMillis(20), 14);
    took(Duration.ofMillis(80), 1);

    assertThat(ticks.describe())
        .matches("the latest 1000 ticks: p50 1\\.00 ms, p99 20\\.0\\d ms, longest 80\\.\\d\\d ms");
  }

  @Test
  void beforeTheFirstTickAllIsZero() {
    assertThat(ticks.describe())
        .isEqualTo("the latest 0 ticks: p50 0.00 ms, p99 0.00 ms, longest 0.00 ms");
  }

  @Test
  void whatIsOlderThanTwoMinutesIsForgotten() {
    took(Duration.ofMillis(80), 1);
    for (int minute = 0; minute < 2; minute++) {
      now += Duration.ofSeconds(61).toNanos();
      took(Duration.ofMillis(1), 10);
    }
    assertThat(ticks.describe()).startsWith("the latest 20 ticks").contains("longest 1.00 ms");
  }

  @Test
  void aTickLongerThanCanBeToldCountsAsTheLongestAndANegativeOneAsNone() {
    took(Duration.ofHours(1), 1);
    took(Duration.ofNanos(-1), 3);

    assertThat(ticks.describe())
        .matches("the latest 4 ticks: p50 0\\.00 ms, .*longest 60\\d{3}\\..*");
  }
}
