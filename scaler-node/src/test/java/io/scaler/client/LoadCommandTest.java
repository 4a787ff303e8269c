package io.scaler.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.scaler.client.FakeScaler.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class LoadCommandTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"v1, 0ms", "contest, 0ms", "v1, 3ms"})
  void countsEveryPairOnce(String contract, String hold) throws IOException {
    try (Echo echo = new Echo("127.0.0.1", 0)) {
      String target = "127.0.0.1:" + echo.port();
      Path json = folder.resolve("report.json");

      CommandRun run =
          CommandRun.of(
              new LoadCommand(),
              "--target=one=" + target,
              "--target=two=" + target + "+" + target,
              "--contract=" + contract,
              "--hold=" + hold,
              "--json=" + json,
              "--concurrency=8",
              "--warmup=50ms",
              "--duration=100ms",
              "--rounds=3");

      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out()).contains("pairs/s", "ratio");
      JsonNode targets = new ObjectMapper().readTree(json.toFile()).get("targets");
      assertThat(targets).hasSize(2);
      assertThat(targets.get(0).get("ratio").doubleValue()).isEqualTo(1);
      for (JsonNode each : targets) {
        assertThat(each.get("heldTwice").longValue()).isZero();
        assertThat(each.get("rounds")).hasSize(3);
        long all = 0;
        for (JsonNode round : each.get("rounds")) {
          long pairs = round.get("pairs").longValue();
          all += pairs + round.get("late").longValue();
          assertThat(round.get("begun").longValue())
              .isEqualTo(pairs + round.get("late").longValue());
          assertThat(round.get("pairsPerSecond").doubleValue())
              .isCloseTo(pairs / 0.1, within(1e-6));
        }
        assertThat(all).isPositive();
      }
    }
  }

  @Test
  void countsErrorsByTheirReason() throws IOException {
    try (FakeScaler scaler = new FakeScaler(Fault.REFUSES_RELEASES)) {
      CommandRun run = load("--target", "broken=" + scaler.address(0));

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out())
          .containsPattern("broken: [\\d,]+ x release FAILED_PRECONDITION NOT_HOLDER");
    }
  }

  @Test
  void reportsAnInstanceThatIsHeldTwice() throws IOException {
    try (FakeScaler scaler = new FakeScaler(Fault.SHARES_INSTANCES)) {
      CommandRun run =
          load("--target", "broken=" + scaler.address(0), "--hold", "50ms", "--functions", "1");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).contains("broken: held twice: shared-load-0 by load-");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--functions, 0, --functions: must be from 1 to 1000000",
    "--skew, -1, --skew: must be from 0 to 10",
    "--concurrency, 0, --concurrency: must be from 1 to 100000",
    "--rounds, 0, --rounds: must be from 1 to 1000",
    "--memory, 0, --memory: must be from 1 to 2147483647",
    "--duration, 0s, --duration and --deadline: must be above zero",
    "--target, a=b, '--target: must be host:port, is ''b'''",
    "--target, a=b:1+, '--target: must be host:port'",
  })
  void refusesWrongOptions(String option, String value, String message) {
    CommandRun run = CommandRun.of(new LoadCommand(), "--target", "127.0.0.1:1", option, value);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }

  private static CommandRun load(String... options) {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(
        List.of("--warmup", "0s", "--duration", "100ms", "--rounds", "1", "--concurrency", "4"));
    return CommandRun.of(new LoadCommand(), arguments.toArray(String[]::new));
  }
}
