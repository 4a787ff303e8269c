package io.scaler.model;

import java.time.Duration;
import java.util.Locale;

/** Lengths of time as people read them. */
public final class Spans {
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long FOREVER = 3_600 * DAY;

  private Spans() {}

  /** To two or three digits, in the unit that suits it. Clocks differ: what is negative is zero. */
  public static String inWords(Duration span) {
    long millis = Math.max(0, span.toSeconds() >= FOREVER / 1_000 ? FOREVER : span.toMillis());
    if (millis >= FOREVER) {
      return "for ever";
    } else if (millis >= 2 * DAY) {
      return String.format(Locale.ROOT, "%.1f d", (double) millis / DAY);
    } else if (millis >= 2 * HOUR) {
      return String.format(Locale.ROOT, "%.1f h", (double) millis / HOUR);
    } else if (millis >= 2 * MINUTE) {
      return String.format(Locale.ROOT, "%.1f min", (double) millis / MINUTE);
    } else if (millis >= MILLIS_PER_SECOND) {
      return String.format(Locale.ROOT, "%.1f s", millis / MILLIS_PER_SECOND);
    }
    return millis + " ms";
  }
}
