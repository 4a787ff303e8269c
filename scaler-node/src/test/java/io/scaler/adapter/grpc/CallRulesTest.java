package io.scaler.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Deadline;
import io.scaler.service.CallLimits;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallRulesTest {
  private static final Deadline.Ticker STOPPED =
      new Deadline.Ticker() {
        @Override
        public long nanoTime() {
          return 0;
        }
      };

  private static CallRules rules(long maxMemoryMb) {
    return new CallRules(
        Duration.ofSeconds(60), maxMemoryMb, Duration.ofSeconds(30), Duration.ofSeconds(300));
  }

  @Test
  void waitsTheDefaultWithoutADeadline() {
    assertThat(rules(0).patience(null)).isEqualTo(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @CsvSource({
    "15000, 14500",
    "60000, 59000",
    "6000, 5750",
    "500, 250",
    "200, 100",
    "0, 0",
    "-5, 0",
    "900000, 300000"
  })
  void leavesTheAnswerTimeToTravelAndNeverWaitsTooLong(long deadlineMs, long patienceMs) {
    Deadline deadline = Deadline.after(deadlineMs, TimeUnit.MILLISECONDS, STOPPED);

    assertThat(rules(0).patience(deadline)).isEqualTo(Duration.ofMillis(patienceMs));
  }

  @ParameterizedTest
  @ValueSource(longs = {60_000, 1_000, 500, 200, 10, 2})
  void evenACallThatTakesAllItsOvertimeEndsBeforeItsDeadline(long deadlineMs) {
    Deadline deadline = Deadline.after(deadlineMs, TimeUnit.MILLISECONDS, STOPPED);
    CallLimits limits = new CallLimits(1, Duration.ofMillis(300), Duration.ofMillis(200));

    assertThat(limits.longest(rules(0).patience(deadline)))
        .isLessThan(Duration.ofMillis(deadlineMs));
    assertThat(CallLimits.DEFAULT.overtime()).isLessThanOrEqualTo(limits.overtime());
  }

  @Test
  void limitsMemoryOnlyWhereThereIsALimit() {
    assertThat(rules(0).memoryMb("m", 1_000_000)).isEqualTo(1_000_000);
    assertThat(rules(512).memoryMb("m", 512)).isEqualTo(512);
    assertThatThrownBy(() -> rules(512).memoryMb("m", 513)).hasMessageContaining("m: must be");
    assertThatThrownBy(() -> rules(0).memoryMb("m", -1)).hasMessageContaining("m: must be");
  }
}
