package io.scaler.node;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether the node's ticks go on. Somebody else than the thread that ticks looks at regular times;
 * after so many looks without one tick between them the node counts as dead until the next one.
 * Looks are counted, not time: while a process is frozen nobody looks, and it does not wake up
 * dead.
 */
final class Pulse {
  /** How often to look. */
  static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(60);
  private static final int TICKS = 50;

  private final long mostLooks;
  private volatile long ticks;
  private long ticksSeen;
  private volatile long looks;

  /**
   * @param tick how often the node ticks
   */
  Pulse(Duration tick) {
    Duration ofTicks = tick.multipliedBy(TICKS);
    Duration patience = ofTicks.compareTo(SHORTEST_PATIENCE) > 0 ? ofTicks : SHORTEST_PATIENCE;
    this.mostLooks = patience.dividedBy(LOOK_EVERY);
  }

  /** A tick has ended; by one thread. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  void beat() {
    ticks++;
  }

  /** Looks once; by one thread. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  void look() {
    if (ticks == ticksSeen) {
      looks++;
    } else {
      ticksSeen = ticks;
      looks = 0;
    }
  }

  /** Why the process should be restarted; empty while it lives. */
  Optional<String> whyDead() {
    long silent = looks;
    return silent < mostLooks
        ? Optional.empty()
        : Optional.of("no tick has ended for " + silent * LOOK_EVERY.toSeconds() + " s");
  }
}
