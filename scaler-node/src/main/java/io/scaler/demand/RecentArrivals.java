package io.scaler.demand;

import java.time.Instant;
import java.util.Arrays;

/**
 * How many requests arrived in each second of the clock, for the {@value #SECONDS} seconds up to
 * the last arrival. Those that several owners counted add up second by second. Immutable.
 */
public final class RecentArrivals {
  /** How far back it reaches. */
  public static final int SECONDS = 60;

  public static final RecentArrivals NONE = new RecentArrivals(0, new int[0]);

  private final long firstSecond;
  private final int[] counts;

  private RecentArrivals(long firstSecond, int[] counts) {
    this.firstSecond = firstSecond;
    this.counts = counts;
  }

  /**
   * One that was taken apart by {@link #firstSecond} and {@link #counts}.
   *
   * @throws IllegalArgumentException for a negative count or more seconds than it may hold
   */
  public static RecentArrivals of(long firstSecond, int... counts) {
    if (counts.length > SECONDS) {
      throw new IllegalArgumentException(
          "must be at most %d seconds, are %d".formatted(SECONDS, counts.length));
    }
    if (Arrays.stream(counts).anyMatch(count -> count < 0)) {
      throw new IllegalArgumentException(
          "counts must be 0 or more, are " + Arrays.toString(counts));
    }
    return fromFirstArrival(firstSecond, counts);
  }

  static RecentArrivals at(Instant second, int count) {
    return new RecentArrivals(second.getEpochSecond(), new int[] {count});
  }

  /** The second since the epoch that the first count is of. */
  public long firstSecond() {
    return firstSecond;
  }

  /** The count of each second from the first on. */
  public int[] counts() {
    return counts.clone();
  }

  RecentArrivals plus(RecentArrivals other) {
    if (counts.length == 0 || other.counts.length == 0) {
      return counts.length == 0 ? other : this;
    }
    long end = Math.max(end(), other.end());
    long from = Math.max(Math.min(firstSecond, other.firstSecond), end - SECONDS);
    int[] sums = new int[(int) (end - from)];
    addTo(sums, from);
    other.addTo(sums, from);
    return fromFirstArrival(from, sums);
  }

  /**
   * The most that arrived within this many seconds of the clock in a row.
   *
   * @param seconds at least 1
   */
  long most(int seconds) {
    long most = 0;
    long sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i] - (i < seconds ? 0 : counts[i - seconds]);
      most = Math.max(most, sum);
    }
    return most;
  }

  private static RecentArrivals fromFirstArrival(long firstSecond, int[] counts) {
    int from = 0;
    while (from < counts.length && counts[from] == 0) {
      from++;
    }
    return from == counts.length
        ? NONE
        : new RecentArrivals(firstSecond + from, Arrays.copyOfRange(counts, from, counts.length));
  }

  private long end() {
    return firstSecond + counts.length;
  }

  private void addTo(int[] sums, long from) {
    for (int i = (int) Math.min(counts.length, Math.max(0, from - firstSecond));
        i < counts.length;
        i++) {
      sums[(int) (firstSecond + i - from)] += counts[i];
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecentArrivals that
        && firstSecond == that.firstSecond
        && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(firstSecond) + Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return Arrays.toString(counts) + " a second from " + Instant.ofEpochSecond(firstSecond);
  }
}
