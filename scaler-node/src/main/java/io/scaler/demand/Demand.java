package io.scaler.demand;

import io.scaler.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of how much a function is asked for, by all nodes together. What is older
 * counts less. However long the function has been known, it is sent and copied as less than 4 KB
 * where the function reaches four levels after gaps of anything between a millisecond and an hour,
 * and as 16 KB at most; in memory it takes up to three times as much.
 *
 * <p>Clocks of nodes may differ by a second. Whatever lies between two instants is measured where
 * the function's pool is owned, by one clock. Where the pool comes to another owner, one gap of
 * each level and between arrivals is wrong by the difference, and the arrivals of a second may
 * count to the one beside it, so the peak may be that of two seconds until it has faded. Batches of
 * other nodes bring no instant but that of {@code asOf}: all may have decayed by a second too much.
 *
 * @param firstSeen when anything was first seen
 * @param asOf up to when it has decayed: when the latest batch was taken
 * @param lastArrival by the clock of the pool's owner at the time; null if no request arrived so
 *     far
 * @param arrivals requests that pools took up, ever
 * @param recentArrivals requests, each counting half after {@link #RATE_HALF_LIFE}
 * @param peakConcurrency the most requests that were likely to run at a time, in requests: the most
 *     that arrived within the mean execution time, or within a second if that is shorter; halves in
 *     {@link #RATE_HALF_LIFE} while it is not reached again
 * @param bySecond the latest arrivals, second by second
 * @param gaps times between arrivals, through whichever nodes
 * @param executions how long requests ran
 * @param coldStarts how long instances took to start, from the platform being asked for a slot to
 *     the application running
 * @param levels how concurrency came back to its levels, by the band of {@link
 *     io.scaler.model.Levels}, as far as any was reached
 * @param idleTimes how long no request ran or waited until the next came; nothing of them is
 *     forgotten
 * @param usage what the function's instances cost and were used for, the older counting less
 */
public record Demand(
    Instant firstSeen,
    Instant asOf,
    @Nullable Instant lastArrival,
    long arrivals,
    double recentArrivals,
    double peakConcurrency,
    RecentArrivals bySecond,
    LogLinearHistogram gaps,
    LogLinearHistogram executions,
    LogLinearHistogram coldStarts,
    List<LevelDemand> levels,
    IdleTimes idleTimes,
    Usage usage) {

  /** Of what makes the rate and the peak. */
  public static final Duration RATE_HALF_LIFE = Duration.ofMinutes(10);

  /** Of what makes the histograms. */
  public static final Duration HISTOGRAM_HALF_LIFE = Duration.ofHours(12);

  /** A function that was just seen first is taken to have been watched for this long. */
  private static final Duration LEAST_WATCHED = Duration.ofMinutes(1);

  public Demand {
    levels = List.copyOf(levels);
  }

  /** What is known after a function's first batch. */
  public static Demand of(DemandBatch batch) {
    Instant first = batch.firstArrival();
    return new Demand(
            first == null ? batch.until() : first,
            batch.until(),
            null,
            0,
            0,
            0,
            RecentArrivals.NONE,
            LogLinearHistogram.EMPTY,
            LogLinearHistogram.EMPTY,
            LogLinearHistogram.EMPTY,
            List.of(),
            IdleTimes.NONE,
            Usage.NONE)
        .merge(batch);
  }

  /**
   * What is known after one more batch, of whichever node. Batches may come late and in any order;
   * one that comes twice counts twice.
   */
  public Demand merge(DemandBatch batch) {
    Instant now = DemandBatch.later(asOf, batch.until());
    Duration passed = Duration.between(asOf, now);
    double fresh = share(passed, RATE_HALF_LIFE);
    double recent = recentArrivals * fresh + batch.arrivals();
    double remembered = share(passed, HISTOGRAM_HALF_LIFE);
    RecentArrivals latest = bySecond.plus(batch.bySecond());
    LogLinearHistogram ran = executions.decayed(remembered).plus(batch.executions());
    Instant first = batch.firstArrival();
    return new Demand(
        first != null && first.isBefore(firstSeen) ? first : firstSeen,
        now,
        DemandBatch.latest(lastArrival, batch.lastArrival()),
        arrivals + batch.arrivals(),
        recent,
        Math.max(peakConcurrency * fresh, atATime(latest, recent, ran.mean())),
        latest,
        DemandBatch.withGap(gaps.decayed(remembered).plus(batch.gaps()), lastArrival, first),
        ran,
        coldStarts.decayed(remembered).plus(batch.coldStarts()),
        DemandBatch.withLevels(decayed(levels, remembered), batch.levels()),
        idleTimes.plus(batch.idleTimes()),
        usage.times(remembered).plus(batch.usage()));
  }

  /**
   * Requests per second, the latest counting most.
   *
   * <p>The decayed count over the decayed time in which it was counted, so that a young function's
   * rate is not taken for a low one.
   */
  public double ratePerSecond(Instant now) {
    double sinceAsOf = share(Duration.between(asOf, DemandBatch.later(asOf, now)), RATE_HALF_LIFE);
    Duration known = Duration.between(firstSeen, DemandBatch.later(firstSeen, now));
    Duration watched = known.compareTo(LEAST_WATCHED) < 0 ? LEAST_WATCHED : known;
    double seconds = seconds(RATE_HALF_LIFE) / Math.log(2) * (1 - share(watched, RATE_HALF_LIFE));
    return recentArrivals * sinceAsOf / seconds;
  }

  /** Beyond the seconds that are known, they are taken to have come as in the last of them. */
  private static double atATime(RecentArrivals arrivals, double recent, Duration execution) {
    double running = Math.max(1, seconds(execution));
    double most = arrivals.most((int) Math.min(RecentArrivals.SECONDS, Math.ceil(running)));
    return Math.max(most, Math.min(recent, most * running / RecentArrivals.SECONDS));
  }

  private static List<LevelDemand> decayed(List<LevelDemand> levels, double factor) {
    List<LevelDemand> left = new ArrayList<>(levels.size());
    for (int band = 0; band < levels.size(); band++) {
      left.add(levels.get(band).decayed(factor));
    }
    return left;
  }

  /** What is left of one after this long. */
  private static double share(Duration passed, Duration halfLife) {
    return Math.pow(0.5, seconds(passed) / seconds(halfLife));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
