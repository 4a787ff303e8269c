package io.scaler.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecentArrivalsTest {

  @Test
  void addsUpWhatNodesCountedSecondBySecond() {
    RecentArrivals one = RecentArrivals.of(100, 1, 2, 3);
    RecentArrivals other = RecentArrivals.of(102, 10, 0, 20);

    assertThat(one.plus(other))
        .isEqualTo(other.plus(one))
        .isEqualTo(RecentArrivals.of(100, 1, 2, 13, 0, 20));
  }

  @Test
  void forgetsWhatIsMoreThanAMinuteBeforeTheLast() {
    RecentArrivals sum = RecentArrivals.of(100, 5, 6).plus(RecentArrivals.of(160, 7));

    assertThat(sum.firstSecond()).isEqualTo(101);
    assertThat(sum.counts()).hasSize(RecentArrivals.SECONDS).startsWith(6).endsWith(7);
    assertThat(sum.plus(RecentArrivals.of(100_000, 1))).isEqualTo(RecentArrivals.of(100_000, 1));
    assertThat(RecentArrivals.of(100_000, 1).plus(sum)).isEqualTo(RecentArrivals.of(100_000, 1));
    assertThat(RecentArrivals.of(5, 0, 0)).isEqualTo(RecentArrivals.NONE);
  }

  @ParameterizedTest
  @CsvSource({"1, 9", "2, 13", "3, 14", "60, 20"})
  void findsTheMostCrowdedSecondsInARow(int seconds, int most) {
    assertThat(RecentArrivals.of(0, 5, 0, 1, 4, 9, 0, 1).most(seconds)).isEqualTo(most);
  }

  @Test
  void refusesCountsThatCannotBe() {
    assertThatThrownBy(() -> RecentArrivals.of(0, -1)).hasMessageContaining("must be 0 or more");
    assertThatThrownBy(() -> RecentArrivals.of(0, new int[61]))
        .hasMessage("must be at most 60 seconds, are 61");
  }
}
