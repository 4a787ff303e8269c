package io.scaler.node;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does at every tick, and less often. One pass of each that is due; a duty that fails
 * is logged and done again at its next turn.
 */
final class Duties implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Duties.class);

  private final InstantSource clock;
  private final BiFunction<String, Runnable, Runnable> measured;
  private final List<Turn> turns = new ArrayList<>();

  private static final class Turn {
    final String name;
    final Duration every;
    final Executor on;
    final Runnable duty;
    long nextMillis;

    Turn(String name, Duration every, Executor on, Runnable duty, long nextMillis) {
      this.name = name;
      this.every = every;
      this.on = on;
      this.duty = duty;
      this.nextMillis = nextMillis;
    }
  }

  /**
   * @param measured makes of a duty, by its name, one that is measured
   */
  Duties(InstantSource clock, BiFunction<String, Runnable, Runnable> measured) {
    this.clock = clock;
    this.measured = measured;
  }

  /** Adds a duty; zero: at every tick. Its first turn comes after one interval. */
  Duties add(String name, Duration every, Runnable duty) {
    return add(name, every, Runnable::run, duty);
  }

  /** Like the other, for a duty that takes long: its turn begins on another thread. */
  Duties add(String name, Duration every, Executor on, Runnable duty) {
    turns.add(
        new Turn(name, every, on, measured.apply(name, duty), clock.millis() + every.toMillis()));
    return this;
  }

  @Override
  public void run() {
    long now = clock.millis();
    for (Turn turn : turns) {
      // A clock that was set back must not put a duty off for longer than its interval.
      if (now >= turn.nextMillis || turn.nextMillis - now > turn.every.toMillis()) {
        turn.nextMillis = now + turn.every.toMillis();
        begin(turn);
      }
    }
  }

  /** Where no thread is to be had for one, the others have their turns all the same. */
  private static void begin(Turn turn) {
    try {
      turn.on.execute(() -> run(turn));
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      log.warn("{} found no thread, its next turn comes: {}", turn.name, e.toString());
    }
  }

  private static void run(Turn turn) {
    try {
      turn.duty.run();
    } catch (RuntimeException e) {
      log.warn("{} failed, its next turn comes: {}", turn.name, e.toString());
    }
  }
}
