package io.scaler.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A trace through three nodes, as the demo does it. */
class ReplayIT {

  /** The challenge's smoke test where it is at hand; else the bundled trace's first half minute. */
  private static final Path SMOKE = Path.of("../../shared/traces/contest-smoke");

  @Test
  void everyRequestOfATraceIsServedThroughThreeNodesOneOfWhichIsKilled() {
    boolean hasSmoke = Files.isDirectory(SMOKE);
    String trace = hasSmoke ? SMOKE.toString() : "demo";
    try (LocalCluster cluster = LocalCluster.start(3, List.of("--trace", trace))) {
      LocalProcess replay =
          LocalProcess.start(
              "replay",
              cluster.folder(),
              List.of(
                  "replay",
                  "--trace",
                  trace,
                  "--limit-time",
                  "30s",
                  "--target",
                  cluster.targets(),
                  "--platform",
                  cluster.platformAddress()));
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> cluster.usage().getSlotsRunning() > 20 || !replay.isAlive());
      assertThat(replay.isAlive()).as("the replay is under way:%n%s", replay.output()).isTrue();
      cluster.node(0).kill();

      assertThat(replay.exitCode()).as(replay.output()).isZero();
      assertThat(replay.output()).containsPattern("held twice +0");
      if (hasSmoke) {
        assertThat(replay.output()).containsPattern("served +980");
      }
    }
  }
}
