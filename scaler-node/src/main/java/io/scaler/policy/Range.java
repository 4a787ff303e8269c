package io.scaler.policy;

import java.time.Duration;

/** The rules for settings. Each throws an IllegalArgumentException naming the key and the rule. */
final class Range {
  private Range() {}

  static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s: must be %d or more, is %d".formatted(key, least, value));
    }
  }

  static void atLeast(String key, double value, double least) {
    if (!(value >= least) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s: must be %s or more, is %s".formatted(key, least, value));
    }
  }

  static void between(String key, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "%s: must be between %s and %s, is %s".formatted(key, least, most, value));
    }
  }

  static void between(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s: must be between %s and %s, is %s".formatted(key, least, most, value));
    }
  }
}
