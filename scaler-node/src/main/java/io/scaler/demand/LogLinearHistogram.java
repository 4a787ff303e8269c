package io.scaler.demand;

import java.time.Duration;
import java.util.Arrays;

/**
 * How often each length of time was seen, as weights over bins that grow with the length: eight
 * bins for each doubling, from 1 ms to {@link #LONGEST}. Immutable.
 *
 * <p>Lengths are cut to whole milliseconds, and those beyond the longest count as the longest. What
 * is read back ({@link #mean}, {@link #quantile}) differs from what was put in by at most {@link
 * #ACCURACY} of it, and not at all below 16 ms.
 */
public final class LogLinearHistogram {
  private static final int BITS = 3;
  private static final int PER_DOUBLING = 1 << BITS;
  private static final long LONGEST_MILLIS = (1L << 31) - 1;

  /** How many bins there are. */
  public static final int BINS = bin(LONGEST_MILLIS) + 1;

  /** The largest relative error: half of the widest bin's share of its lower bound. */
  public static final double ACCURACY = 1.0 / (2 * PER_DOUBLING);

  /** Nearly 25 days. */
  public static final Duration LONGEST = Duration.ofMillis(LONGEST_MILLIS);

  public static final LogLinearHistogram EMPTY = new LogLinearHistogram(0, new double[0]);

  /** Bins at either end that have decayed below this are dropped, so that old extremes fade. */
  private static final double FORGOTTEN_BELOW = 1e-3;

  private final int firstBin;
  private final double[] weights;
  private final double total;

  private LogLinearHistogram(int firstBin, double[] weights) {
    this(firstBin, weights, sum(weights));
  }

  private LogLinearHistogram(int firstBin, double[] weights, double total) {
    this.firstBin = firstBin;
    this.weights = weights;
    this.total = total;
  }

  private static double sum(double... weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    return sum;
  }

  /**
   * One that was taken apart by {@link #firstBin} and {@link #weights}.
   *
   * @throws IllegalArgumentException if there are no such bins, or a weight is negative or no
   *     number
   */
  public static LogLinearHistogram of(int firstBin, double... weights) {
    if (firstBin < 0 || firstBin + weights.length > BINS) {
      throw new IllegalArgumentException(
          "bins must lie between 0 and %d, are %d to %d"
              .formatted(BINS - 1, firstBin, firstBin + weights.length - 1));
    }
    for (double weight : weights) {
      if (!(weight >= 0) || Double.isInfinite(weight)) {
        throw new IllegalArgumentException("a weight must be 0 or more, is " + weight);
      }
    }
    return trimmed(firstBin, weights, 1, Double.MIN_VALUE);
  }

  /** The index of the first bin that has a weight; 0 if none has. */
  public int firstBin() {
    return firstBin;
  }

  /** The weights from the first bin on, up to the last that is not zero. */
  public double[] weights() {
    return weights.clone();
  }

  /** How many lengths were seen, older ones counting less. */
  public double total() {
    return total;
  }

  public boolean isEmpty() {
    return weights.length == 0;
  }

  /** Shows every bin that has a weight, the shortest lengths first. */
  public void forEach(BinReader reader) {
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        reader.read(lowest(firstBin + i), lowest(firstBin + i + 1), weights[i]);
      }
    }
  }

  /** Reads bins. */
  @FunctionalInterface
  public interface BinReader {
    /**
     * @param from the shortest length that falls into the bin, in ms
     * @param to the shortest that does not any more
     */
    void read(long from, long to, double weight);
  }

  /** The weighted mean; zero if empty. */
  public Duration mean() {
    if (isEmpty()) {
      return Duration.ZERO;
    }
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * middle(firstBin + i);
    }
    return ofMillis(sum / total);
  }

  /**
   * The shortest length that at least this share is not longer than; zero if empty.
   *
   * @param share 0 to 1
   * @throws IllegalArgumentException if the share is out of range
   */
  public Duration quantile(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share must be between 0 and 1, is " + share);
    }
    if (isEmpty()) {
      return Duration.ZERO;
    }
    double left = share * total;
    int i = 0;
    while (i < weights.length - 1 && (left > weights[i] || weights[i] == 0)) {
      left -= weights[i];
      i++;
    }
    return ofMillis(middle(firstBin + i));
  }

  /** Both together. */
  public LogLinearHistogram plus(LogLinearHistogram other) {
    if (isEmpty() || other.isEmpty()) {
      return isEmpty() ? other : this;
    }
    int first = Math.min(firstBin, other.firstBin);
    int end = Math.max(firstBin + weights.length, other.firstBin + other.weights.length);
    double[] sums = new double[end - first];
    System.arraycopy(weights, 0, sums, firstBin - first, weights.length);
    for (int i = 0; i < other.weights.length; i++) {
      sums[other.firstBin - first + i] += other.weights[i];
    }
    return new LogLinearHistogram(first, sums);
  }

  /** This and one more. */
  public LogLinearHistogram plus(Duration length) {
    return plus(new LogLinearHistogram(bin(millis(length)), new double[] {1}));
  }

  /**
   * The same with every weight multiplied: what was seen so far counts less than what comes.
   *
   * @param factor 0 to 1
   */
  public LogLinearHistogram decayed(double factor) {
    if (factor == 1 || isEmpty()) {
      return this;
    }
    return trimmed(firstBin, weights, factor, FORGOTTEN_BELOW);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogLinearHistogram that
        && firstBin == that.firstBin
        && Arrays.equals(weights, that.weights);
  }

  @Override
  public int hashCode() {
    return 31 * firstBin + Arrays.hashCode(weights);
  }

  @Override
  public String toString() {
    return isEmpty()
        ? "nothing seen"
        : "%.1f seen, mean %s, half within %s, 99%% within %s"
            .formatted(total, mean(), quantile(0.5), quantile(0.99));
  }

  /** The weights times the factor, without those at either end that are less than the least. */
  private static LogLinearHistogram trimmed(
      int firstBin, double[] weights, double factor, double least) {
    int from = 0;
    int to = weights.length;
    while (from < to && weights[from] * factor < least) {
      from++;
    }
    while (from < to && weights[to - 1] * factor < least) {
      to--;
    }
    if (from == to) {
      return EMPTY;
    }
    double[] kept = new double[to - from];
    double total = 0;
    for (int i = 0; i < kept.length; i++) {
      double weight = weights[from + i] * factor;
      kept[i] = weight;
      total += weight;
    }
    return new LogLinearHistogram(firstBin + from, kept, total);
  }

  private static long millis(Duration length) {
    if (length.isNegative()) {
      return 0;
    }
    return length.compareTo(LONGEST) >= 0 ? LONGEST_MILLIS : length.toMillis();
  }

  private static Duration ofMillis(double millis) {
    return Duration.ofNanos(Math.round(millis * 1e6));
  }

  /**
   * The bin that a length falls into, from 0: its number is the exponent and the next three bits.
   *
   * @param millis 0 to {@link #LONGEST}
   */
  public static int bin(long millis) {
    if (millis < PER_DOUBLING) {
      return (int) millis;
    }
    int shift = 63 - Long.numberOfLeadingZeros(millis) - BITS;
    return (shift << BITS) + (int) (millis >> shift);
  }

  private static double middle(int bin) {
    if (bin < 2 * PER_DOUBLING) {
      return bin;
    }
    return (lowest(bin) + lowest(bin + 1) - 1) / 2.0;
  }

  /**
   * The shortest length that falls into a bin, in ms.
   *
   * @param bin 0 to {@link #BINS}, where the last one ends
   */
  public static long lowest(int bin) {
    if (bin < 2 * PER_DOUBLING) {
      return bin;
    }
    int shift = (bin >> BITS) - 1;
    return (long) (bin - (shift << BITS)) << shift;
  }

  /** Counts lengths one by one, then makes a histogram of them. Not for several threads. */
  static final class Builder {
    private static final int SPARE = 4;

    private int firstBin;
    private double[] weights = new double[0];

    void add(Duration length) {
      add(bin(millis(length)), 1);
    }

    void add(LogLinearHistogram other) {
      for (int i = 0; i < other.weights.length; i++) {
        add(other.firstBin + i, other.weights[i]);
      }
    }

    LogLinearHistogram build() {
      return trimmed(firstBin, weights, 1, Double.MIN_VALUE);
    }

    private void add(int bin, double weight) {
      if (bin < firstBin || bin >= firstBin + weights.length) {
        grow(bin);
      }
      weights[bin - firstBin] += weight;
    }

    private void grow(int bin) {
      boolean first = weights.length == 0;
      int from = Math.max(0, (first ? bin : Math.min(firstBin, bin)) - SPARE);
      int to =
          Math.min(BINS, (first ? bin : Math.max(firstBin + weights.length - 1, bin)) + SPARE + 1);
      double[] grown = new double[to - from];
      if (!first) {
        System.arraycopy(weights, 0, grown, firstBin - from, weights.length);
      }
      firstBin = from;
      weights = grown;
    }
  }
}
