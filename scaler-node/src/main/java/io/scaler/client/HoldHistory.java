package io.scaler.client;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who holds which instance as the callers see it, to find instances that two requests hold at once.
 *
 * <p>A hold begins with Assign's reply and ends when Release is about to be sent: it lies within
 * what the Scaler takes for the hold, so that whatever is found here is a fault of the Scaler.
 * Instance ids count as unique among all functions of a target. May be used by many threads.
 */
final class HoldHistory {
  private static final int EXAMPLES = 10;

  private final ConcurrentMap<String, String> holders = new ConcurrentHashMap<>();
  private final AtomicLong heldTwice = new AtomicLong();
  private final ConcurrentLinkedQueue<String> examples = new ConcurrentLinkedQueue<>();

  void begin(String instanceId, String requestId) {
    String other = holders.put(instanceId, requestId);
    if (other != null && heldTwice.incrementAndGet() <= EXAMPLES) {
      examples.add(instanceId + " by " + other + " and " + requestId);
    }
  }

  void end(String instanceId, String requestId) {
    // After a double hold the instance stands for its later holder.
    holders.remove(instanceId, requestId);
  }

  /** How often an instance was granted to a request while another one held it. */
  long heldTwice() {
    return heldTwice.get();
  }

  /** The first {@value #EXAMPLES} of them. */
  List<String> examples() {
    return List.copyOf(examples);
  }
}
