package io.scaler.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory.
 *
 * @param bytes zero or more
 */
public record Size(long bytes) {
  private static final String UNITS = "KMGT";
  private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\s*([KMGT]?)B");

  /**
   * @throws IllegalArgumentException for a negative amount
   */
  public Size {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size below zero: " + bytes);
    }
  }

  /**
   * Reads e.g. {@code 512MB}; by 1024.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Size parse(String text) {
    Matcher form = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (text.strip().equals("0")) {
      return new Size(0);
    }
    if (!form.matches()) {
      throw new IllegalArgumentException("not a size: " + text);
    }
    long size = Long.parseLong(form.group(1));
    for (int unit = UNITS.indexOf(form.group(2)); !form.group(2).isEmpty() && unit >= 0; unit--) {
      if (size > Long.MAX_VALUE / 1024) {
        throw new IllegalArgumentException("too large a size: " + text);
      }
      size *= 1024;
    }
    return new Size(size);
  }

  /** Whole MB, rounded down. */
  public long megabytes() {
    return bytes >> 20;
  }

  /** As {@link #parse} reads it, in the largest unit that leaves a whole number. */
  @Override
  public String toString() {
    if (bytes == 0) {
      return "0";
    }
    long size = bytes;
    int unit = 0;
    while (unit < UNITS.length() && size % 1024 == 0) {
      size /= 1024;
      unit++;
    }
    return size + (unit == 0 ? "" : UNITS.substring(unit - 1, unit)) + "B";
  }
}
