package io.scaler.pool;

import io.scaler.model.LevelGap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * When concurrency rose to each level up to the present one, and fell below each above it, as far
 * as it ever reached them. The highest levels are not kept track of.
 */
final class LevelTimes {
  private static final int MOST = 1_024;

  /** The lowest level's first. */
  private final Deque<Instant> rises = new ArrayDeque<>(4);

  /** The highest level's first. */
  private final Deque<Instant> falls = new ArrayDeque<>(4);

  /**
   * Concurrency went from one level to another.
   *
   * @param reached is added the levels that it came back to, and after how long
   * @param left is added the levels that it fell below, and how long it had been there
   * @return how many levels it came to of which it is not known that it fell below them
   */
  int moved(int before, int after, Instant at, List<LevelGap> reached, List<LevelGap> left) {
    for (int level = before; level > after; level--) {
      if (level == rises.size()) {
        left.add(new LevelGap(level, Duration.between(rises.removeLast(), at)));
      }
      falls.addLast(at);
    }
    while (falls.size() > MOST) {
      falls.removeFirst();
    }
    int first = 0;
    for (int level = before + 1; level <= after; level++) {
      if (level == rises.size() + 1 && level <= MOST) {
        rises.addLast(at);
      }
      if (falls.isEmpty()) {
        first++;
      } else {
        reached.add(new LevelGap(level, Duration.between(falls.removeLast(), at)));
      }
    }
    return first;
  }

  static LevelTimes of(List<Instant> rises, List<Instant> falls) {
    LevelTimes times = new LevelTimes();
    times.rises.addAll(rises);
    times.falls.addAll(falls);
    return times;
  }

  void forgetHighest(int levels) {
    for (int i = 0; i < levels; i++) {
      falls.removeFirst();
    }
  }

  /** How many levels above the present one are known. */
  int above() {
    return falls.size();
  }

  List<Instant> rises() {
    return List.copyOf(rises);
  }

  List<Instant> falls() {
    return List.copyOf(falls);
  }

  /** When concurrency fell below the levels above the present one, the next level's first. */
  Iterator<Instant> fallsUpwards() {
    return falls.descendingIterator();
  }

  /** The same, the highest level's first. */
  Iterator<Instant> fallsDownwards() {
    return falls.iterator();
  }
}
