package io.scaler.demand;

/**
 * How a function's concurrency came back to the levels of one band after it had fallen below them.
 *
 * @param gaps how long that took, the older ones counting less
 * @param recent the latest of them
 */
public record LevelDemand(LogLinearHistogram gaps, RecentGaps recent) {
  public static final LevelDemand NONE = new LevelDemand(LogLinearHistogram.EMPTY, RecentGaps.NONE);

  /** Both together, the other being the later one. */
  LevelDemand plus(LevelDemand later) {
    return new LevelDemand(gaps.plus(later.gaps), recent.plus(later.recent));
  }

  LevelDemand decayed(double factor) {
    return new LevelDemand(gaps.decayed(factor), recent);
  }

  /** Counts gaps one by one. Not for several threads. */
  static final class Builder {
    final LogLinearHistogram.Builder gaps = new LogLinearHistogram.Builder();
    final RecentGaps.Builder recent = new RecentGaps.Builder();

    LevelDemand build() {
      return new LevelDemand(gaps.build(), recent.build());
    }
  }
}
