package io.scaler.pool;

import io.scaler.model.LevelGap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** When concurrency fell below each level above the present one, as far as it ever reached them. */
final class Falls {
  /** As many levels are kept track of. */
  private static final int MOST_LEVELS = 1_024;

  /** The highest level's first. */
  private final Deque<Instant> falls = new ArrayDeque<>(4);

  /**
   * Concurrency went from one level to another.
   *
   * @return the levels that it came back to, and after how long
   */
  List<LevelGap> moved(int before, int after, Instant at) {
    for (int level = before; level > after; level--) {
      falls.addLast(at);
    }
    while (falls.size() > MOST_LEVELS) {
      falls.removeFirst();
    }
    if (after <= before || falls.isEmpty()) {
      return List.of();
    }
    List<LevelGap> reached = new ArrayList<>(1);
    for (int level = before + 1; level <= after && !falls.isEmpty(); level++) {
      reached.add(new LevelGap(level, Duration.between(falls.removeLast(), at)));
    }
    return reached;
  }

  void addAll(Collection<Instant> highestFirst) {
    falls.addAll(highestFirst);
  }

  void forgetHighest(int levels) {
    for (int i = 0; i < levels; i++) {
      falls.removeFirst();
    }
  }

  int count() {
    return falls.size();
  }

  List<Instant> all() {
    return List.copyOf(falls);
  }

  Iterator<Instant> lowestFirst() {
    return falls.descendingIterator();
  }

  Iterator<Instant> highestFirst() {
    return falls.iterator();
  }
}
