package io.scaler.policy;

import io.scaler.demand.Demand;
import io.scaler.demand.IdleTimes;
import io.scaler.demand.LevelDemand;
import io.scaler.model.Foresight;
import io.scaler.model.Foresight.Window;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.model.Plan.Surplus;
import io.scaler.model.Spans;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hybrid histogram policy of Shahrad et al., "Serverless in the Wild: Characterizing and
 * Optimizing the Serverless Workload at a Large Cloud Provider", USENIX ATC 2020, section 4.2. By
 * the first of these rules that applies:
 *
 * <ol>
 *   <li>Too many idle times out of the histogram's bounds: the next one is forecast. An instance is
 *       unloaded after use, launched at 0.85 of the forecast, and kept for 0.30 of it. The paper
 *       forecasts with ARIMA, this with {@link IdleForecast}, from the latest idle times.
 *   <li>A histogram that is not representative, its counts varying too little: the standard
 *       keep-alive, which is the range of the histogram. So also before anything was seen.
 *   <li>Else the histogram decides: an instance is unloaded after use, launched after the head less
 *       a margin (the pre-warming window), and kept until the tail and a margin have passed (the
 *       keep-alive window, counted from the use before, which wastes less than counting it from the
 *       launch). With a head of zero it is not unloaded.
 * </ol>
 *
 * <p>Head and tail are the 5th and the 99th percentile of the idle times within bounds, rounded
 * down and up to whole minutes. "Too many" is half of them unless configured. The paper asks for
 * enough idle times besides and gives no number, so that here the variation of the counts alone
 * decides; it is high while few were seen.
 *
 * <p>Where the paper decides for an application, this decides for a function. The paper's
 * applications have one container each. Where a function has several instances, each has idle times
 * of its own, since concurrency fell below its level, and the same windows hold for it from then
 * on: instances that concurrency called for are unloaded, launched and kept as the first is.
 */
public final class HybridPolicy implements Policy {
  static final String NAME = "hybrid";

  private final HybridSettings settings;

  public HybridPolicy(HybridSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Plan plan(FunctionSpec function, @Nullable Demand demand, Fleet fleet, Instant now) {
    if (demand == null || demand.idleTimes().total() == 0) {
      return keeping("no idle times seen", settings.keepAlive());
    }
    IdleTimes idle = demand.idleTimes();
    int[] latest = latest(demand);
    if (idle.outOfBounds() >= settings.outOfBounds() * idle.total() && latest.length > 0) {
      return forecast(idle, latest);
    }
    if (idle.variation() < settings.cvThreshold()) {
      return keeping(
          "the counts of %d idle times vary by %.3g".formatted(idle.total(), idle.variation()),
          settings.keepAlive());
    }
    return histogram(idle);
  }

  private Plan forecast(IdleTimes idle, int... latest) {
    double next = IdleForecast.next(latest);
    Duration from = millis(next * (1 - settings.forecastMargin()));
    Duration until = millis(next * (1 + settings.forecastMargin()));
    return prewarming(
        "%d of %d idle times out of bounds, the next forecast to be %s"
            .formatted(idle.outOfBounds(), idle.total(), Spans.chosen(millis(next))),
        from,
        until);
  }

  private Plan histogram(IdleTimes idle) {
    int head = idle.quantile(settings.headPercentile());
    int tail = idle.quantile(settings.tailPercentile()) + 1;
    Duration keepAlive = minutes(tail * (1 + settings.margin()));
    String why = "%d idle times, head %d min, tail %d min".formatted(idle.total(), head, tail);
    if (head == 0) {
      return keeping(why, keepAlive);
    }
    Duration from = minutes(head * (1 - settings.margin()));
    return prewarming(why, from, keepAlive);
  }

  private static Plan keeping(String why, Duration keepAlive) {
    return Plan.keeping(
        "%s: %s: keeps for %s".formatted(NAME, why, Spans.chosen(keepAlive)), keepAlive);
  }

  /** The launch begins when the pre-warming window ends, not a cold start earlier. */
  private static Plan prewarming(String why, Duration from, Duration until) {
    Window window = new Window(Duration.ZERO, Duration.ZERO, from, until);
    return new Plan(
        "%s: %s: launches after %s, keeps until %s"
            .formatted(NAME, why, Spans.chosen(from), Spans.chosen(until)),
        Duration.ZERO,
        Integer.MAX_VALUE,
        0,
        0,
        Duration.ZERO,
        Surplus.KEEP,
        0,
        Integer.MAX_VALUE,
        new Foresight(List.of(window), Duration.ZERO, Duration.ZERO, 0, Duration.ZERO));
  }

  private static int[] latest(Demand demand) {
    List<LevelDemand> levels = demand.levels();
    return levels.isEmpty() ? new int[0] : levels.get(0).recent().millis();
  }

  private static Duration minutes(double minutes) {
    return millis(minutes * 60_000);
  }

  private static Duration millis(double millis) {
    return Duration.ofMillis(Math.round(millis));
  }
}
