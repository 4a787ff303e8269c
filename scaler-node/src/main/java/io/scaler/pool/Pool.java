package io.scaler.pool;

import io.scaler.model.FunctionSpec;
import io.scaler.model.LevelGap;
import io.scaler.model.StartKind;
import io.scaler.model.Usage;
import io.scaler.pool.Finished.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One function's instances, the requests that hold them, and the requests that wait for one.
 *
 * <p>Changed in place by {@link #apply}, by one thread at a time. Idle instances are used last in,
 * first out, which lets the others grow old enough to be retired; waiters are served first come,
 * first served.
 */
public final class Pool {
  private static final int COLD_STARTS_KEPT = 8;
  private static final double MB_PER_GB = 1_024;
  private static final double NANOS_PER_SECOND = 1e9;

  private FunctionSpec spec;
  private int generation;
  private long epoch;
  private long lastToken;
  private long version;
  private Instant lastChange;
  private boolean closed;

  private final Map<String, Instance> instances = new LinkedHashMap<>();
  private final Deque<String> idle = new ArrayDeque<>(4);
  private final Map<String, Waiter> waiters = new LinkedHashMap<>();
  private final Map<String, Finished> finished = new LinkedHashMap<>();

  /** Request to the instance that it holds. Only looked up, never iterated. */
  private final Map<String, String> held = new HashMap<>();

  private final Deque<ColdStart> coldStarts = new ArrayDeque<>(2);
  private @Nullable Retirement lastRetired;

  private LevelTimes levels = new LevelTimes();

  private int starting;
  private int initializing;
  private int assigned;
  private int retiring;
  private long memoryMb;
  private long retiringMb;

  private Pool(FunctionSpec spec, Instant lastChange) {
    this.spec = spec;
    this.lastChange = lastChange;
  }

  /** A pool that has seen nothing yet. Its first change must begin with {@link Event.Opened}. */
  public static Pool unopened(FunctionSpec spec) {
    return new Pool(spec, Instant.EPOCH);
  }

  /** Decides without changing anything. */
  public Decision decide(Command command, Terms terms) {
    return new DecisionMaker(this, terms).decide(command);
  }

  /**
   * Applies what {@link #decide} decided on this pool or on one equal to it.
   *
   * @return what it tells of the function's demand
   * @throws IllegalStateException if the change was decided on another version; nothing is changed
   */
  public Observation apply(Change change) {
    if (change.version() != version) {
      throw new IllegalStateException(
          "%s is at version %d, the change follows version %d"
              .formatted(spec.key(), version, change.version()));
    }
    if (change.events().isEmpty()) {
      return Observation.NOTHING;
    }
    Instant at = change.at();
    int concurrencyBefore = concurrency();
    double slots = memoryMb / MB_PER_GB * seconds(lastChange, at);
    double busy = 0;
    double busyGb = 0;
    double waited = 0;
    int arrivals = 0;
    for (Event event : change.events()) {
      if (event instanceof Event.Released released) {
        Instance instance = instance(released.instanceId());
        double held = seconds(instance.since(), at);
        busy += held;
        busyGb += instance.memoryMb() / MB_PER_GB * held;
      } else if (event instanceof Event.HandedOver handed) {
        Waiter waiter = waiters.get(handed.requestId());
        waited += waiter == null ? 0 : seconds(waiter.since(), at);
      } else if (event instanceof Event.Granted || event instanceof Event.Queued) {
        arrivals++;
      }
      apply(event, at);
    }
    version++;
    lastChange = at;
    List<LevelGap> reached = new ArrayList<>(1);
    List<LevelGap> left = new ArrayList<>(1);
    int first = levels.moved(concurrencyBefore, concurrency(), at, reached, left);
    return new Observation(arrivals, reached, left, first, new Usage(slots, busyGb, busy, waited));
  }

  private static double seconds(Instant from, Instant to) {
    return (to.getEpochSecond() - from.getEpochSecond())
        + (to.getNano() - from.getNano()) / NANOS_PER_SECOND;
  }

  /** What {@code node} has been asked to do and has not reported as done: for a node that asks. */
  public List<Event.FollowUp> unfinished(String node) {
    List<Event.FollowUp> result = new ArrayList<>();
    for (Instance instance : instances.values()) {
      if (!instance.node().equals(node)) {
        continue;
      }
      if (instance.isStarting()) {
        result.add(instance.launchTakenBy(node));
      } else if (instance.state() == Instance.State.RETIRING) {
        result.add(instance.retiredAgainBy(node));
      }
    }
    return result;
  }

  /** Everything, as a value: what is stored and what {@link #of} restores. */
  public PoolState state() {
    return new PoolState(
        spec,
        generation,
        epoch,
        lastToken,
        version,
        lastChange,
        List.copyOf(instances.values()),
        List.copyOf(idle),
        List.copyOf(waiters.values()),
        List.copyOf(finished.values()),
        levels.rises(),
        levels.falls(),
        List.copyOf(coldStarts),
        lastRetired);
  }

  public static Pool of(PoolState state) {
    Pool pool = new Pool(state.spec(), state.lastChange());
    pool.generation = state.generation();
    pool.epoch = state.epoch();
    pool.lastToken = state.lastToken();
    pool.version = state.version();
    for (Instance instance : state.instances()) {
      pool.instances.put(instance.id(), instance);
      pool.count(instance, 1);
      Hold hold = instance.hold();
      if (hold != null && !hold.isUnknown()) {
        pool.held.put(hold.requestId(), instance.id());
      }
    }
    pool.idle.addAll(state.idle());
    state.waiters().forEach(waiter -> pool.waiters.put(waiter.requestId(), waiter));
    state.finished().forEach(request -> pool.finished.put(request.requestId(), request));
    pool.levels = LevelTimes.of(state.rises(), state.falls());
    pool.coldStarts.addAll(state.coldStarts());
    pool.lastRetired = state.lastRetired();
    return pool;
  }

  private void apply(Event event, Instant at) {
    if (event instanceof Event.Opened opened) {
      spec = opened.spec();
    } else if (event instanceof Event.Respecified respecified) {
      spec = respecified.spec();
      generation += respecified.otherInstances() ? 1 : 0;
    } else if (event instanceof Event.Queued queued) {
      waiters.put(
          queued.requestId(),
          new Waiter(queued.requestId(), queued.caller(), at, queued.until(), shortage()));
    } else if (event instanceof Event.Rebound rebound) {
      rebind(rebound);
    } else if (event instanceof Event.Left left) {
      waiters.remove(left.requestId());
    } else if (event instanceof Event.WaiterRefused refused) {
      Waiter waiter = waiters.remove(refused.requestId());
      if (waiter != null) {
        remember(waiter, at, "", 0, refused.message());
      }
    } else if (event instanceof Event.LaunchBegun begun) {
      lastToken = Math.max(lastToken, begun.token());
      put(
          Instance.creating(
              begun.instanceId(),
              generation,
              begun.memoryMb(),
              begun.node(),
              at,
              begun.attempt(),
              begun.token(),
              begun.why()));
    } else if (event instanceof Event.LaunchTaken taken) {
      put(instance(taken.instanceId()).takenBy(taken.node(), at));
    } else if (event instanceof Event.SlotKnown known) {
      put(instance(known.instanceId()).initializing(known.slotId(), at));
    } else if (event instanceof Event.Readied readied) {
      makeIdle(readied.instanceId(), at);
    } else if (event instanceof Event.Granted granted) {
      assign(
          granted.instanceId(),
          new Hold(granted.requestId(), granted.caller(), StartKind.WARM, at, granted.until()),
          granted.token());
    } else if (event instanceof Event.HandedOver handed) {
      Waiter waiter = waiters.remove(handed.requestId());
      if (waiter != null && handed.startKind() == StartKind.COLD) {
        Instance launched = instance(handed.instanceId());
        remember(waiter, at, launched.id(), launched.attempt(), launched.reason());
      }
      assign(
          handed.instanceId(),
          new Hold(handed.requestId(), handed.caller(), handed.startKind(), at, handed.until()),
          handed.token());
    } else if (event instanceof Event.Released released) {
      free(released.instanceId(), at);
      remember(released.requestId(), released.instanceId(), Ending.RELEASED, at);
    } else if (event instanceof Event.Returned returned) {
      free(returned.instanceId(), at);
    } else if (event instanceof Event.Expired expired) {
      free(expired.instanceId(), at);
      if (!expired.requestId().isEmpty()) {
        remember(expired.requestId(), expired.instanceId(), Ending.EXPIRED, at);
      }
    } else if (event instanceof Event.Renewed renewed) {
      Instance instance = instance(renewed.instanceId());
      Hold hold = instance.hold();
      if (hold != null) {
        put(
            instance.heldBy(
                new Hold(
                    hold.requestId(),
                    hold.caller(),
                    hold.startKind(),
                    hold.since(),
                    renewed.until())));
      }
    } else if (event instanceof Event.Adopted adopted) {
      adopt(adopted, at);
    } else if (event instanceof Event.Retired retired) {
      lastToken = Math.max(lastToken, retired.token());
      Instance instance = instance(retired.instanceId());
      boolean isIdle = instance.state() == Instance.State.IDLE;
      boolean wasIdle = isIdle && instance.since().isBefore(at);
      if (isIdle) {
        removeIdle(instance.id());
      }
      Duration idled = wasIdle ? Duration.between(instance.since(), at) : null;
      lastRetired = new Retirement(at, idled, retired.why());
      put(instance.retiring(retired.node(), at, retired.token(), retired.why()));
    } else if (event instanceof Event.Condemned condemned) {
      put(instance(condemned.instanceId()).condemned(condemned.why()));
    } else if (event instanceof Event.RetiredAgain again) {
      put(instance(again.instanceId()).takenBy(again.node(), at));
    } else if (event instanceof Event.Gone gone) {
      count(instance(gone.instanceId()), -1);
      instances.remove(gone.instanceId());
    } else if (event instanceof Event.Forgotten forgotten) {
      forget(forgotten.finished());
    } else if (event instanceof Event.LevelsForgotten forgotten) {
      levels.forgetHighest(forgotten.levels());
    } else if (event instanceof Event.EpochRaised raised) {
      epoch = raised.epoch();
    } else if (event instanceof Event.Closed) {
      closed = true;
    } else {
      throw new IllegalStateException("no rule for " + event);
    }
  }

  private void rebind(Event.Rebound rebound) {
    Waiter waiter = waiters.get(rebound.requestId());
    if (waiter != null) {
      waiters.put(rebound.requestId(), waiter.calledBy(rebound.caller()));
      return;
    }
    Instance instance = holding(rebound.requestId());
    Hold hold = instance == null ? null : instance.hold();
    if (instance != null && hold != null) {
      put(
          instance.heldBy(
              new Hold(
                  hold.requestId(), Caller.SEVERAL, hold.startKind(), hold.since(), hold.until())));
    }
  }

  private void adopt(Event.Adopted adopted, Instant at) {
    lastToken = Math.max(lastToken, adopted.token());
    Hold unknown = new Hold("", new Caller("", 0), StartKind.WARM, at, adopted.until());
    put(
        new Instance(
            adopted.instanceId(),
            Instance.State.ASSIGNED,
            generation,
            adopted.memoryMb(),
            adopted.slotId(),
            "",
            at,
            true,
            1,
            adopted.token(),
            unknown,
            "found on the platform"));
  }

  private void assign(String instanceId, Hold hold, long token) {
    lastToken = Math.max(lastToken, token);
    removeIdle(instanceId);
    put(instance(instanceId).assigned(hold, token));
    held.put(hold.requestId(), instanceId);
  }

  private void free(String instanceId, Instant at) {
    Hold hold = instance(instanceId).hold();
    if (hold != null) {
      held.remove(hold.requestId());
    }
    makeIdle(instanceId, at);
  }

  private void makeIdle(String instanceId, Instant at) {
    put(instance(instanceId).idle(at));
    idle.addLast(instanceId);
  }

  private void removeIdle(String instanceId) {
    idle.removeLastOccurrence(instanceId);
  }

  private void remember(String requestId, String instanceId, Ending ending, Instant at) {
    finished.remove(requestId);
    finished.put(requestId, new Finished(requestId, instanceId, ending, at));
  }

  private Shortage shortage() {
    return new Shortage(assigned, starting, idle.size(), lastRetired);
  }

  private void remember(
      Waiter waiter, Instant at, String instanceId, int attempt, String launched) {
    Shortage shortage = waiter.shortage();
    if (shortage == null) {
      return;
    }
    if (coldStarts.size() == COLD_STARTS_KEPT) {
      coldStarts.removeFirst();
    }
    coldStarts.addLast(
        new ColdStart(
            waiter.requestId(),
            waiter.since(),
            Duration.between(waiter.since(), at),
            instanceId,
            attempt,
            launched,
            shortage));
  }

  private void forget(int oldest) {
    var all = finished.values().iterator();
    for (int i = 0; i < oldest && all.hasNext(); i++) {
      all.next();
      all.remove();
    }
  }

  private void put(Instance instance) {
    Instance before = instances.put(instance.id(), instance);
    if (before != null) {
      count(before, -1);
    }
    count(instance, 1);
  }

  private void count(Instance instance, int by) {
    memoryMb += instance.memoryMb() * by;
    switch (instance.state()) {
      case CREATING -> starting += by;
      case INITIALIZING -> {
        starting += by;
        initializing += by;
      }
      case ASSIGNED -> assigned += by;
      case RETIRING -> {
        retiring += by;
        retiringMb += instance.memoryMb() * by;
      }
      case IDLE -> {}
    }
  }

  private Instance instance(String id) {
    Instance instance = instances.get(id);
    if (instance == null) {
      throw new IllegalStateException(spec.key() + " has no instance " + id);
    }
    return instance;
  }

  /** The instance by this id, whatever its state. */
  public @Nullable Instance find(String instanceId) {
    return instances.get(instanceId);
  }

  /** The instance that the request holds. */
  public @Nullable Instance holding(String requestId) {
    String id = held.get(requestId);
    return id == null ? null : instances.get(id);
  }

  public @Nullable Waiter waiting(String requestId) {
    return waiters.get(requestId);
  }

  public @Nullable Finished finished(String requestId) {
    return finished.get(requestId);
  }

  public FunctionSpec spec() {
    return spec;
  }

  /** Of the spec: grows when the function needs other instances than before. */
  public int generation() {
    return generation;
  }

  /** The newest leader that was heard. */
  public long epoch() {
    return epoch;
  }

  /** The greatest token drawn so far. */
  public long lastToken() {
    return lastToken;
  }

  /** Changes so far. */
  public long version() {
    return version;
  }

  public Instant lastChange() {
    return lastChange;
  }

  /** Whether nothing is left and the pool is to be removed. */
  public boolean isClosed() {
    return closed;
  }

  /** In the order of their launch. */
  public Collection<Instance> instances() {
    return Collections.unmodifiableCollection(instances.values());
  }

  /** Longest idle first; the next to be used last. */
  public Collection<String> idle() {
    return Collections.unmodifiableCollection(idle);
  }

  /** First come first. */
  public Collection<Waiter> waiters() {
    return Collections.unmodifiableCollection(waiters.values());
  }

  /** Oldest first. */
  public Collection<Finished> finished() {
    return Collections.unmodifiableCollection(finished.values());
  }

  /** The idle instance to be used next, if it serves the function as it is now specified. */
  @Nullable String nextIdle() {
    String newest = idle.peekLast();
    return newest != null && instance(newest).generation() == generation ? newest : null;
  }

  Iterator<String> idleNewestFirst() {
    return idle.descendingIterator();
  }

  /** Requests that run or wait. */
  public int concurrency() {
    return assigned + waiters.size();
  }

  /** When concurrency came to and fell below its levels. */
  LevelTimes levels() {
    return levels;
  }

  /** MiB of all instances. */
  public long memoryMb() {
    return memoryMb;
  }

  /** Instances CREATING or INITIALIZING. */
  public int starting() {
    return starting;
  }

  /** Instances ASSIGNED. */
  public int assigned() {
    return assigned;
  }

  /**
   * What it has of the cluster's memory to give.
   *
   * @param most idle instances that are told of, the longest idle ones
   */
  public Room room(int most) {
    List<Room.Idle> longest = new ArrayList<>(Math.min(most, idle.size()));
    for (Iterator<String> next = idle.iterator(); next.hasNext() && longest.size() < most; ) {
      Instance instance = instance(next.next());
      longest.add(new Room.Idle(instance.id(), instance.since(), instance.memoryMb()));
    }
    int wanted = Math.min(waiters.size(), starting) - initializing;
    return new Room(spec, live(), longest, retiringMb, Math.max(0, wanted) * spec.memoryMb());
  }

  /** Instances that are not RETIRING: what a limit on instances counts. */
  public int live() {
    return instances.size() - retiring;
  }
}
