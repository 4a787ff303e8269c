package io.scaler.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpansTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 ms",
    "PT-1S, 0 ms",
    "PT0.999S, 999 ms",
    "PT1S, 1.0 s",
    "PT1M59S, 119.0 s",
    "PT2M, 2.0 min",
    "PT2H, 2.0 h",
    "PT47H, 47.0 h",
    "P3D, 3.0 d",
    "P3650D, for ever",
    "PT9223372036854775807S, for ever"
  })
  void saysHowLongInTheUnitThatSuitsIt(Duration span, String words) {
    assertThat(Spans.inWords(span)).isEqualTo(words);
  }
}
