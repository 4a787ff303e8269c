package io.scaler.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scaler.policy.FixedPolicy;
import io.scaler.pool.PoolLimits;
import io.scaler.service.CallLimits;
import io.scaler.service.LaunchLimits;
import io.scaler.simulation.SimulationSetup.Times;
import io.scaler.trace.Trace;
import io.scaler.trace.TraceOptions;
import io.scaler.trace.Traces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The simulator beside scores that were computed apart from this project, on the challenge's
 * traces, where they are at hand.
 */
class ChallengeFiguresTest {
  /** Where contest-ds1 and contest-smoke lie. */
  private static final Path TRACES =
      Path.of(System.getProperty("scaler.traces", "../../shared/traces"));

  /**
   * Those figures come of instants in seconds as floating-point numbers. A request that starts in
   * the very millisecond in which another ends finds its instance or does not, as they are rounded;
   * here, it always does.
   */
  private static final Offset<Double> AS_ROUNDED = within(0.06);

  /** Two decimals, and idle instances that are looked for every 10 ms. */
  private static final Offset<Double> A_SWEEP = within(0.04);

  private static final List<Integer> KEEP_ALIVES = List.of(1, 600);
  private static final Map<String, Trace> READ = new HashMap<>();

  private static Trace trace(String name) {
    Path folder = TRACES.resolve(name);
    assumeTrue(
        Files.isDirectory(folder),
        "the challenge's trace " + folder + " is not there; -Dscaler.traces=DIR says where it is");
    return READ.computeIfAbsent(
        name, first -> Traces.open(folder.toString(), TraceOptions.DEFAULT));
  }

  @ParameterizedTest
  @CsvSource({"contest-ds1,64.11", "contest-smoke,57.42"})
  void aClairvoyantComesToTheSame(String name, double score) {
    assertThat(Clairvoyant.of(trace(name), Duration.ofMillis(100)).score())
        .isCloseTo(score, AS_ROUNDED);
  }

  @ParameterizedTest
  @CsvSource({
    "contest-ds1,1,41.55", "contest-ds1,5,43.53", "contest-ds1,10,43.30",
    "contest-ds1,60,49.25", "contest-ds1,300,49.81", "contest-ds1,600,49.85",
    "contest-smoke,1,6.71", "contest-smoke,5,6.26", "contest-smoke,10,5.99",
    "contest-smoke,60,5.53", "contest-smoke,300,5.40", "contest-smoke,600,5.40"
  })
  void keepAlivesComeToTheSameWhereNobodyWaitsForARelease(String name, int seconds, double score) {
    assertThat(KeepAliveByHand.score(trace(name), seconds, false)).isCloseTo(score, AS_ROUNDED);
  }

  @ParameterizedTest
  @CsvSource({"contest-ds1", "contest-smoke"})
  void waitingForAReleaseIsAllThatTheSimulatorsKeepAlivesDoBesides(String name) {
    Trace trace = trace(name);
    for (int seconds : KEEP_ALIVES) {
      assertThat(simulated(trace, seconds))
          .as("%s, kept for %d s", name, seconds)
          .isCloseTo(KeepAliveByHand.score(trace, seconds, true), A_SWEEP);
    }
  }

  private static double simulated(Trace trace, int seconds) {
    return Simulation.run(
            trace,
            new SimulationSetup(
                new FixedPolicy(Duration.ofSeconds(seconds)),
                PoolLimits.DEFAULT,
                new LaunchLimits(0, 0, 0, Duration.ofMinutes(1)),
                CallLimits.DEFAULT,
                List.of(),
                new Times(
                    Duration.ofMillis(100),
                    Duration.ofMinutes(5),
                    Duration.ofMillis(100),
                    Duration.ofMillis(10),
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(5),
                    Duration.ZERO)),
            begun -> {})
        .score();
  }
}
