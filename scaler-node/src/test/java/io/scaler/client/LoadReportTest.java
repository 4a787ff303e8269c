package io.scaler.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadReportTest {
  @Test
  void reportsMediansSumsOfErrorsAndTheRatioToTheFirst() {
    var first =
        LoadReport.Target.of(
            "echo", List.of(round(900, 1), round(1_000, 3), round(5_000, 2)), none(), 0);
    var second =
        LoadReport.Target.of(
            "node",
            List.of(round(400, 8, "throttled"), round(600, 4, "throttled")),
            none(),
            first.pairsPerSecond());

    assertThat(first.pairsPerSecond()).isEqualTo(1_000);
    assertThat(first.ratio()).isEqualTo(1);
    assertThat(first.assignMs().p99()).isEqualTo(2);
    assertThat(second.pairsPerSecond()).isEqualTo(500);
    assertThat(second.ratio()).isEqualTo(0.5);
    assertThat(second.errors()).containsExactly(Map.entry("throttled", 2L));

    var report = new LoadReport("v1", 64, List.of(first, second));
    assertThat(report.isClean()).isFalse();
    assertThat(report.table())
        .isEqualTo(
            """
            target  pairs/s  ratio  Assign p50   p99  p99.9  Release p50   p99  p99.9  pair p50   p99  p99.9  errors  held twice
            echo      1,000  1.000        2.00  2.00   2.00         2.00  2.00   2.00      2.00  2.00   2.00       0           0
            node        500  0.500        6.00  6.00   6.00         6.00  6.00   6.00      6.00  6.00   6.00       2           0
            latencies in ms
            node: 2 x throttled
            """);
  }

  private static HoldHistory none() {
    return new HoldHistory();
  }

  private static LoadReport.Round round(double pairsPerSecond, double ms, String... errors) {
    var latency = new Latency(ms, ms, ms, ms, ms);
    Map<String, Long> byKind = errors.length == 0 ? Map.of() : Map.of(errors[0], 1L);
    return new LoadReport.Round(1, 1, 0, byKind, pairsPerSecond, latency, latency, latency);
  }
}
