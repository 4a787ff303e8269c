package io.scaler.demand;

import java.time.Duration;
import java.util.Arrays;

/**
 * The latest few gaps, each to the millisecond: what shows a period that is sharper than a
 * histogram's bins. Immutable.
 */
public final class RecentGaps {
  /** As many are kept. */
  public static final int MOST = 24;

  public static final RecentGaps NONE = new RecentGaps(new int[0]);

  private final int[] millis;

  private RecentGaps(int[] millis) {
    this.millis = millis;
  }

  /**
   * One that was taken apart by {@link #millis}.
   *
   * @throws IllegalArgumentException for a negative gap or more than may be kept
   */
  public static RecentGaps of(int... millis) {
    if (millis.length > MOST || Arrays.stream(millis).anyMatch(each -> each < 0)) {
      throw new IllegalArgumentException(
          "must be at most %d gaps of 0 ms or more, are %s"
              .formatted(MOST, Arrays.toString(millis)));
    }
    return new RecentGaps(millis.clone());
  }

  /** The gaps in ms, the latest last; those beyond 24 days as 24 days. */
  public int[] millis() {
    return millis.clone();
  }

  /** These, then others. */
  public RecentGaps plus(RecentGaps later) {
    if (millis.length == 0 || later.millis.length == 0) {
      return millis.length == 0 ? later : this;
    }
    int[] both = Arrays.copyOf(millis, millis.length + later.millis.length);
    System.arraycopy(later.millis, 0, both, millis.length, later.millis.length);
    return new RecentGaps(Arrays.copyOfRange(both, Math.max(0, both.length - MOST), both.length));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecentGaps that && Arrays.equals(millis, that.millis);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(millis);
  }

  @Override
  public String toString() {
    return Arrays.toString(millis) + " ms";
  }

  /** Notes gaps one by one. Not for several threads. */
  static final class Builder {
    private int[] ring = new int[4];
    private int noted;

    void add(Duration gap) {
      long exact = gap.isNegative() ? 0 : gap.toMillis();
      add((int) Math.min(exact, Integer.MAX_VALUE));
    }

    /** Those were noted before all that this has noted. */
    void addEarlier(RecentGaps earlier) {
      RecentGaps all = earlier.plus(build());
      noted = 0;
      for (int each : all.millis) {
        add(each);
      }
    }

    RecentGaps build() {
      int kept = Math.min(noted, MOST);
      int[] latest = new int[kept];
      for (int i = 0; i < kept; i++) {
        latest[i] = ring[(noted - kept + i) % ring.length];
      }
      return new RecentGaps(latest);
    }

    private void add(int gap) {
      if (noted == ring.length && noted < MOST) {
        ring = Arrays.copyOf(ring, Math.min(MOST, 2 * noted));
      }
      ring[noted % ring.length] = gap;
      noted++;
    }
  }
}
