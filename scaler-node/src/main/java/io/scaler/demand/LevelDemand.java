package io.scaler.demand;

import java.time.Duration;

/**
 * How a function's concurrency came back to the levels of one band after it had fallen below them.
 *
 * @param gaps how long that took, the older ones counting less
 * @param recent the latest of them
 * @param stays how often it fell below them, the older times counting less
 * @param stayedSeconds how long it had been there, in all, likewise
 */
public record LevelDemand(
    LogLinearHistogram gaps, RecentGaps recent, double stays, double stayedSeconds) {
  public static final LevelDemand NONE =
      new LevelDemand(LogLinearHistogram.EMPTY, RecentGaps.NONE, 0, 0);

  /** Both together, the other being the later one. */
  LevelDemand plus(LevelDemand later) {
    return new LevelDemand(
        gaps.plus(later.gaps),
        recent.plus(later.recent),
        stays + later.stays,
        stayedSeconds + later.stayedSeconds);
  }

  LevelDemand decayed(double factor) {
    return new LevelDemand(gaps.decayed(factor), recent, stays * factor, stayedSeconds * factor);
  }

  /** Counts gaps one by one. Not for several threads. */
  static final class Builder {
    final LogLinearHistogram.Builder gaps = new LogLinearHistogram.Builder();
    final RecentGaps.Builder recent = new RecentGaps.Builder();
    private double stays;
    private double stayedSeconds;

    void stayed(Duration length) {
      stays++;
      stayedSeconds += length.toNanos() / 1e9;
    }

    /** Takes a batch back that comes before what was counted since. */
    void add(LevelDemand batch) {
      gaps.add(batch.gaps);
      recent.addEarlier(batch.recent);
      stays += batch.stays;
      stayedSeconds += batch.stayedSeconds;
    }

    LevelDemand build() {
      return new LevelDemand(gaps.build(), recent.build(), stays, stayedSeconds);
    }
  }
}
