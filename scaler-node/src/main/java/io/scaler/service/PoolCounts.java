package io.scaler.service;

import io.scaler.pool.Pool;
import io.scaler.pool.Waiter;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How many instances and waiters the pools have that this node owns, kept up with their changes, so
 * that nobody has to look at all of them. For any number of threads.
 */
public final class PoolCounts {
  private static final double MB_PER_GB = 1_024;

  private final ConcurrentMap<String, One> known = new ConcurrentHashMap<>();

  private record One(
      int idle,
      int busy,
      int starting,
      int retiring,
      int waiting,
      double busyGb,
      double wastedGb,
      @Nullable Instant waitingSince) {}

  /**
   * Of several pools together.
   *
   * @param busyGb memory of the busy instances
   * @param wastedGb memory of the others
   * @param longestWait of the requests that wait; zero if none does
   */
  public record Sum(
      int pools,
      int idle,
      int busy,
      int starting,
      int retiring,
      int waiting,
      double busyGb,
      double wastedGb,
      Duration longestWait) {}

  /** The pool has changed; called by the thread that changed it. */
  public void changed(String functionKey, Pool pool) {
    if (pool.isClosed()) {
      known.remove(functionKey);
      return;
    }
    Iterator<Waiter> waiters = pool.waiters().iterator();
    int idle = pool.idle().size();
    int busy = pool.assigned();
    int starting = pool.starting();
    double busyGb = busy * pool.spec().memoryMb() / MB_PER_GB;
    known.put(
        functionKey,
        new One(
            idle,
            busy,
            starting,
            pool.instances().size() - idle - busy - starting,
            pool.waiters().size(),
            busyGb,
            pool.memoryMb() / MB_PER_GB - busyGb,
            waiters.hasNext() ? waiters.next().since() : null));
  }

  /** Those of the pools that are still owned; the others are forgotten. */
  public Sum sum(Predicate<String> isOwned, Instant now) {
    known.keySet().removeIf(key -> !isOwned.test(key));
    return sum(known.values(), now);
  }

  private static Sum sum(Collection<One> all, Instant now) {
    int idle = 0;
    int busy = 0;
    int starting = 0;
    int retiring = 0;
    int waiting = 0;
    double busyGb = 0;
    double wastedGb = 0;
    Instant since = now;
    for (One one : all) {
      idle += one.idle();
      busy += one.busy();
      starting += one.starting();
      retiring += one.retiring();
      waiting += one.waiting();
      busyGb += one.busyGb();
      wastedGb += one.wastedGb();
      Instant oldest = one.waitingSince();
      since = oldest != null && oldest.isBefore(since) ? oldest : since;
    }
    return new Sum(
        all.size(),
        idle,
        busy,
        starting,
        retiring,
        waiting,
        busyGb,
        Math.max(0, wastedGb),
        Duration.between(since, now));
  }
}
