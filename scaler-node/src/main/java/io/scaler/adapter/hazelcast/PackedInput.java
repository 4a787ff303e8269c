package io.scaler.adapter.hazelcast;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads what a {@link PackedOutput} has written, in the same order. */
final class PackedInput {
  private final byte[] bytes;
  private int position;
  private int end;

  PackedInput(byte[] bytes) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  long number() {
    long value = 0;
    int shift = 0;
    byte next;
    do {
      next = bytes[position++];
      value |= (next & 0x7FL) << shift;
      shift += 7;
    } while (next < 0);
    return (value >>> 1) ^ -(value & 1);
  }

  boolean truth() {
    return bytes[position++] != 0;
  }

  @Nullable String text() {
    int length = Math.toIntExact(number());
    if (length < 0) {
      return null;
    }
    String value = new String(bytes, position, length, StandardCharsets.UTF_8);
    position += length;
    return value;
  }

  int fixed() {
    int value =
        bytes[position] << 24
            | (bytes[position + 1] & 0xFF) << 16
            | (bytes[position + 2] & 0xFF) << 8
            | (bytes[position + 3] & 0xFF);
    position += Integer.BYTES;
    return value;
  }

  /** Enters a part. What is returned leaves it. */
  int enter() {
    int length = fixed();
    int around = end;
    end = position + length;
    return around;
  }

  /** Whether the part that was entered has more to read. */
  boolean hasMore() {
    return position < end;
  }

  /** Leaves the part that {@link #enter} returned this for, past whatever is left of it. */
  void leave(int around) {
    position = end;
    end = around;
  }
}
