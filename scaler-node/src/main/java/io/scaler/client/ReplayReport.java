package io.scaler.client;

import io.scaler.model.StartKind;
import io.scaler.trace.ContestScore;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a replay. A number that is null is unknown.
 *
 * @param seconds that the run took
 * @param served requests that were assigned, executed and released
 * @param failed the others, by the call and the kind of its failure
 * @param warm how many found an idle instance
 * @param waited how many waited and got an instance that another request released
 * @param cold how many waited for a new instance
 * @param failedExecutions executions that the trace says fail; they are served all the same
 * @param assignMs of served requests, from the first attempt to the answer
 * @param releaseMs of served requests, from the first attempt to the answer
 * @param latestMs by how much the request that was sent latest was late; the tool's own weakness
 * @param usedGbSeconds memory times execution
 * @param slotGbSeconds memory times life of the platform's slots during the run
 * @param heldTwice how often an instance was granted while another request held it
 */
record ReplayReport(
    String trace,
    String contract,
    double speed,
    double seconds,
    long requests,
    long served,
    Map<String, Long> failed,
    @Nullable Long warm,
    @Nullable Long waited,
    @Nullable Long cold,
    long failedExecutions,
    Latency assignMs,
    Latency releaseMs,
    long retries,
    double latestMs,
    double usedGbSeconds,
    @Nullable Double slotGbSeconds,
    @Nullable Double wastedGbSeconds,
    @Nullable Double contestScore,
    long heldTwice,
    List<String> heldTwiceExamples) {

  static ReplayReport of(
      String trace,
      Contract contract,
      double speed,
      double seconds,
      ReplayTally.Counts counts,
      @Nullable Double slotGbSeconds,
      HoldHistory holds) {
    Double wasted = null;
    Double score = null;
    if (slotGbSeconds != null) {
      wasted = slotGbSeconds - counts.executionGbSeconds();
      score =
          ContestScore.of(
              counts.executionGbSeconds(),
              slotGbSeconds,
              counts.executionSeconds(),
              counts.latencySeconds(),
              counts.served(),
              counts.sent());
    }
    return new ReplayReport(
        trace,
        contract.toString(),
        speed,
        seconds,
        counts.sent(),
        counts.served(),
        counts.failures(),
        counts.started(StartKind.WARM),
        counts.started(StartKind.WAITED),
        counts.started(StartKind.COLD),
        counts.failedExecutions(),
        counts.assign(),
        counts.release(),
        counts.retries(),
        counts.latestNanos() / 1e6,
        counts.executionGbSeconds(),
        slotGbSeconds,
        wasted,
        score,
        holds.heldTwice(),
        holds.examples());
  }

  /** Whether every request was served and no instance was held twice. */
  boolean isClean() {
    return served == requests && heldTwice == 0;
  }

  /** For people. */
  String table() {
    Table table = new Table();
    table.row("requests", Table.number(requests));
    table.row("served", Table.number(served));
    table.row("failed", Table.number(requests - served));
    failed.forEach((kind, count) -> table.row("  " + kind, Table.number(count)));
    table.row("started warm", Table.number(warm));
    table.row("started after waiting for a release", Table.number(waited));
    table.row("started cold", Table.number(cold));
    table.row("executions that failed as the trace says", Table.number(failedExecutions));
    table.row("Assign p50 / p90 / p99 / max", latency(assignMs));
    table.row("Release p50 / p90 / p99 / max", latency(releaseMs));
    table.row("retries", Table.number(retries));
    table.row("sent late by at most", Table.number(latestMs, 1) + " ms");
    table.row("GB*s used", Table.number(usedGbSeconds, 3));
    table.row("GB*s of slots", Table.number(slotGbSeconds, 3));
    table.row("GB*s wasted", Table.number(wastedGbSeconds, 3));
    table.row("contest score", Table.number(contestScore, 2));
    table.row("instances held twice", Table.number(heldTwice));
    heldTwiceExamples.forEach(example -> table.row("  " + example, ""));
    return trace
        + ": "
        + Table.number(seconds, 1)
        + " s at speed "
        + Table.number(speed, 2)
        + "\n"
        + table;
  }

  private static String latency(Latency ms) {
    return Table.number(ms.p50(), 2)
        + " / "
        + Table.number(ms.p90(), 2)
        + " / "
        + Table.number(ms.p99(), 2)
        + " / "
        + Table.number(ms.max(), 2)
        + " ms";
  }
}
