package io.scaler.model;

import java.time.Duration;
import java.util.Locale;

/** Lengths of time as people read them. */
public final class Spans {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long FOREVER = 3_600 * DAY;

  private Spans() {}

  /** To two or three digits, in the unit that suits it. Clocks differ: what is negative is zero. */
  public static String inWords(Duration span) {
    long millis = Math.max(0, span.toSeconds() >= FOREVER / SECOND ? FOREVER : span.toMillis());
    if (millis >= FOREVER) {
      return "for ever";
    } else if (millis >= 2 * DAY) {
      return String.format(Locale.ROOT, "%.1f d", (double) millis / DAY);
    } else if (millis >= 2 * HOUR) {
      return String.format(Locale.ROOT, "%.1f h", (double) millis / HOUR);
    } else if (millis >= 2 * MINUTE) {
      return String.format(Locale.ROOT, "%.1f min", (double) millis / MINUTE);
    } else if (millis >= SECOND) {
      return String.format(Locale.ROOT, "%.1f s", (double) millis / SECOND);
    }
    return millis + " ms";
  }

  /** As {@link #inWords}, but what is whole in a unit has no fraction: 10 min, 1 min, 90 s. */
  public static String chosen(Duration span) {
    long millis = span.toSeconds() >= FOREVER / SECOND ? FOREVER : span.toMillis();
    if (millis <= 0 || millis >= FOREVER) {
      return inWords(span);
    } else if (millis % DAY == 0) {
      return millis / DAY + " d";
    } else if (millis % HOUR == 0 && millis < 2 * DAY) {
      return millis / HOUR + " h";
    } else if (millis % MINUTE == 0 && millis < 2 * HOUR) {
      return millis / MINUTE + " min";
    } else if (millis % SECOND == 0 && millis < 2 * MINUTE) {
      return millis / SECOND + " s";
    }
    return inWords(span);
  }
}
