package io.scaler.policy;

import io.scaler.demand.Demand;
import io.scaler.demand.LevelDemand;
import io.scaler.model.Foresight;
import io.scaler.model.Levels;
import io.scaler.model.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long one level of a function's concurrency was not reached, and what is planned for it: what
 * plots show.
 *
 * @param level for people, such as 1 or 5-6
 * @param bins by their gap
 * @param windows in which an instance is kept, by the time since concurrency fell below the level
 */
public record LevelGaps(String level, List<Bin> bins, List<Window> windows) {

  /**
   * A histogram's bin.
   *
   * @param fromSeconds of the gap; the bin before ends there
   * @param toSeconds above {@code fromSeconds}
   * @param gaps how many, or how much they weigh
   */
  public record Bin(double fromSeconds, double toSeconds, double gaps) {}

  /**
   * A while in which the plan has an instance.
   *
   * @param what for people, such as kept or launched ahead
   */
  public record Window(String what, double fromSeconds, double untilSeconds) {}

  public LevelGaps {
    bins = List.copyOf(bins);
    windows = List.copyOf(windows);
  }

  /**
   * The levels that have gaps, the lowest first.
   *
   * @param most levels that are looked at
   */
  public static List<LevelGaps> of(Demand demand, Plan plan, int most) {
    List<LevelGaps> levels = new ArrayList<>();
    List<LevelDemand> known = demand.levels();
    for (int band = 0; band < Math.min(most, known.size()); band++) {
      List<Bin> bins = new ArrayList<>();
      known
          .get(band)
          .gaps()
          .forEach((from, to, gaps) -> bins.add(new Bin(from / 1e3, to / 1e3, gaps)));
      if (!bins.isEmpty()) {
        levels.add(new LevelGaps(name(band), bins, windows(plan, band)));
      }
    }
    return levels;
  }

  private static String name(int band) {
    int lowest = Levels.highest(band - 1) + 1;
    int highest = Levels.highest(band);
    return lowest == highest ? String.valueOf(lowest) : lowest + "-" + highest;
  }

  private static List<Window> windows(Plan plan, int band) {
    List<Foresight.Window> levels = plan.foresight().levels();
    if (levels.isEmpty()) {
      return List.of(new Window("kept", 0, seconds(plan.keepAlive())));
    }
    Foresight.Window window = levels.get(Math.min(band, levels.size() - 1));
    List<Window> windows = new ArrayList<>();
    if (!window.keep().isZero()) {
      windows.add(new Window("kept", 0, seconds(window.keep())));
    }
    if (window.until().compareTo(window.from()) > 0) {
      windows.add(new Window("launched ahead", seconds(window.from()), seconds(window.until())));
    }
    return windows;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
