package io.scaler.policy;

import io.scaler.demand.Demand;
import io.scaler.demand.LevelDemand;
import io.scaler.demand.LogLinearHistogram;
import io.scaler.model.Foresight;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Levels;
import io.scaler.model.Plan;
import io.scaler.model.Plan.Surplus;
import io.scaler.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps and launches ahead what costs least: for each level of concurrency it weighs the memory of
 * an instance that idles against the waiting of a request that does not find one, by the
 * distribution of the gaps after which the level was reached again. What waits is not that request
 * alone, but those that are expected to reach the level before it is served, too, and those of
 * higher levels, which take turns at fewer instances.
 *
 * <p>The distribution of a level is made of the function's gaps, all of them and once more the
 * latest, and of a prior: the gaps of functions of its kind, worth a few observations. Where the
 * latest gaps agree, they count to the millisecond, so that an instance can be launched just ahead
 * of a timer and retired right after it; what they contradict counts for no more than they leave
 * likely, however often it was seen before, so that a timer that stops is soon forgotten. A request
 * is not launched for if it is expected to be served sooner by instances that are busy or on their
 * way.
 */
public final class CostPolicy implements Policy {
  static final String NAME = "cost-optimal";

  private static final double MB_PER_GB = 1_024;

  /** What everything together has come to before anything has: makes the first price. */
  private static final Usage ASSUMED = new Usage(10, 2.5, 10, 5);

  private static final double ASSUMED_COLD_START = 0.5;

  /** The latest gaps that do not agree stand for those that differ from them by such a share. */
  private static final double KERNEL = 0.1;

  /**
   * When busy instances come free is known roughly, so that this share of what a launch costs in
   * memory is waited for instead.
   */
  private static final double HOPE = 0.5;

  /** A launch begins this much earlier than needed, in s: the leader's ticks are as coarse. */
  private static final double AHEAD = 0.015;

  /** Older observations beyond this many do not outweigh what has changed since. */
  private static final double MOST_REMEMBERED = 200;

  private final CostSettings settings;

  public CostPolicy(CostSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Plan plan(FunctionSpec function, @Nullable Demand demand, Fleet fleet, Instant now) {
    double memory = function.memoryMb() / MB_PER_GB;
    double price = price(fleet.usage());
    Habits others = fleet.like(function);
    double coldStart =
        typical(
            demand == null ? null : demand.coldStarts(), others.coldStarts(), ASSUMED_COLD_START);
    double execution = typical(demand == null ? null : demand.executions(), others.executions(), 0);
    List<LevelDemand> levels = demand == null ? List.of() : demand.levels();
    // What holds for the first band that was not reached yet holds for those above it.
    int bands = levels.size() + 1;
    List<Foresight.Window> windows = new ArrayList<>(bands);
    double launch = memory * coldStart;
    int worthLaunching = 0;
    for (int band = 0; band < bands; band++) {
      LevelDemand own = band < levels.size() ? levels.get(band) : LevelDemand.NONE;
      GapDistribution gaps = distribution(own, others, band);
      double stay = Backlog.stay(own, execution);
      double first = band == 0 ? coldStart : Math.min(coldStart, stay);
      double wait =
          Backlog.waiting(own.gaps(), stay, first)
              + Backlog.above(levels, band, coldStart, execution);
      GapDistribution.Window window =
          gaps.best(new GapDistribution.Costs(memory, launch, price * wait + launch, coldStart));
      boolean isWorth = band == 0 || window.cost() < price * wait;
      if (isWorth && worthLaunching == Levels.highest(band - 1)) {
        worthLaunching = Levels.highest(band);
      } else if (!isWorth) {
        window = gaps.best(new GapDistribution.Costs(memory, launch, price * wait, coldStart));
      }
      windows.add(window(window));
    }
    Foresight foresight =
        new Foresight(
            windows,
            duration(coldStart + AHEAD),
            duration(execution),
            worthLaunching,
            duration(coldStart * (1 + HOPE * memory / price)));
    return new Plan(
        "%s: a second of waiting is worth %.3g GB*s, a cold start takes %.3g s"
            .formatted(NAME, price, coldStart),
        Duration.ZERO,
        Integer.MAX_VALUE,
        0,
        0,
        Duration.ZERO,
        Surplus.GIVE_UP,
        0,
        Integer.MAX_VALUE,
        foresight);
  }

  /**
   * What a second of waiting is worth in GB*s of memory.
   *
   * <p>The score is half the share of busy in all GB*s, E/S, and half the share of execution in all
   * of a request's time, X/(X+L). So one more second of waiting takes X/(X+L)^2 from it, and one
   * more GB*s E/S^2.
   */
  private double price(Usage usage) {
    if (settings.waitingPrice() > 0) {
      return settings.waitingPrice();
    }
    Usage all = usage.plus(ASSUMED);
    double elapsed = all.busySeconds() + all.waitSeconds();
    return all.busySeconds()
        / (elapsed * elapsed)
        * (all.slotGbSeconds() * all.slotGbSeconds())
        / all.busyGbSeconds();
  }

  private static double typical(
      @Nullable LogLinearHistogram own, LogLinearHistogram others, double otherwise) {
    if (own != null && !own.isEmpty()) {
      return seconds(own.mean());
    }
    return others.isEmpty() ? otherwise : seconds(others.quantile(0.5));
  }

  private GapDistribution distribution(LevelDemand own, Habits others, int band) {
    GapDistribution.Builder builder = new GapDistribution.Builder();
    prior(builder, others, band);
    builder.addNever(settings.neverWeight());
    double all = own.gaps().total();
    if (all > 0) {
      double counted = Math.min(MOST_REMEMBERED, all);
      int[] recent = own.recent().millis();
      Arrays.sort(recent);
      addRefined(builder, own.gaps(), counted / 2, recent);
      addRecent(builder, counted / 2, recent);
    }
    return builder.build();
  }

  private void prior(GapDistribution.Builder builder, Habits others, int band) {
    int known = Math.min(band, others.levels().size() - 1);
    if (known < 0 || others.levels().get(known).isEmpty()) {
      // From 10 ms to a day, each doubling as likely.
      for (double from = 0.01; from < 86_400; from *= 2) {
        builder.add(from, 2 * from, settings.priorWeight() / 24);
      }
      return;
    }
    LogLinearHistogram gaps = others.levels().get(known);
    double never = settings.neverWeight() * others.reached().get(known);
    double each = settings.priorWeight() / (gaps.total() + never);
    addBins(builder, gaps, each * gaps.total());
    builder.addNever(each * never);
  }

  private static void addBins(
      GapDistribution.Builder builder, LogLinearHistogram gaps, double weight) {
    double each = weight / gaps.total();
    gaps.forEach((from, to, times) -> builder.addBin(LogLinearHistogram.bin(from), times * each));
  }

  /**
   * All gaps. Where a bin holds some of the latest, its weight is theirs, to the millisecond; with
   * h of the latest n in it, it has at most (h + 1) / (n + 1) of the weight.
   */
  private static void addRefined(
      GapDistribution.Builder builder, LogLinearHistogram gaps, double weight, int... sorted) {
    double each = weight / gaps.total();
    gaps.forEach(
        (from, to, times) -> {
          int first = firstFrom(sorted, from);
          int last = firstFrom(sorted, to);
          double most = weight * (last - first + 1) / (sorted.length + 1);
          double likely = Math.min(times * each, most);
          if (first == last) {
            builder.addBin(LogLinearHistogram.bin(from), likely);
          }
          for (int i = first; i < last; i++) {
            addExact(builder, sorted[i], likely / (last - first));
          }
        });
  }

  private static int firstFrom(int[] sorted, long millis) {
    int i = 0;
    while (i < sorted.length && sorted[i] < millis) {
      i++;
    }
    return i;
  }

  private static void addExact(GapDistribution.Builder builder, int millis, double weight) {
    double gap = millis / 1e3;
    double spread = 0.002 + gap * 1e-4;
    builder.add(gap - spread, gap + spread, weight);
  }

  /** The latest gaps; those that agree to the millisecond, the others to a tenth. */
  private static void addRecent(GapDistribution.Builder builder, double weight, int... sorted) {
    double each = weight / sorted.length;
    int from = 0;
    int to = 0;
    for (int i = 0, j = 0; i < sorted.length; i++) {
      while (j < sorted.length && sorted[j] <= sorted[i] * 1.02 + 20) {
        j++;
      }
      if (j - i > to - from) {
        from = i;
        to = j;
      }
    }
    boolean agree = to - from >= 4 && to - from >= sorted.length * 0.4;
    for (int i = 0; i < sorted.length; i++) {
      if (agree && i >= from && i < to) {
        addExact(builder, sorted[i], each);
      } else {
        double gap = sorted[i] / 1e3;
        double spread = 0.001 + gap * KERNEL;
        builder.add(gap - spread, gap + spread, each);
      }
    }
  }

  private static Foresight.Window window(GapDistribution.Window window) {
    return new Foresight.Window(
        duration(window.keep()),
        duration(window.launchBefore()),
        duration(window.from()),
        duration(window.until()));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static Duration duration(double seconds) {
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }
}
