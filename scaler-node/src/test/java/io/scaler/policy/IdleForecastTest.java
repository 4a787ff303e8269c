package io.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdleForecastTest {

  @ParameterizedTest(name = "{0}, then {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          300                     | 300   | one
          300 300 300 300         | 300   | all alike
          200 400                 | 250   | autocorrelation -1/2
          400 200                 | 350   | autocorrelation -1/2
          200 400 200 400 200 400 | 216.7 | alternating
          200 200 200 400 400 400 | 350   | staying where it is
          0 0 0 0 0 0 0 600       | 65.6  | an outlier among equal ones
          """)
  void leansOnTheLastOneAsFarAsTheyAreLikeTheOnesBefore(
      String latest, double next, String description) {
    int[] seen = Arrays.stream(latest.split(" ")).mapToInt(Integer::parseInt).toArray();

    assertThat(IdleForecast.next(seen)).as(description).isCloseTo(next, within(0.05));
  }
}
