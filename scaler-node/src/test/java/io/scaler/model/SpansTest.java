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

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 ms",
    "PT0.5S, 500 ms",
    "PT1.5S, 1.5 s",
    "PT1S, 1 s",
    "PT1M, 1 min",
    "PT90S, 90 s",
    "PT10M, 10 min",
    "PT34M6S, 34.1 min",
    "PT1H, 1 h",
    "PT8H30M, 8.5 h",
    "PT24H, 1 d",
    "PT47H, 47 h",
    "PT49H, 2.0 d",
    "P3650D, for ever",
    "PT9223372036854775807S, for ever"
  })
  void saysWhatIsWholeWithoutAFraction(Duration span, String words) {
    assertThat(Spans.chosen(span)).isEqualTo(words);
  }
}
