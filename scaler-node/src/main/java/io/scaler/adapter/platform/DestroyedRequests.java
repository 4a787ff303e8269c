package io.scaler.adapter.platform;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** The request ids that may not create a slot any more; of very many the oldest are forgotten. */
final class DestroyedRequests {
  private final int most;
  private final Set<String> oldestFirst = new LinkedHashSet<>();

  /**
   * @param most that are remembered, at least 1
   */
  DestroyedRequests(int most) {
    this.most = most;
  }

  void add(String requestId) {
    oldestFirst.remove(requestId);
    oldestFirst.add(requestId);
    if (oldestFirst.size() > most) {
      Iterator<String> oldest = oldestFirst.iterator();
      oldest.next();
      oldest.remove();
    }
  }

  boolean contains(String requestId) {
    return oldestFirst.contains(requestId);
  }
}
