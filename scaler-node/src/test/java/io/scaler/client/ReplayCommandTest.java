package io.scaler.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.scaler.client.FakeScaler.Fault;
import io.scaler.v1.Outcome;
import io.scaler.v1.ReleaseRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ReplayCommandTest {
  private static final int REQUESTS = 30;

  @TempDir Path trace;

  /** Thirty requests in 0.3 s, each of 100 ms, of two functions of 512 MB; one execution fails. */
  @BeforeEach
  void aTrace() throws IOException {
    StringBuilder metas = new StringBuilder();
    StringBuilder requests = new StringBuilder();
    for (String key : new String[] {"a", "b"}) {
      metas.append(
          "{\"key\": \"%s\", \"runtime\": \"go\", \"memoryInMb\": 512, \"timeoutInSecs\": 60, \"initDurationInMs\": 1}\n"
              .formatted(key));
    }
    for (int i = 0; i < REQUESTS; i++) {
      requests.append(
          String.format(
              Locale.ROOT,
              "{\"startTime\": %d, \"metaKey\": \"%s\", \"durationsInMs\": 100, \"statusCode\":"
                  + " %d}\n",
              10 * i,
              i % 2 == 0 ? "a" : "b",
              i == 7 ? 500 : 200));
    }
    Files.writeString(trace.resolve("metas"), metas);
    Files.writeString(trace.resolve("requests"), requests);
  }

  @Test
  void servesEveryRequestAndTellsHowTheyStarted() throws IOException {
    try (FakeScaler scaler = new FakeScaler(Fault.NONE)) {
      CommandRun run = replay("--target", scaler.addresses());

      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.cell("requests")).isEqualTo("30");
      assertThat(run.cell("served")).isEqualTo("30");
      assertThat(run.cell("failed")).isEqualTo("0");
      assertThat(run.cell("executions that failed")).endsWith("1");
      assertThat(run.cell("instances held twice")).isEqualTo("0");
      assertThat(run.cell("retries")).isEqualTo("0");
      assertThat(run.cell("GB*s used")).isEqualTo("1.500");
      assertThat(run.cell("GB*s of slots")).isEqualTo("unknown");
      assertThat(run.cell("contest score")).isEqualTo("unknown");
      assertThat(run.out())
          .endsWith(
              "pass --platform HOST:PORT to see what slots cost, what was wasted, and the score\n");
      int warm = Integer.parseInt(run.cell("started warm"));
      int cold = Integer.parseInt(run.cell("started cold"));
      assertThat(warm + cold).isEqualTo(REQUESTS);
      assertThat(warm).isPositive();
    }
  }

  @Test
  void takesAddressesInTurnsAndReleasesThroughAnotherOne() throws IOException {
    try (FakeScaler scaler = new FakeScaler(Fault.NONE)) {
      replay("--target", scaler.addresses());

      assertThat(scaler.assignedAt).containsOnly(0, 1).hasSize(REQUESTS);
      assertThat(scaler.assignedAt.stream().filter(at -> at == 0)).hasSize(REQUESTS / 2);
      assertThat(scaler.releases).hasSize(REQUESTS);
      assertThat(scaler.releasedWhereAssigned).isZero();
    }
  }

  @Test
  void releasesAFailedExecutionAsFailed() throws IOException {
    try (FakeScaler scaler = new FakeScaler(Fault.NONE)) {
      replay("--target", scaler.addresses());

      assertThat(scaler.releases.stream().map(ReleaseRequest::getOutcome))
          .containsOnly(Outcome.OK, Outcome.FAILED)
          .containsOnlyOnce(Outcome.FAILED);
    }
  }

  @Test
  void repeatsARequestUnderItsIdAtAnotherAddress() throws IOException {
    try (FakeScaler scaler = new FakeScaler(Fault.IS_UNAVAILABLE_ONCE)) {
      CommandRun run = replay("--target", scaler.addresses());

      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.cell("served")).isEqualTo("30");
      assertThat(run.cell("retries")).isEqualTo("30");
      assertThat(scaler.assignedIds).hasSize(REQUESTS);
    }
  }

  @Test
  void repeatsARequestThatTheContestsContractThrottles() throws IOException {
    try (FakeScaler scaler = new FakeScaler(Fault.THROTTLES_ONCE)) {
      CommandRun run = replay("--target", scaler.addresses(), "--contract", "contest");

      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.cell("retries")).isEqualTo("30");
      assertThat(run.cell("started warm")).isEqualTo("unknown");
      assertThat(run.cell("started cold")).isEqualTo("unknown");
    }
  }

  @Test
  void goesOnWithoutAnAddressThatNobodyListensOn() throws IOException {
    try (FakeScaler scaler = new FakeScaler(Fault.NONE)) {
      scaler.close(1);

      CommandRun run = replay("--target", scaler.addresses());

      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.cell("served")).isEqualTo("30");
    }
  }

  @Test
  void reportsAnInstanceThatIsHeldTwice() throws IOException {
    try (FakeScaler scaler = new FakeScaler(Fault.SHARES_INSTANCES)) {
      CommandRun run = replay("--target", scaler.addresses());

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.cell("served")).isEqualTo("30");
      assertThat(Integer.parseInt(run.cell("instances held twice"))).isPositive();
      assertThat(run.out()).contains("shared-a by replay-");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "IS_UNAVAILABLE, v1, assign UNAVAILABLE NODE_UNAVAILABLE",
    "REFUSES_RELEASES, v1, release FAILED_PRECONDITION NOT_HOLDER",
    "REFUSES_RELEASES, contest, release InvalidAssigment",
    "ANSWERS_FOR_ANOTHER_REQUEST, v1, assign MALFORMED_REPLY",
    "ANSWERS_FOR_ANOTHER_REQUEST, contest, assign MALFORMED_REPLY",
  })
  void countsFailuresByTheirReason(Fault fault, String contract, String reason) throws IOException {
    try (FakeScaler scaler = new FakeScaler(fault)) {
      CommandRun run =
          replay("--target", scaler.addresses(), "--contract", contract, "--attempts", "1");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.cell("served")).isEqualTo("0");
      assertThat(run.cell("failed")).isEqualTo("30");
      assertThat(run.cell("  " + reason)).isEqualTo("30");
      assertThat(run.err()).contains("first failure of its kind");
    }
  }

  @Test
  void asksThePlatformWhatTheRunCost() throws IOException {
    try (FakeScaler scaler = new FakeScaler(Fault.NONE)) {
      scaler.slotGbSecondsPerRequest = 0.1;
      Path json = trace.resolve("report.json");

      CommandRun run =
          replay(
              "--target", scaler.addresses(), "--platform", scaler.address(0), "--json", json + "");

      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.cell("GB*s of slots")).isEqualTo("3.000");
      assertThat(run.cell("GB*s wasted")).isEqualTo("1.500");
      assertThat(run.out()).doesNotContain("pass --platform");
      JsonNode report = new ObjectMapper().readTree(json.toFile());
      assertThat(report.get("slotGbSeconds").doubleValue()).isCloseTo(3, within(1e-9));
      assertThat(report.get("contestScore").doubleValue()).isGreaterThan(25).isLessThan(75);
      assertThat(report.get("waited").longValue()).isZero();
      assertThat(report.get("assignMs").get("p99").doubleValue()).isPositive();
    }
  }

  @Test
  void playsFasterAndOnlyTheBeginning() throws IOException {
    try (FakeScaler scaler = new FakeScaler(Fault.NONE)) {
      CommandRun run =
          replay("--target", scaler.addresses(), "--speed", "10", "--limit-time", "100ms");

      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.cell("requests")).isEqualTo("10");
      assertThat(run.cell("GB*s used")).isEqualTo("0.050");
    }
  }

  @Test
  void saysWhatIsWrongWithATrace() throws IOException {
    Files.writeString(trace.resolve("requests"), "{}");

    CommandRun run = replay("--target", "127.0.0.1:1");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(trace + "/requests:1: metaKey: is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "--speed, 0, --speed: must be above 0",
    "--speed, NaN, --speed: must be above 0",
    "--attempts, 0, --attempts: must be from 1 to 100",
    "--deadline, 0s, --deadline: must be above zero",
    "--limit-time, 0s, --limit-time: must be above zero",
    "--limit-time, soon, 'must be a number with ms, s, m or h, is ''soon'''",
    "--contract, v2, 'must be v1 or contest, is ''v2'''",
    "--platform, here, '--platform: must be host:port, is ''here'''",
    "--target, 127.0.0.1:0, --target: the port must be a number from 1 to 65535",
  })
  void refusesWrongOptions(String option, String value, String message) {
    CommandRun run = replay("--target", "127.0.0.1:1", option, value);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }

  private CommandRun replay(String... options) {
    List<String> arguments = new ArrayList<>(List.of("--trace", trace.toString()));
    arguments.addAll(List.of(options));
    return CommandRun.of(new ReplayCommand(), arguments.toArray(String[]::new));
  }
}
