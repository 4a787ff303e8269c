package io.scaler.demand;

import io.scaler.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one node saw of a function since its last batch.
 *
 * <p>Arrivals, levels, idle times and usage are seen by the owner of the function's pool alone: the
 * batches that have any are of one node, until the pool comes to another owner.
 *
 * @param until when it was taken, by the clock of its node
 * @param arrivals how many requests arrived
 * @param firstArrival of these, null if there were none
 * @param lastArrival of these, null if there were none
 * @param bySecond the latest of them, second by second
 * @param gaps the times between them
 * @param executions how long requests ran that were released through this node
 * @param coldStarts how long the instances took to start that this node launched
 * @param levels by the band of {@link io.scaler.model.Levels}, as far as any was reached
 * @param idleTimes how long no request ran or waited until the next came
 * @param usage what the function's instances cost and were used for
 */
public record DemandBatch(
    Instant until,
    long arrivals,
    @Nullable Instant firstArrival,
    @Nullable Instant lastArrival,
    RecentArrivals bySecond,
    LogLinearHistogram gaps,
    LogLinearHistogram executions,
    LogLinearHistogram coldStarts,
    List<LevelDemand> levels,
    IdleTimes idleTimes,
    Usage usage) {

  /**
   * @throws IllegalArgumentException if there are arrivals without their times
   */
  public DemandBatch {
    if (arrivals < 0 || (arrivals > 0) != (firstArrival != null && lastArrival != null)) {
      throw new IllegalArgumentException(
          "%d arrivals between %s and %s".formatted(arrivals, firstArrival, lastArrival));
    }
    levels = List.copyOf(levels);
  }

  /** Both together; of the latest gaps, the other's count as the later ones. */
  public DemandBatch merge(DemandBatch other) {
    return new DemandBatch(
        later(until, other.until),
        arrivals + other.arrivals,
        earliest(firstArrival, other.firstArrival),
        latest(lastArrival, other.lastArrival),
        bySecond.plus(other.bySecond),
        withGap(
            withGap(gaps.plus(other.gaps), lastArrival, other.firstArrival),
            other.lastArrival,
            firstArrival),
        executions.plus(other.executions),
        coldStarts.plus(other.coldStarts),
        withLevels(levels, other.levels),
        idleTimes.plus(other.idleTimes),
        usage.plus(other.usage));
  }

  /** Band by band. */
  static List<LevelDemand> withLevels(List<LevelDemand> levels, List<LevelDemand> later) {
    if (levels.isEmpty() || later.isEmpty()) {
      return levels.isEmpty() ? later : levels;
    }
    List<LevelDemand> both = new ArrayList<>(Math.max(levels.size(), later.size()));
    for (int band = 0; band < Math.max(levels.size(), later.size()); band++) {
      both.add(ofBand(levels, band).plus(ofBand(later, band)));
    }
    return both;
  }

  private static LevelDemand ofBand(List<LevelDemand> levels, int band) {
    return band < levels.size() ? levels.get(band) : LevelDemand.NONE;
  }

  /** The gaps and the one between these two, if the second is the later one. */
  static LogLinearHistogram withGap(
      LogLinearHistogram gaps, @Nullable Instant last, @Nullable Instant next) {
    return last != null && next != null && next.isAfter(last)
        ? gaps.plus(Duration.between(last, next))
        : gaps;
  }

  static @Nullable Instant earliest(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }

  static @Nullable Instant latest(@Nullable Instant one, @Nullable Instant other) {
    return one == null || other == null ? (one == null ? other : one) : later(one, other);
  }

  static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }
}
