package io.scaler.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZipfTest {
  /** With three things and skew 1 the weights are 6, 3 and 2 elevenths. */
  @ParameterizedTest
  @CsvSource({"0, 0", "0.54, 0", "0.55, 1", "0.81, 1", "0.82, 2", "0.999999, 2"})
  void picksInProportionToTheRank(double uniform, int place) {
    assertThat(new Zipf(3, 1).pick(uniform)).isEqualTo(place);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.24, 0", "0.25, 1", "0.5, 2", "0.75, 3", "0.9999999999999999, 3"})
  void picksAllAlikeWithoutSkew(double uniform, int place) {
    assertThat(new Zipf(4, 0).pick(uniform)).isEqualTo(place);
  }

  @Test
  void picksTheOnlyThing() {
    assertThat(new Zipf(1, 2).pick(0.7)).isZero();
  }
}
