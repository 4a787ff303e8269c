package io.scaler.service;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * When the pools owned by this node want to be swept: the earliest instant for each. Taking what is
 * due costs in proportion to what is due.
 */
public final class DuePools {
  private final ConcurrentMap<String, Instant> earliest = new ConcurrentHashMap<>();
  private final PriorityQueue<Due> queue = new PriorityQueue<>(Comparator.comparing(Due::at));

  private record Due(String key, Instant at) {}

  /** Wants the pool swept at this instant, or sooner if it was wanted sooner before. */
  public void offer(String key, Instant at) {
    Instant before = earliest.get(key);
    if (before != null && !at.isBefore(before)) {
      return;
    }
    synchronized (queue) {
      if (earliest.merge(key, at, (a, b) -> a.isBefore(b) ? a : b).equals(at)) {
        queue.add(new Due(key, at));
      }
    }
  }

  /** Takes up to {@code most} keys that are due by {@code now}, the longest due first. */
  public List<String> take(Instant now, int most) {
    List<String> taken = new ArrayList<>();
    synchronized (queue) {
      while (taken.size() < most && !queue.isEmpty() && !queue.element().at().isAfter(now)) {
        Due due = queue.remove();
        // An entry that was brought forward is still queued at its former instant.
        if (earliest.remove(due.key(), due.at())) {
          taken.add(due.key());
        }
      }
    }
    return taken;
  }

  /** When the next is due; null if none is. */
  public @Nullable Instant next() {
    synchronized (queue) {
      Due due = queue.peek();
      return due == null ? null : due.at();
    }
  }

  int size() {
    return earliest.size();
  }
}
