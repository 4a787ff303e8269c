package io.scaler.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogLinearHistogramTest {

  @Test
  void readsBackEveryLengthWithinTheAccuracy() {
    for (long millis = 0;
        millis < LogLinearHistogram.LONGEST.toMillis();
        millis += 1 + millis / 50) {
      LogLinearHistogram one = LogLinearHistogram.EMPTY.plus(Duration.ofMillis(millis));

      double error = millis * LogLinearHistogram.ACCURACY;
      assertThat(millis(one.mean()))
          .as("mean of %d ms", millis)
          .isCloseTo((double) millis, within(error));
      assertThat(millis(one.quantile(0.5))).isCloseTo((double) millis, within(error));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 15})
  void readsBackShortLengthsExactly(int millis) {
    assertThat(LogLinearHistogram.EMPTY.plus(Duration.ofMillis(millis)).mean())
        .isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void countsWhatIsTooLongAsTheLongestAndWhatIsNegativeAsZero() {
    LogLinearHistogram longest = LogLinearHistogram.EMPTY.plus(Duration.ofDays(100_000_000_000L));
    LogLinearHistogram shortest = LogLinearHistogram.EMPTY.plus(Duration.ofMillis(-5));

    assertThat(longest.firstBin()).isEqualTo(LogLinearHistogram.BINS - 1);
    assertThat(shortest.mean()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0.1, 1", "0.5, 5", "0.9, 9", "0.91, 10", "1, 10"})
  void aQuantileIsTheShortestThatTheShareIsNotLongerThan(double share, int millis) {
    LogLinearHistogram oneToTen = LogLinearHistogram.EMPTY;
    for (int i = 1; i <= 10; i++) {
      oneToTen = oneToTen.plus(Duration.ofMillis(i));
    }

    assertThat(oneToTen.quantile(share)).isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void agreesWithTheSortedLengthsWithinTheAccuracy() {
    Random random = new Random(7);
    long[] lengths = new long[5_000];
    LogLinearHistogram.Builder builder = new LogLinearHistogram.Builder();
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = (long) Math.exp(random.nextDouble() * 18);
      builder.add(Duration.ofMillis(lengths[i]));
    }
    Arrays.sort(lengths);
    LogLinearHistogram histogram = builder.build();

    for (double share : new double[] {0.01, 0.25, 0.5, 0.75, 0.99}) {
      long exact = lengths[(int) Math.ceil(share * lengths.length) - 1];
      assertThat(millis(histogram.quantile(share)))
          .as("the %s quantile", share)
          .isCloseTo((double) exact, within(exact * LogLinearHistogram.ACCURACY));
    }
  }

  @Test
  void mergesInAnyOrder() {
    LogLinearHistogram some = of(3, 700, 12);
    LogLinearHistogram others = of(90_000, 700);

    assertThat(some.plus(others))
        .isEqualTo(others.plus(some))
        .isEqualTo(of(3, 700, 12, 90_000, 700));
    assertThat(some.plus(LogLinearHistogram.EMPTY)).isEqualTo(some);
    assertThat(some.total()).isEqualTo(3);
  }

  @Test
  void whatIsOldCountsLessAndFadesInTheEnd() {
    LogLinearHistogram old = of(10, 10, 1_000_000);

    LogLinearHistogram half = old.decayed(0.5).plus(of(10));
    assertThat(half.total()).isEqualTo(2.5);
    assertThat(half.quantile(0.5)).isEqualTo(Duration.ofMillis(10));

    assertThat(old.decayed(0.000_7).weights()).hasSize(1);
    assertThat(old.decayed(0.000_1).isEmpty()).isTrue();
  }

  @Test
  void anEmptyOneHasNoLengthToTell() {
    assertThat(LogLinearHistogram.EMPTY.mean()).isZero();
    assertThat(LogLinearHistogram.EMPTY.quantile(0.9)).isZero();
    assertThat(LogLinearHistogram.EMPTY).hasToString("nothing seen");
  }

  @Test
  void survivesBeingTakenApart() {
    LogLinearHistogram histogram = of(1, 50, 3_600_000).decayed(0.9);

    assertThat(LogLinearHistogram.of(histogram.firstBin(), histogram.weights()))
        .isEqualTo(histogram)
        .hasSameHashCodeAs(histogram);
  }

  @Test
  void refusesBinsAndWeightsThatCannotBe() {
    assertThatThrownBy(() -> LogLinearHistogram.of(LogLinearHistogram.BINS, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bins must lie between 0 and " + (LogLinearHistogram.BINS - 1));
    assertThatThrownBy(() -> LogLinearHistogram.of(0, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is NaN");
    assertThatThrownBy(() -> LogLinearHistogram.EMPTY.quantile(1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is 1.5");
  }

  private static LogLinearHistogram of(long... millis) {
    LogLinearHistogram.Builder builder = new LogLinearHistogram.Builder();
    Arrays.stream(millis).mapToObj(Duration::ofMillis).forEach(builder::add);
    return builder.build();
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
