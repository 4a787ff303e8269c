package io.scaler.permit;

/**
 * Permits held, until they are given back, or waited for, while the node that asked is there.
 *
 * @param holder unique within the semaphore
 * @param node who asked, and is told when a waiting claim is granted
 * @param permits at least 1
 * @param when it may be granted
 */
public record Claim(String holder, String node, long permits, When when) {

  /** When permits may be granted. */
  public enum When {
    /** As soon as there are enough. */
    AT_ONCE,
    /**
     * And when that is counted which was there before the semaphore: what the permits stand for may
     * be.
     */
    COUNTED
  }

  /** The same, asked for by another node. */
  Claim of(String other) {
    return new Claim(holder, other, permits, when);
  }

  public Claim {
    if (permits < 1) {
      throw new IllegalArgumentException(holder + " claims " + permits + " permits");
    }
  }
}
