package io.scaler.simulation;

import java.util.Arrays;

/** Numbers, the last put in taken out first. */
final class LongStack {
  private long[] values = new long[8];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  void push(long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  long pop() {
    return values[--size];
  }
}
