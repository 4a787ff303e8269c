package io.scaler.permit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A counting semaphore whose permits belong to named holders, so that a repeated acquire or release
 * changes nothing and a dead node's permits come back.
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
  private final Map<String, Claim> holders = new LinkedHashMap<>();
  private final Map<String, Claim> waiters = new LinkedHashMap<>();

  /**
   * @param holders in the order of their grants
   * @param waiters in the order of their arrival
   */
  public static Permits of(
      long limit, long version, Collection<Claim> holders, Collection<Claim> waiters) {
    Permits permits = new Permits();
    permits.limit = limit;
    permits.version = version;
    holders.forEach(permits::hold);
    waiters.forEach(permits::queue);
    return permits;
  }

  /** Decides without changing anything. */
  public List<PermitEvent> decide(PermitCommand command) {
    List<PermitEvent> events = new ArrayList<>(2);
    if (command instanceof PermitCommand.Acquire acquire) {
      if (acquire.limit() != limit) {
        events.add(new PermitEvent.Limited(acquire.limit()));
      }
      Claim claim = acquire.claim();
      boolean known = holders.containsKey(claim.holder()) || waiters.containsKey(claim.holder());
      List<Claim> queue = new ArrayList<>(waiters.values());
      if (!known) {
        events.add(new PermitEvent.Queued(claim));
        queue.add(claim);
      }
      grant(queue, acquire.limit() - held, events);
    } else if (command instanceof PermitCommand.Release release) {
      Claim claim = holders.get(release.holder());
      if (claim != null || waiters.containsKey(release.holder())) {
        takeOut(List.of(release.holder()), events);
      }
    } else if (command instanceof PermitCommand.NodeLost lost) {
      List<String> gone = new ArrayList<>();
      for (Claim claim : holders.values()) {
        if (claim.node().equals(lost.node()) && claim.lives() == Claim.Lives.WITH_NODE) {
          gone.add(claim.holder());
        }
      }
      for (Claim claim : waiters.values()) {
        if (claim.node().equals(lost.node())) {
          gone.add(claim.holder());
        }
      }
      takeOut(gone, events);
    } else if (!(command instanceof PermitCommand.Measure)) {
      throw new IllegalStateException("no rule for " + command);
    }
    return events;
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
      grant(queue.values(), free, events);
    }
  }

  private static void grant(Iterable<Claim> queue, long free, List<PermitEvent> events) {
    long left = free;
    for (Claim claim : queue) {
      if (claim.permits() > left) {
        return;
      }
      left -= claim.permits();
      events.add(new PermitEvent.Granted(claim));
    }
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

  /** Whether nobody holds or waits, so that nothing is lost by forgetting it. */
  public boolean isEmpty() {
    return holders.isEmpty() && waiters.isEmpty();
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
