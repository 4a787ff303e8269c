package io.scaler.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LevelsTest {

  @ParameterizedTest(name = "levels {0} to {1} are band {2}")
  @CsvSource({
    "1, 1, 0",
    "2, 2, 1",
    "3, 3, 2",
    "4, 4, 3",
    "5, 6, 4",
    "7, 8, 5",
    "9, 12, 6",
    "13, 16, 7",
    "17, 24, 8",
    "25, 32, 9",
    "769, 1024, 19"
  })
  void levelsAreToldApartUpToTheFourthAndThenTwiceADoubling(int from, int to, int band) {
    assertThat(Levels.band(from)).isEqualTo(band);
    assertThat(Levels.band(to)).isEqualTo(band);
    assertThat(Levels.band(to + 1)).isEqualTo(band + 1);
    assertThat(Levels.width(band)).isEqualTo(to - from + 1);
  }

  @Test
  void everyBandHasAsManyLevelsAsItIsWideAndNoneIsLeftOut() {
    int level = 1;
    for (int band = 0; band < 40; band++) {
      for (int i = 0; i < Levels.width(band); i++) {
        assertThat(Levels.band(level)).as("level %d", level).isEqualTo(band);
        level++;
      }
    }
  }

  @Test
  void thereAreNotManyBandsUpToTheHighestLevelThereCanBe() {
    assertThat(Levels.band(Integer.MAX_VALUE)).isEqualTo(61);
  }
}
