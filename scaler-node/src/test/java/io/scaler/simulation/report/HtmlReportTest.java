package io.scaler.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.scaler.policy.LevelGaps;
import io.scaler.policy.LevelGaps.Bin;
import io.scaler.policy.LevelGaps.Window;
import io.scaler.simulation.report.Report.FunctionGaps;
import io.scaler.simulation.report.Report.Interval;
import io.scaler.simulation.report.Report.PolicyFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static final String DATA = "<script type=\"application/json\" id=\"data\">";

  @TempDir Path folder;

  @Test
  void holdsItsFiguresInTheirOrder() throws IOException {
    JsonNode data = data(page(report("a trace", "first", "second")));

    assertThat(data.get("trace").textValue()).isEqualTo("a trace");
    assertThat(data.get("policies")).hasSize(2);
    JsonNode first = data.get("policies").get(0);
    assertThat(first.get("policy").textValue()).isEqualTo("first");
    assertThat(first.get("resourceScore").doubleValue()).isEqualTo(31.5);
    assertThat(first.get("waitedPercent").isNull()).isTrue();
    assertThat(first.get("functionColdPercents").toString()).isEqualTo("[1.0,2.0,30.0]");
    assertThat(first.at("/intervals/0/instances").doubleValue()).isEqualTo(7);
    assertThat(data.at("/gaps/levels/0/windows/0/what").textValue()).isEqualTo("kept");
    assertThat(data.at("/gaps/levels/0/bins/0/gaps").doubleValue()).isEqualTo(12);
  }

  @Test
  void needsNothingFromElsewhere() throws IOException {
    String page = page(report("a trace", "first"));

    assertThat(page)
        .contains("Chart.js v4")
        .doesNotContain("{{")
        .doesNotContain(" src=")
        .doesNotContain("<link");
  }

  @Test
  void namesCannotEndTheElementTheyStandIn() throws IOException {
    String page = page(report("</script><script>alert(1)</script>", "first"));

    assertThat(page).doesNotContain("alert(1)</script>");
    assertThat(data(page).get("trace").textValue()).isEqualTo("</script><script>alert(1)</script>");
  }

  @Test
  void refusesTwoPoliciesOfOneNameAndNoneAtAll() {
    assertThatThrownBy(() -> report("a trace", "same", "same"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("different names");
    assertThatThrownBy(() -> report("a trace")).isInstanceOf(IllegalArgumentException.class);
  }

  private String page(Report report) throws IOException {
    Path file = folder.resolve("report.html");
    HtmlReport.write(report, file);
    return Files.readString(file);
  }

  private static JsonNode data(String page) throws IOException {
    int from = page.indexOf(DATA) + DATA.length();
    return JsonMapper.builder()
        .build()
        .readTree(page.substring(from, page.indexOf("</script>", from)));
  }

  private static Report report(String trace, String... policies) {
    var gaps =
        new FunctionGaps(
            "f",
            "first",
            List.of(
                new LevelGaps(
                    "1", List.of(new Bin(1, 2, 12)), List.of(new Window("kept", 0, 1.5)))));
    return new Report(
        trace, "", List.of(policies).stream().map(HtmlReportTest::figures).toList(), gaps);
  }

  private static PolicyFigures figures(String policy) {
    return new PolicyFigures(
        policy,
        31.5,
        45,
        2,
        null,
        null,
        null,
        3,
        1_000,
        500,
        0.7,
        1.5,
        List.of(30.0, 1.0, 2.0),
        List.of(new Interval(0, 7, 5)));
  }
}
