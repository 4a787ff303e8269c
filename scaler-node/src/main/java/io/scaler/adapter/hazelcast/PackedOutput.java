package io.scaler.adapter.hazelcast;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes as they are being written: numbers take as many of them as they need. */
final class PackedOutput {
  private static final int FIRST_SIZE = 256;
  private static final int LONGEST_NUMBER = 10;

  private byte[] bytes = new byte[FIRST_SIZE];
  private int size;

  /** A number, small ones on either side of zero in a byte. */
  void number(long value) {
    makeRoom(LONGEST_NUMBER);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  void truth(boolean value) {
    makeRoom(1);
    bytes[size++] = (byte) (value ? 1 : 0);
  }

  void text(@Nullable String value) {
    if (value == null) {
      number(-1);
      return;
    }
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    number(encoded.length);
    makeRoom(encoded.length);
    System.arraycopy(encoded, 0, bytes, size, encoded.length);
    size += encoded.length;
  }

  /** Four bytes, whatever the number. */
  void fixed(int value) {
    makeRoom(Integer.BYTES);
    size += Integer.BYTES;
    put(size - Integer.BYTES, value);
  }

  /** Begins a part whose length is to be known to its reader; what is returned ends it. */
  int begin() {
    fixed(0);
    return size;
  }

  /** Ends the part that {@link #begin} returned this for. */
  void end(int begun) {
    put(begun - Integer.BYTES, size - begun);
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void put(int at, int value) {
    bytes[at] = (byte) (value >> 24);
    bytes[at + 1] = (byte) (value >> 16);
    bytes[at + 2] = (byte) (value >> 8);
    bytes[at + 3] = (byte) value;
  }

  private void makeRoom(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
