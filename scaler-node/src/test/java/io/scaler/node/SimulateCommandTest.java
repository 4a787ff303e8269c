package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimulateCommandTest {
  @TempDir private Path folder;

  private record Run(int exitCode, String out, String err) {}

  private static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        new CommandLine(new SimulateCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Run(exitCode, out.toString(), err.toString());
  }

  @Test
  void showsARowForEachPolicyAndTheClairvoyantsLast() {
    Run run = run("--policy", "none,clairvoyant,fixed:1m,cost-optimal:3,cost-optimal");

    assertThat(run.exitCode()).isZero();
    List<String> rows = run.out().lines().filter(line -> !line.isBlank()).toList();
    assertThat(rows.get(0)).isEqualTo("demo: 1,156 requests of 20 functions in 45.1 s");
    assertThat(rows.get(1)).startsWith("policy").contains("score", "cold %", "GB*s wasted");
    assertThat(rows.stream().skip(2).map(row -> row.substring(0, row.indexOf(" "))))
        .containsExactly("none", "fixed:1m", "cost-optimal:3", "cost-optimal", "clairvoyant");
  }

  @Test
  void doesNotMindWhereANodeWouldListen() throws IOException {
    Path file = folder.resolve("scaler.yaml");
    Files.writeString(file, "{grpc: {host: 0.0.0.0}, http: {host: 0.0.0.0}}");

    assertThat(run("--policy", "none", "--config", file.toString()).exitCode()).isZero();
  }

  @Test
  void writesTheFiguresAsJson() throws IOException {
    Path file = folder.resolve("figures.json");
    run("--policy", "fixed:10m,none", "--json", file.toString());

    JsonNode rows = JsonMapper.builder().build().readTree(file.toFile());
    assertThat(rows).hasSize(3);
    for (JsonNode row : rows) {
      assertThat(row.fieldNames())
          .toIterable()
          .containsExactly(
              "policy",
              "score",
              "resource",
              "latency",
              "coldPercent",
              "p75ColdPercent",
              "wastedGbSeconds",
              "wastedVsFixed10m",
              "seconds");
      assertThat(row.get("score").asDouble())
          .isEqualTo(row.get("resource").asDouble() + row.get("latency").asDouble());
    }
    assertThat(rows.get(0).get("policy").asText()).isEqualTo("fixed:10m");
    assertThat(rows.get(0).get("wastedVsFixed10m").asDouble()).isEqualTo(1);
    assertThat(rows.get(1).get("wastedVsFixed10m").asDouble()).isBetween(0.0, 0.5);
    assertThat(rows.get(2).get("policy").asText()).isEqualTo("clairvoyant");
  }

  @Test
  void writesAPageWithPlots() throws IOException {
    Path file = folder.resolve("report.html");
    run("--policy", "fixed:1m,cost-optimal", "--report", file.toString());

    assertThat(Files.readString(file))
        .contains("\"policy\":\"cost-optimal\"", "\"policy\":\"clairvoyant\"", "\"levels\"")
        .doesNotContain("{{");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --policy=fxied           | --policy: must be one of contest, cost-optimal, fixed, greedy-dual, hybrid, none, is "fxied"
          --policy=fixed:5         | --policy fixed:5: must be a number with ms, s, m or h, is '5'
          --policy=cost-optimal:x  | --policy cost-optimal:x: the price must be a number
          --policy=cost-optimal:-1 | policy.cost-optimal.waiting-price
          --trace=/nowhere         | /nowhere
          --trace=generated:none   | generated:none
          --set=leader.tock=1s     | leader.tock
          --json=/nowhere/out.json | /nowhere/out.json: its folder does not exist or may not be written to
          --report=/nowhere/r.html | /nowhere/r.html: its folder does not exist or may not be written to
          """)
  void refusesWhatItCannotDo(String option, String message) {
    Run run = run(option);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
    assertThat(run.out()).isEmpty();
  }
}
