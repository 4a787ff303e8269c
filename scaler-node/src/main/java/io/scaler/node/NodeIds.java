package io.scaler.node;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A node's id, drawn when it starts, and ids of instances, which begin with it: no node that ever
 * was draws one of them again.
 *
 * @param node twelve hexadecimal digits
 */
record NodeIds(String node, AtomicLong drawn) implements Supplier<String> {
  private static final int BYTES = 6;

  static NodeIds random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return new NodeIds(HexFormat.of().formatHex(bytes), new AtomicLong());
  }

  /** The next instance's id. */
  @Override
  public String get() {
    return node + "-" + Long.toString(drawn.incrementAndGet(), Character.MAX_RADIX);
  }
}
