package io.scaler.demand;

import java.time.Duration;
import java.util.Arrays;

/**
 * How often a function was idle for how long, from the end of an execution that left none running
 * to the next request: counts by the minute over {@link #RANGE}, and one of those out of bounds.
 * Nothing is forgotten. At most 240 numbers, as the histogram of Shahrad et al., "Serverless in the
 * Wild", USENIX ATC 2020, section 4.2. Immutable.
 */
public final class IdleTimes {
  /** How many minutes are told apart. */
  public static final int MINUTES = 240;

  /** Idle times from here on are out of bounds. */
  public static final Duration RANGE = Duration.ofMinutes(MINUTES);

  public static final IdleTimes NONE = new IdleTimes(0, new int[0], 0);

  private final int firstMinute;
  private final int[] counts;
  private final int outOfBounds;

  private IdleTimes(int firstMinute, int[] counts, int outOfBounds) {
    this.firstMinute = firstMinute;
    this.counts = counts;
    this.outOfBounds = outOfBounds;
  }

  /**
   * Those that were taken apart by {@link #firstMinute}, {@link #counts} and {@link #outOfBounds}.
   *
   * @throws IllegalArgumentException if there are no such minutes, or a count is negative
   */
  public static IdleTimes of(int firstMinute, int[] counts, int outOfBounds) {
    if (firstMinute < 0 || firstMinute + counts.length > MINUTES) {
      throw new IllegalArgumentException(
          "minutes must lie between 0 and %d, are %d to %d"
              .formatted(MINUTES - 1, firstMinute, firstMinute + counts.length - 1));
    }
    if (outOfBounds < 0 || Arrays.stream(counts).anyMatch(count -> count < 0)) {
      throw new IllegalArgumentException(
          "counts must be 0 or more, are %s and %d out of bounds"
              .formatted(Arrays.toString(counts), outOfBounds));
    }
    return trimmed(firstMinute, counts, outOfBounds);
  }

  /** The minute that the first count is of; 0 if there is none. */
  public int firstMinute() {
    return firstMinute;
  }

  /**
   * How many lasted for each number of whole minutes, from the first that is not zero to the last.
   */
  public int[] counts() {
    return counts.clone();
  }

  /** How many lasted for {@link #RANGE} or longer. */
  public int outOfBounds() {
    return outOfBounds;
  }

  /** How many were shorter than {@link #RANGE}. */
  public long withinBounds() {
    return Arrays.stream(counts).asLongStream().sum();
  }

  /** All that were seen. */
  public long total() {
    return withinBounds() + outOfBounds;
  }

  /**
   * The minute within which this share of those within bounds has ended: 0 is the first, and the
   * answer if there are none.
   *
   * @param share 0 to 1
   * @throws IllegalArgumentException if the share is out of range
   */
  public int quantile(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share must be between 0 and 1, is " + share);
    }
    double wanted = share * withinBounds();
    long passed = 0;
    for (int i = 0; i < counts.length; i++) {
      passed += counts[i];
      if (passed > 0 && passed >= wanted) {
        return firstMinute + i;
      }
    }
    return 0;
  }

  /**
   * The standard deviation of all {@value #MINUTES} counts over their mean: 0 if all are alike,
   * 15.5 if all idle times fall into one minute; 0 if there are none within bounds.
   */
  public double variation() {
    if (counts.length == 0) {
      return 0;
    }
    double mean = withinBounds() / (double) MINUTES;
    double squares = (MINUTES - counts.length) * mean * mean;
    for (int count : counts) {
      squares += (count - mean) * (count - mean);
    }
    return Math.sqrt(squares / MINUTES) / mean;
  }

  /** Both together. A count that would exceed an int stays as high as that. */
  public IdleTimes plus(IdleTimes other) {
    if (equals(NONE) || other.equals(NONE)) {
      return equals(NONE) ? other : this;
    }
    Builder both = new Builder();
    both.add(this);
    both.add(other);
    return both.build();
  }

  private static IdleTimes trimmed(int firstMinute, int[] counts, int outOfBounds) {
    int from = 0;
    int to = counts.length;
    while (from < to && counts[from] == 0) {
      from++;
    }
    while (from < to && counts[to - 1] == 0) {
      to--;
    }
    if (from == to) {
      return outOfBounds == 0 ? NONE : new IdleTimes(0, new int[0], outOfBounds);
    }
    return new IdleTimes(firstMinute + from, Arrays.copyOfRange(counts, from, to), outOfBounds);
  }

  private static int sum(int one, int other) {
    return (int) Math.min(Integer.MAX_VALUE, (long) one + other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IdleTimes that
        && firstMinute == that.firstMinute
        && outOfBounds == that.outOfBounds
        && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * firstMinute + outOfBounds) + Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return "%s a minute from %d min, %d out of bounds"
        .formatted(Arrays.toString(counts), firstMinute, outOfBounds);
  }

  /** Counts idle times one by one. Not for several threads. */
  static final class Builder {
    private int firstMinute;
    private int[] counts = new int[0];
    private int outOfBounds;

    /** A negative one, the clock having been set, counts as zero. */
    void add(Duration idle) {
      if (idle.compareTo(RANGE) >= 0) {
        outOfBounds = sum(outOfBounds, 1);
      } else {
        add((int) Math.max(0, idle.toMinutes()), 1);
      }
    }

    void add(IdleTimes other) {
      outOfBounds = sum(outOfBounds, other.outOfBounds);
      if (other.counts.length > 0) {
        cover(other.firstMinute);
        cover(other.firstMinute + other.counts.length - 1);
      }
      for (int i = 0; i < other.counts.length; i++) {
        add(other.firstMinute + i, other.counts[i]);
      }
    }

    IdleTimes build() {
      return trimmed(firstMinute, counts, outOfBounds);
    }

    private void add(int minute, int times) {
      cover(minute);
      counts[minute - firstMinute] = sum(counts[minute - firstMinute], times);
    }

    private void cover(int minute) {
      if (counts.length == 0) {
        firstMinute = minute;
        counts = new int[1];
      } else if (minute < firstMinute) {
        int[] grown = new int[counts.length + firstMinute - minute];
        System.arraycopy(counts, 0, grown, firstMinute - minute, counts.length);
        firstMinute = minute;
        counts = grown;
      } else if (minute >= firstMinute + counts.length) {
        counts = Arrays.copyOf(counts, minute - firstMinute + 1);
      }
    }
  }
}
