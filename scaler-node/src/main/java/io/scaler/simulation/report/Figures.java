package io.scaler.simulation.report;

import io.scaler.policy.LevelGaps;
import io.scaler.simulation.Clairvoyant;
import io.scaler.simulation.SimulationResult;
import io.scaler.simulation.SimulationResult.Busiest;
import io.scaler.simulation.SimulationResult.FunctionCount;
import io.scaler.simulation.SimulationResult.Sample;
import io.scaler.simulation.report.Report.FunctionGaps;
import io.scaler.simulation.report.Report.Interval;
import io.scaler.simulation.report.Report.PolicyFigures;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A simulation's results as the figures of a {@link Report}. */
public final class Figures {
  /** A page becomes slow with more. */
  private static final int MOST_INTERVALS = 300;

  private static final int MOST_LEVELS = 8;

  private Figures() {}

  /**
   * One policy's.
   *
   * @param reference what a fixed keep-alive of ten minutes wastes, in GB*s
   * @param seconds that simulating it took
   */
  public static PolicyFigures of(SimulationResult result, double reference, double seconds) {
    boolean isBound = result.policy().equals(Clairvoyant.NAME);
    return new PolicyFigures(
        result.policy(),
        result.resource(),
        result.latency(),
        result.coldPercent(),
        isBound ? null : result.waitedPercent(),
        isBound ? null : result.waitP50Millis() / 1e3,
        isBound ? null : result.waitP99Millis() / 1e3,
        result.p75ColdPercent(),
        result.cost().executionGbSeconds(),
        result.wastedGbSeconds(),
        reference == 0 ? null : result.wastedGbSeconds() / reference,
        seconds,
        isBound ? List.of() : result.functions().stream().map(FunctionCount::coldPercent).toList(),
        intervals(result.samples()));
  }

  private static List<Interval> intervals(List<Sample> samples) {
    int step = (samples.size() + MOST_INTERVALS - 1) / MOST_INTERVALS;
    List<Interval> intervals = new ArrayList<>();
    for (int i = 0; i < samples.size(); i += step) {
      List<Sample> some = samples.subList(i, Math.min(samples.size(), i + step));
      intervals.add(
          new Interval(
              some.get(0).second(),
              some.stream().mapToLong(Sample::slots).average().orElse(0),
              some.stream()
                  .mapToLong(each -> each.running() + each.waiting())
                  .average()
                  .orElse(0)));
    }
    return intervals;
  }

  /** The level gaps of the busiest function with the first plan of these that foresees any. */
  public static @Nullable FunctionGaps gaps(List<SimulationResult> results) {
    SimulationResult shown = null;
    for (SimulationResult result : results) {
      Busiest busiest = result.busiest();
      if (busiest != null && (shown == null || (foresees(busiest) && !foresees(shown.busiest())))) {
        shown = result;
      }
    }
    Busiest busiest = shown == null ? null : shown.busiest();
    if (shown == null || busiest == null) {
      return null;
    }
    List<LevelGaps> levels = LevelGaps.of(busiest.demand(), busiest.plan(), MOST_LEVELS);
    return levels.isEmpty() ? null : new FunctionGaps(busiest.key(), shown.policy(), levels);
  }

  private static boolean foresees(@Nullable Busiest busiest) {
    return busiest != null && !busiest.plan().foresight().levels().isEmpty();
  }
}
