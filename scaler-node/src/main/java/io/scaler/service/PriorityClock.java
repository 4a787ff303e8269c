package io.scaler.service;

import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The clock of Greedy-Dual (Fuerst and Sharma, "FaasCache", ASPLOS 2021, section 4): the highest
 * priority that an instance was retired at so far. An instance's priority counts from the clock's
 * value when it was last used, so that one that is not used again becomes the lowest in the end.
 *
 * <p>There is one for the cluster, since instances of all nodes compete for the same memory. The
 * leader raises it and tells the nodes with every round; each node remembers what it was when,
 * which makes an instance's value a matter of when it became idle and keeps it out of the pools. A
 * node that has just joined knows no past: whatever was idle before the last raise counts as from
 * the beginning. For any number of threads.
 */
public final class PriorityClock {
  /**
   * As many steps are remembered; of the older half every other is given up when there are more.
   */
  private static final int MOST_STEPS = 1_024;

  private final NavigableMap<Instant, Double> steps = new TreeMap<>();

  /** The clock stood at this value or higher from then on; lower ones change nothing. */
  synchronized void raise(Instant at, double to) {
    if (to <= value()) {
      return;
    }
    steps.put(steps.isEmpty() || at.isAfter(raisedAt()) ? at : raisedAt(), to);
    if (steps.size() > MOST_STEPS) {
      thinOut();
    }
  }

  private void thinOut() {
    Iterator<Instant> all = steps.keySet().iterator();
    for (int i = 0; i < MOST_STEPS / 2; i++) {
      all.next();
      if (i % 2 == 1) {
        all.remove();
      }
    }
  }

  /** What it was at this instant. */
  synchronized double at(Instant instant) {
    Map.Entry<Instant, Double> step = steps.floorEntry(instant);
    return step == null ? 0 : step.getValue();
  }

  /** What it is now. */
  synchronized double value() {
    return steps.isEmpty() ? 0 : steps.lastEntry().getValue();
  }

  /** When it was raised last. */
  synchronized Instant raisedAt() {
    return steps.isEmpty() ? Instant.EPOCH : steps.lastKey();
  }
}
