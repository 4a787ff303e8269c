package io.scaler.policy;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HybridSettingsTest {

  @ParameterizedTest(name = "{7}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -0.1 | 0.99 | 0.1 | 2   | 0.5 | 0.15 | PT4H  | policy.hybrid.head-percentile: must be between 0.0 and 1.0, is -0.1
          0.05 | 0.04 | 0.1 | 2   | 0.5 | 0.15 | PT4H  | policy.hybrid.tail-percentile: must be between 0.05 and 1.0, is 0.04
          0.05 | 1.01 | 0.1 | 2   | 0.5 | 0.15 | PT4H  | policy.hybrid.tail-percentile: must be between 0.05 and 1.0, is 1.01
          0.05 | 0.99 | 1.1 | 2   | 0.5 | 0.15 | PT4H  | policy.hybrid.margin: must be between 0.0 and 1.0, is 1.1
          0.05 | 0.99 | NaN | 2   | 0.5 | 0.15 | PT4H  | policy.hybrid.margin: must be between 0.0 and 1.0, is NaN
          0.05 | 0.99 | 0.1 | 16  | 0.5 | 0.15 | PT4H  | policy.hybrid.cv-threshold: must be between 0.0 and 15.0, is 16.0
          0.05 | 0.99 | 0.1 | 2   | 0   | 0.15 | PT4H  | policy.hybrid.out-of-bounds: must be between 0.01 and 1.0, is 0.0
          0.05 | 0.99 | 0.1 | 2   | 0.5 | -1   | PT4H  | policy.hybrid.forecast-margin: must be between 0.0 and 1.0, is -1.0
          0.05 | 0.99 | 0.1 | 2   | 0.5 | 0.15 | PT-1S | policy.hybrid.keep-alive: must be between PT0S and PT87600H, is PT-1S
          """)
  void namesTheKeyAndTheRuleThatItBreaks(
      double head,
      double tail,
      double margin,
      double cv,
      double outOfBounds,
      double forecastMargin,
      Duration keepAlive,
      String message) {
    assertThatThrownBy(
            () ->
                new HybridSettings(head, tail, margin, cv, outOfBounds, forecastMargin, keepAlive))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
