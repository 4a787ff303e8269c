package io.scaler.permit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A counting semaphore whose permits belong to named holders, so that a repeated acquire or release
 * changes nothing and whoever goes on with what a dead node began gives them back.
 *
 * <p>Waiters are served first come, first served: nobody overtakes one who asked for more. Like a
 * pool, it decides without changing anything and is changed by {@link #apply}, by one thread at a
 * time.
 */
public final class Permits {
  private long limit;
  private long held;
  private long waited;
  private long version;
  private boolean counted;
  private final Map<String, Claim> holders = new LinkedHashMap<>();
  private final Map<String, Claim> waiters = new LinkedHashMap<>();

  /**
   * @param counted whether what was there before it is
   * @param holders in the order of their grants
   * @param waiters in the order of their arrival
   */
  public static Permits of(
      long limit,
      long version,
      boolean counted,
      Collection<Claim> holders,
      Collection<Claim> waiters) {
    Permits permits = new Permits();
    permits.limit = limit;
    permits.version = version;
    permits.counted = counted;
    holders.forEach(permits::hold);
    waiters.forEach(permits::queue);
    return permits;
  }

  /** Decides without changing anything. */
  public List<PermitEvent> decide(PermitCommand command) {
    List<PermitEvent> events = new ArrayList<>(2);
    if (command instanceof PermitCommand.Acquire acquire) {
      acquire(acquire.claim(), acquire.limit(), events);
    } else if (command instanceof PermitCommand.Release release) {
      Claim claim = find(release.holder());
      if (claim != null && (release.node() == null || release.node().equals(claim.node()))) {
        takeOut(List.of(release.holder()), events);
      }
    } else if (command instanceof PermitCommand.Count count) {
      count(count, events);
    } else if (command instanceof PermitCommand.NodeLost lost) {
      takeOut(leftBy(lost), events);
    } else if (!(command instanceof PermitCommand.Measure)) {
      throw new IllegalStateException("no rule for " + command);
    }
    return events;
  }

  private @Nullable Claim find(String holder) {
    Claim claim = holders.get(holder);
    return claim == null ? waiters.get(holder) : claim;
  }

  private void acquire(Claim claim, long wanted, List<PermitEvent> events) {
    if (wanted != limit) {
      events.add(new PermitEvent.Limited(wanted));
    }
    Claim known = find(claim.holder());
    if (known != null && !known.node().equals(claim.node())) {
      events.add(new PermitEvent.Taken(claim.holder(), claim.node()));
    }
    if (known == null) {
      events.add(new PermitEvent.Queued(claim));
    }
    long left = wanted - held;
    for (Claim waiting : waiters.values()) {
      Claim next = waiting.holder().equals(claim.holder()) ? waiting.of(claim.node()) : waiting;
      if (!mayBeGranted(next, left, counted)) {
        return;
      }
      left -= next.permits();
      events.add(new PermitEvent.Granted(next));
    }
    if (known == null && mayBeGranted(claim, left, counted)) {
      events.add(new PermitEvent.Granted(claim));
    }
  }

  private void count(PermitCommand.Count count, List<PermitEvent> events) {
    if (counted == count.first()) {
      return;
    }
    if (!counted) {
      events.add(new PermitEvent.Counted());
    }
    long free = limit - held;
    Map<String, Claim> queue = new LinkedHashMap<>(waiters);
    Set<String> granted = new HashSet<>();
    for (Claim claim : count.claims()) {
      if (!holders.containsKey(claim.holder()) && granted.add(claim.holder())) {
        Claim waiting = queue.remove(claim.holder());
        Claim there = waiting == null ? claim : waiting;
        free -= there.permits();
        events.add(new PermitEvent.Granted(there));
      }
    }
    if (!events.isEmpty()) {
      grant(queue.values(), free, true, events);
    }
  }

  private List<String> leftBy(PermitCommand.NodeLost lost) {
    List<String> gone = new ArrayList<>();
    for (Claim claim : waiters.values()) {
      if (claim.node().equals(lost.node())) {
        gone.add(claim.holder());
      }
    }
    return gone;
  }

  private void takeOut(List<String> gone, List<PermitEvent> events) {
    long free = limit - held;
    Map<String, Claim> queue = new LinkedHashMap<>(waiters);
    for (String holder : gone) {
      events.add(new PermitEvent.Gone(holder));
      Claim claim = holders.get(holder);
      free += claim == null ? 0 : claim.permits();
      queue.remove(holder);
    }
    if (!gone.isEmpty()) {
      grant(queue.values(), free, counted, events);
    }
  }

  private static void grant(
      Iterable<Claim> queue, long free, boolean allCounted, List<PermitEvent> events) {
    long left = free;
    for (Claim claim : queue) {
      if (!mayBeGranted(claim, left, allCounted)) {
        return;
      }
      left -= claim.permits();
      events.add(new PermitEvent.Granted(claim));
    }
  }

  private static boolean mayBeGranted(Claim claim, long left, boolean allCounted) {
    return claim.permits() <= left && (allCounted || claim.when() == Claim.When.AT_ONCE);
  }

  /** Applies what {@link #decide} decided on these permits or on some equal to them. */
  public void apply(List<PermitEvent> events) {
    for (PermitEvent event : events) {
      if (event instanceof PermitEvent.Limited limited) {
        limit = limited.limit();
      } else if (event instanceof PermitEvent.Queued queued) {
        queue(queued.claim());
      } else if (event instanceof PermitEvent.Granted granted) {
        unqueue(granted.claim().holder());
        hold(granted.claim());
      } else if (event instanceof PermitEvent.Taken taken) {
        waiters.computeIfPresent(taken.holder(), (holder, claim) -> claim.of(taken.node()));
        holders.computeIfPresent(taken.holder(), (holder, claim) -> claim.of(taken.node()));
      } else if (event instanceof PermitEvent.Counted) {
        counted = true;
      } else if (event instanceof PermitEvent.Gone gone) {
        unqueue(gone.holder());
        Claim claim = holders.remove(gone.holder());
        held -= claim == null ? 0 : claim.permits();
      } else {
        throw new IllegalStateException("no rule for " + event);
      }
    }
    if (!events.isEmpty()) {
      version++;
    }
  }

  private void queue(Claim claim) {
    Claim before = waiters.put(claim.holder(), claim);
    waited += claim.permits() - (before == null ? 0 : before.permits());
  }

  private void unqueue(String holder) {
    Claim claim = waiters.remove(holder);
    waited -= claim == null ? 0 : claim.permits();
  }

  private void hold(Claim claim) {
    Claim before = holders.put(claim.holder(), claim);
    held += claim.permits() - (before == null ? 0 : before.permits());
  }

  public boolean isHeldBy(String holder) {
    return holders.containsKey(holder);
  }

  /** Whether what was there before the semaphore is among what is held. */
  public boolean isCounted() {
    return counted;
  }

  /** Whether nothing is lost by forgetting it: nobody holds or waits, nothing was counted. */
  public boolean isEmpty() {
    return holders.isEmpty() && waiters.isEmpty() && !counted;
  }

  /** Permits in all, as the last acquire gave it. */
  public long limit() {
    return limit;
  }

  public long held() {
    return held;
  }

  /** How many more permits there would have to be for all who wait to hold theirs. */
  public long shortage() {
    return waiters.isEmpty() ? 0 : Math.max(0, waited - (limit - held));
  }

  /** Changes so far. */
  public long version() {
    return version;
  }

  public Collection<Claim> holders() {
    return Collections.unmodifiableCollection(holders.values());
  }

  public Collection<Claim> waiters() {
    return Collections.unmodifiableCollection(waiters.values());
  }
}
