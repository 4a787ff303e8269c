package io.scaler.adapter.hazelcast;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which keys' values an owner has just sent to their backups as a whole.
 *
 * <p>A call that is repeated does so, since the backup may have missed a change. After a node was
 * lost or frozen hundreds are repeated at once, each of a value of perhaps 100 kB: one copy serves
 * them all, since what a key's backup is sent arrives in order. A later one whose backup is not
 * where it should be is not confirmed, and repeated when this is over.
 */
final class WholeCopies {
  private static final long AGAIN_AFTER_NANOS = Duration.ofMillis(100).toNanos();
  private static final int MANY = 1_000;

  /** What has fewer parts costs little to send each time. */
  private static final int SMALL = 50;

  private final ConcurrentMap<String, Long> sent = new ConcurrentHashMap<>();

  /**
   * Whether a copy is to be sent now; the next one is not for a while then. To be asked by one
   * thread at a time for the same key.
   *
   * @param key with the map's name
   * @param parts that the value has, such as requests and instances
   */
  boolean isDue(String key, int parts, long nowNanos) {
    if (parts < SMALL) {
      return true;
    }
    if (sent.size() > MANY) {
      sent.values().removeIf(at -> isOld(at, nowNanos));
    }
    Long before = sent.get(key);
    if (before != null && !isOld(before, nowNanos)) {
      return false;
    }
    sent.put(key, nowNanos);
    return true;
  }

  private static boolean isOld(long at, long nowNanos) {
    return nowNanos - at >= AGAIN_AFTER_NANOS;
  }
}
