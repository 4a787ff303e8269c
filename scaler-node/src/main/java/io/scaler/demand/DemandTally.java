package io.scaler.demand;

import io.scaler.model.LevelGap;
import io.scaler.model.Levels;
import io.scaler.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a node sees of one function, until a batch is made of it. Cheap: most calls change a
 * number in place. Not for several threads.
 */
public final class DemandTally {
  private final LogLinearHistogram.Builder gaps = new LogLinearHistogram.Builder();
  private final LogLinearHistogram.Builder executions = new LogLinearHistogram.Builder();
  private final LogLinearHistogram.Builder coldStarts = new LogLinearHistogram.Builder();
  private final List<LevelDemand.Builder> levels = new ArrayList<>(1);
  private final IdleTimes.Builder idleTimes = new IdleTimes.Builder();
  private Usage usage = Usage.NONE;
  private RecentArrivals bySecond = RecentArrivals.NONE;
  private long arrivals;
  private @Nullable Instant firstArrival;
  private @Nullable Instant lastArrival;
  private @Nullable Instant second;
  private int inSecond;

  /**
   * The pool's owner took up a request. An instant before the last one, the clock having been set,
   * counts as it.
   */
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

  /** The pool's owner saw a level of concurrency being reached again. */
  public void reached(LevelGap level) {
    LevelDemand.Builder builder = ofBand(Levels.band(level.level()));
    builder.gaps.add(level.gap());
    builder.recent.add(level.gap());
    if (level.level() == 1) {
      idleTimes.add(level.gap());
    }
  }

  /** The pool's owner saw concurrency fall below a level after so long. */
  public void left(LevelGap level) {
    ofBand(Levels.band(level.level())).stayed(level.gap());
  }

  /** The pool's owner saw this much used. */
  public void used(Usage more) {
    usage = usage.plus(more);
  }

  /** Takes a batch back that could not be handed on. */
  public void add(DemandBatch batch) {
    LogLinearHistogram between =
        DemandBatch.withGap(LogLinearHistogram.EMPTY, batch.lastArrival(), firstArrival);
    gaps.add(batch.gaps());
    gaps.add(between);
    executions.add(batch.executions());
    coldStarts.add(batch.coldStarts());
    for (int band = 0; band < batch.levels().size(); band++) {
      ofBand(band).add(batch.levels().get(band));
    }
    idleTimes.add(batch.idleTimes());
    usage = usage.plus(batch.usage());
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
        coldStarts.build(),
        levels.stream().map(LevelDemand.Builder::build).toList(),
        idleTimes.build(),
        usage);
  }

  private LevelDemand.Builder ofBand(int band) {
    while (levels.size() <= band) {
      levels.add(new LevelDemand.Builder());
    }
    return levels.get(band);
  }

  private void closeSecond() {
    if (second != null && inSecond > 0) {
      bySecond = bySecond.plus(RecentArrivals.at(second, inSecond));
      inSecond = 0;
    }
  }
}
