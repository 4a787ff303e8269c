package io.scaler.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonsTest {
  private static Event.LaunchBegun begun(String why) {
    return new Event.LaunchBegun("i", "n", 128, 1, 1, Duration.ZERO, why, null);
  }

  private static Event.Retired retired(String why) {
    return new Event.Retired("i", "n", null, 1, why, true);
  }

  @ParameterizedTest
  @EnumSource
  void aLaunchsReasonIsKnownByItsWords(LaunchReason reason) {
    assertThat(LaunchReason.of(begun(reason.words + "3"))).isEqualTo(reason);
  }

  @ParameterizedTest
  @EnumSource
  void aRetirementsReasonIsKnownByItsWords(RetireReason reason) {
    assertThat(RetireReason.of(retired(reason.words + "3"))).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "the plan keeps idle instances for 10 min, KEEP_ALIVE",
    "the plan keeps no idle instances, NONE_KEPT",
    "an operator asked for it, OTHER"
  })
  void whatBeginsAlikeIsToldApart(String why, RetireReason reason) {
    assertThat(RetireReason.of(retired(why))).isEqualTo(reason);
  }
}
