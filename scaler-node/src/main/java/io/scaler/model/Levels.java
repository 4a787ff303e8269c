package io.scaler.model;

/**
 * The levels of concurrency. A function's concurrency is the number of its requests that run or
 * wait; it is at level k or above while at least k do.
 *
 * <p>What is known of levels is kept for each up to the fourth, and for bands of levels above it,
 * two for each doubling: 5 to 6, 7 to 8, 9 to 12, 13 to 16, 17 to 24, and so on.
 */
public final class Levels {
  private static final int SINGLE = 4;

  private Levels() {}

  /**
   * The band that a level lies in, from 0.
   *
   * @param level at least 1
   */
  public static int band(int level) {
    if (level <= SINGLE) {
      return level - 1;
    }
    int doublings = 31 - Integer.numberOfLeadingZeros(level - 1);
    boolean upperHalf = ((level - 1) & (1 << (doublings - 1))) != 0;
    return SINGLE + 2 * (doublings - 2) + (upperHalf ? 1 : 0);
  }

  /** The highest level of a band; 0 for the band below the first. */
  public static int highest(int band) {
    if (band < SINGLE) {
      return band + 1;
    }
    int doublings = (band - SINGLE) / 2 + 2;
    return (band - SINGLE) % 2 == 0 ? 3 << (doublings - 1) : 2 << doublings;
  }

  /** How many levels lie in a band. */
  public static int width(int band) {
    return band < SINGLE ? 1 : 1 << ((band - SINGLE) / 2 + 1);
  }
}
