package io.scaler.adapter.platform;

import java.time.Duration;

/** The rules for settings. Each throws {@link IllegalArgumentException} naming the setting. */
final class Rule {
  private Rule() {}

  static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + ": must be above zero, is " + value);
    }
  }

  static void notNegative(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + ": must be zero or more, is " + value);
    }
  }

  static void between(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "%s: must be between %s and %s, is %s".formatted(name, least, most, value));
    }
  }

  static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s: must be at least %d, is %d".formatted(name, least, value));
    }
  }
}
