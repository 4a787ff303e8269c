package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.logging.Logged;
import io.scaler.model.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalLogTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
  private final RefusalLog refusals = new RefusalLog(nanos::get);
  private final Logged logged = Logged.of(RefusalLog.class);

  @AfterEach
  void close() {
    logged.close();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void saysTheFirstAtOnceAndOfThoseThatFollowHowMany() {
    for (int i = 0; i < 1_000; i++) {
      refusals.denied("gRPC", Denial.BAD_TOKEN, "10.0.0." + i % 10);
      pass(Duration.ofMillis(1));
    }
    refusals.run();
    assertThat(logged.lines()).containsExactly("WARN refused (gRPC, bad_token): 10.0.0.0");

    pass(RefusalLog.EVERY);
    refusals.run();
    refusals.run();
    assertThat(logged.lines())
        .hasSize(2)
        .last()
        .isEqualTo("WARN refused 999 times (gRPC, bad_token), the latest: 10.0.0.9");

    pass(RefusalLog.EVERY);
    refusals.denied("gRPC", Denial.BAD_TOKEN, "10.0.0.3");
    assertThat(logged.lines())
        .hasSize(3)
        .last()
        .isEqualTo("WARN refused (gRPC, bad_token): 10.0.0.3");
  }

  @Test
  void aKindDoesNotSilenceAnother() {
    refusals.denied("gRPC", Denial.BAD_TOKEN, "a");
    refusals.denied("HTTP", Denial.BAD_TOKEN, "b");
    refusals.denied("HTTP", Denial.MISSING_ROLE, "c");

    assertThat(logged.lines()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "NO_CREDENTIALS, WARN",
    "EXPIRED_CERTIFICATE, WARN",
    "MISSING_ROLE, WARN",
    "TOO_MANY_CALLS, INFO",
    "MESSAGE_TOO_LARGE, INFO"
  })
  void warnsOfThoseThatMayNotComeIn(Denial denial, String level) {
    refusals.denied("gRPC", denial, "a");

    assertThat(logged.lines()).singleElement().asString().startsWith(level + " refused (gRPC, ");
  }

  @Test
  void saysWhatTheNodeIsToBlameForOrTheCallerHasToMendButNotWhatHappensEveryDay() {
    refusals.refused("Assign", Reason.OVERLOADED, "too many");
    refusals.refused("Assign", Reason.INVALID_FIELD, "function: is missing");
    refusals.refused("Release", Reason.REQUEST_FINISHED, "twice");

    assertThat(logged.lines())
        .containsExactly(
            "INFO refused (Assign, overloaded): too many",
            "INFO refused (Assign, invalid_field): function: is missing");
  }

  @Test
  void whatACallerSendsStaysOnItsLineAndIsCut() {
    refusals.refused(
        "Assign", Reason.INVALID_FIELD, "a\nERROR b\u2028c\u001b[1m" + "x".repeat(500));

    assertThat(logged.lines())
        .singleElement()
        .asString()
        .startsWith("INFO refused (Assign, invalid_field): a?ERROR b?c?[1mxxx")
        .endsWith("x…")
        .hasSizeLessThan(400);
  }

  @Test
  void countsEveryoneWhoComesAtTheSameTime() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (int j = 0; j < 5_000; j++) {
                  refusals.denied("gRPC", Denial.TOO_MANY_CALLS, "a");
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    pass(RefusalLog.EVERY);
    refusals.run();

    assertThat(logged.lines()).hasSize(2);
    assertThat(logged.lines().stream().mapToLong(RefusalLogTest::many).sum()).isEqualTo(20_000);
  }

  private static long many(String line) {
    return line.contains(" times ") ? Long.parseLong(line.split(" ", -1)[2]) : 1;
  }
}
