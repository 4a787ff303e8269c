package io.scaler.model;

import java.time.Duration;

/** The rules for what callers send. Each throws {@link Reason#INVALID_FIELD} naming the field. */
public final class Check {
  /** The longest key or id, in characters. */
  public static final int LONGEST_ID = 256;

  private Check() {}

  /** Returns {@code value} if it has 1 to {@value #LONGEST_ID} characters. */
  public static String id(String field, String value) {
    if (value.isEmpty() || value.length() > LONGEST_ID) {
      throw ScalerException.invalid(
          field, "must have 1 to " + LONGEST_ID + " characters, has " + value.length());
    }
    return value;
  }

  /** Returns {@code value} if it has at most {@code longest} characters. */
  public static String text(String field, String value, int longest) {
    if (value.length() > longest) {
      throw ScalerException.invalid(
          field, "must have at most " + longest + " characters, has " + value.length());
    }
    return value;
  }

  /** Returns {@code value} if it lies between the bounds, both included. */
  public static long between(String field, long value, long least, long most) {
    if (value < least || value > most) {
      throw ScalerException.invalid(
          field, "must be between " + least + " and " + most + ", is " + value);
    }
    return value;
  }

  /** Returns {@code value} if it is above zero and at most {@code most}. */
  public static Duration positive(String field, Duration value, Duration most) {
    if (value.isNegative() || value.isZero() || value.compareTo(most) > 0) {
      throw ScalerException.invalid(
          field, "must be above zero and at most " + most + ", is " + value);
    }
    return value;
  }
}
