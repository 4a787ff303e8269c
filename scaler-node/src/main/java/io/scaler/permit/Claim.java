package io.scaler.permit;

/**
 * Permits held or waited for.
 *
 * @param holder unique within the semaphore
 * @param node who asked, and is told when a waiting claim is granted
 * @param permits at least 1
 */
public record Claim(String holder, String node, long permits, Lives lives) {

  /** How long permits last. */
  public enum Lives {
    /** As long as the node that asked. */
    WITH_NODE,
    /**
     * Until they are given back, through whichever node. What they stand for may be there before
     * the semaphore is, so they are granted once that is counted.
     */
    UNTIL_RELEASED
  }

  /** The same, asked for by another node. */
  Claim of(String other) {
    return new Claim(holder, other, permits, lives);
  }

  public Claim {
    if (permits < 1) {
      throw new IllegalArgumentException(holder + " claims " + permits + " permits");
    }
  }
}
