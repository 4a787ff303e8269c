package io.scaler.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0s",
    "0ms, 0, 0s",
    "100ms, 100, 100ms",
    "1500ms, 1500, 1500ms",
    "5s, 5000, 5s",
    "90s, 90000, 90s",
    "60s, 60000, 1m",
    "10m, 600000, 10m",
    "1h, 3600000, 1h",
    "24h, 86400000, 1d",
    "36h, 129600000, 36h"
  })
  void readsAndWritesDurations(String text, long millis, String written) {
    assertThat(DurationText.parse(text)).isEqualTo(Duration.ofMillis(millis));
    assertThat(DurationText.format(Duration.ofMillis(millis))).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "-5s", "1.5s", "s", "5 seconds", "PT5S", "9999999999999d"})
  void refusesWhatIsNoDuration(String text) {
    assertThatThrownBy(() -> DurationText.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
