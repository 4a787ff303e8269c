package io.scaler.demand;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a node sees of one function, until a batch is made of it. Cheap: most calls change a
 * number in place. Not for several threads.
 */
public final class DemandTally {
  private final LogLinearHistogram.Builder gaps = new LogLinearHistogram.Builder();
  private final LogLinearHistogram.Builder executions = new LogLinearHistogram.Builder();
  private final LogLinearHistogram.Builder coldStarts = new LogLinearHistogram.Builder();
  private RecentArrivals bySecond = RecentArrivals.NONE;
  private long arrivals;
  private @Nullable Instant firstArrival;
  private @Nullable Instant lastArrival;
  private @Nullable Instant second;
  private int inSecond;

  /** A request arrived. An instant before the last one, the clock having been set, counts as it. */
  public void arrived(Instant now) {
    Instant last = lastArrival;
    Instant at = last == null ? now : DemandBatch.later(last, now);
    if (last == null) {
      firstArrival = at;
    } else {
      gaps.add(Duration.between(last, at));
    }
    if (second != null && second.getEpochSecond() != at.getEpochSecond()) {
      closeSecond();
    }
    second = at;
    inSecond++;
    lastArrival = at;
    arrivals++;
  }

  /** A request ran this long. */
  public void executed(Duration took) {
    executions.add(took);
  }

  /** An instance took this long to start. */
  public void launched(Duration took) {
    coldStarts.add(took);
  }

  /** Takes a batch back that could not be handed on. */
  public void add(DemandBatch batch) {
    LogLinearHistogram between =
        DemandBatch.withGap(LogLinearHistogram.EMPTY, batch.lastArrival(), firstArrival);
    gaps.add(batch.gaps());
    gaps.add(between);
    executions.add(batch.executions());
    coldStarts.add(batch.coldStarts());
    bySecond = bySecond.plus(batch.bySecond());
    arrivals += batch.arrivals();
    firstArrival = DemandBatch.earliest(firstArrival, batch.firstArrival());
    lastArrival = DemandBatch.latest(lastArrival, batch.lastArrival());
  }

  /** All that was counted. */
  public DemandBatch batch(Instant now) {
    closeSecond();
    return new DemandBatch(
        now,
        arrivals,
        firstArrival,
        lastArrival,
        bySecond,
        gaps.build(),
        executions.build(),
        coldStarts.build());
  }

  private void closeSecond() {
    if (second != null && inSecond > 0) {
      bySecond = bySecond.plus(RecentArrivals.at(second, inSecond));
      inSecond = 0;
    }
  }
}
