package io.scaler.pool;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.Plan;
import io.scaler.model.Plan.Surplus;
import io.scaler.model.Reason;
import io.scaler.model.StartKind;
import io.scaler.pool.Finished.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes one decision on one pool. Reads the pool, never changes it; what the events so far will
 * have changed is kept in the counters here.
 */
final class DecisionMaker {
  /** Bounds one change; what is left over is done by the next sweep, at once. */
  private static final int MOST_EVENTS = 200;

  private static final String NOT_WANTED = "it is not expected to be wanted again soon";
  private static final Duration SLOWEST_BACKOFF = Duration.ofSeconds(10);
  private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(20);
  private static final Duration LAUNCH_AGAIN_AFTER = Duration.ofSeconds(1);

  private final Pool pool;
  private final Plan plan;
  private final PoolLimits limits;
  private final Instant now;
  private final String node;
  private final Supplier<String> ids;
  private final Expectation expectation;

  private final List<Event> events = new ArrayList<>(2);
  private @Nullable Instant due;

  private FunctionSpec spec;
  private int generation;
  private long lastToken;
  private int waiting;
  private int starting;
  private int live;
  private int expired;
  private int left;
  private @Nullable String readied;

  DecisionMaker(Pool pool, Terms terms) {
    this.pool = pool;
    this.plan = terms.plan();
    this.limits = terms.limits();
    this.now = terms.now().isBefore(pool.lastChange()) ? pool.lastChange() : terms.now();
    this.node = terms.node();
    this.ids = terms.ids();
    this.expectation = new Expectation(pool, plan.foresight(), now);
    this.spec = pool.spec();
    this.generation = pool.generation();
    this.lastToken = pool.lastToken();
    this.waiting = pool.waiters().size();
    this.starting = pool.starting();
    this.live = pool.live();
  }

  Decision decide(Command command) {
    Reply reply;
    if (command instanceof Command.Assign assign) {
      reply = assign(assign);
    } else if (command instanceof Command.Release release) {
      reply = release(release);
    } else if (command instanceof Command.Cancel cancel) {
      reply = cancel(cancel);
    } else if (command instanceof Command.SlotCreated created) {
      reply = slotCreated(created);
    } else if (command instanceof Command.Ready ready) {
      reply = ready(ready);
    } else if (command instanceof Command.LaunchFailed failed) {
      reply = launchFailed(failed);
    } else if (command instanceof Command.Renew renew) {
      reply = renew(renew);
    } else if (command instanceof Command.Sweep sweep) {
      reply = sweep(sweep);
    } else if (command instanceof Command.Prewarm prewarm) {
      reply = prewarm(prewarm);
    } else if (command instanceof Command.Adopt adopt) {
      reply = adopt(adopt);
    } else if (command instanceof Command.Destroyed destroyed) {
      reply = destroyed(destroyed);
    } else if (command instanceof Command.NodeLost lost) {
      reply = nodeLost(lost);
    } else {
      throw new IllegalStateException("no rule for " + command);
    }
    if (left > 0 && expectation.hasWindows() && !(command instanceof Command.Sweep)) {
      dueAt(now);
    }
    return new Decision(new Change(pool.version(), now, events), reply, due);
  }

  // Requests

  private Reply assign(Command.Assign assign) {
    String requestId = assign.requestId();
    Instance holding = pool.holding(requestId);
    if (holding != null) {
      return assignedBefore(assign, holding);
    }
    Waiter waiter = pool.waiting(requestId);
    if (waiter != null) {
      if (!waiter.caller().equals(assign.caller())) {
        events.add(new Event.Rebound(requestId, assign.caller()));
      }
      return new Reply.Queued();
    }
    Finished before = pool.finished(requestId);
    if (before != null) {
      return refused(
          Reason.REQUEST_FINISHED,
          "request %s held %s before and %s; a new execution needs a new request id"
              .formatted(requestId, before.instanceId(), inWords(before.ending())));
    }
    open(assign.spec());
    String instanceId = generation == pool.generation() ? pool.nextIdle() : null;
    if (instanceId != null) {
      long token = drawToken();
      Instant until = leaseEnd();
      events.add(new Event.Granted(requestId, instanceId, assign.caller(), token, until));
      dueAt(until);
      return new Reply.Granted(instanceId, token, Duration.between(now, until), StartKind.WARM);
    }
    if (waiting >= limits.maxWaiters()) {
      events.clear();
      return new Reply.Refused(
          Reason.OVERLOADED,
          "%d requests of %s are waiting, as many as may".formatted(waiting, spec.key()),
          Duration.ofSeconds(1));
    }
    Instant until = now.plus(assign.patience());
    events.add(new Event.Queued(requestId, assign.caller(), until));
    dueAt(until);
    waiting++;
    if (launchForWaiters() > 0) {
      launchAhead(plan.launchAhead(), "launched ahead on a cold start");
    }
    return new Reply.Queued();
  }

  private Reply assignedBefore(Command.Assign assign, Instance holding) {
    Hold hold = holdOf(holding);
    if (!hold.until().isAfter(now)) {
      return refused(
          Reason.REQUEST_FINISHED,
          "the lease of request %s on %s ran out".formatted(assign.requestId(), holding.id()));
    }
    if (!hold.caller().equals(assign.caller()) && !hold.caller().equals(Caller.SEVERAL)) {
      events.add(new Event.Rebound(assign.requestId(), assign.caller()));
    }
    return new Reply.Granted(
        holding.id(), holding.token(), Duration.between(now, hold.until()), hold.startKind());
  }

  private Reply cancel(Command.Cancel cancel) {
    Waiter waiter = pool.waiting(cancel.requestId());
    if (waiter != null && waiter.caller().equals(cancel.caller())) {
      leave(new Event.Left(cancel.requestId()));
      return new Reply.Done();
    }
    Instance instance = pool.holding(cancel.requestId());
    if (instance != null && holdOf(instance).caller().equals(cancel.caller())) {
      events.add(new Event.Returned(cancel.requestId(), instance.id()));
      handOnOrKeep(instance, StartKind.WAITED);
    }
    return new Reply.Done();
  }

  private Reply release(Command.Release release) {
    Instance instance = pool.find(release.instanceId());
    Hold hold = instance == null ? null : instance.hold();
    Finished before = pool.finished(release.requestId());
    boolean repeated = before != null && before.instanceId().equals(release.instanceId());
    if (instance != null
        && hold != null
        && (hold.requestId().equals(release.requestId()) || (hold.isUnknown() && !repeated))) {
      makeRoomToRemember();
      events.add(new Event.Released(release.requestId(), instance.id()));
      dueAt(now.plus(limits.rememberFor()));
      if (release.outcome() == Outcome.OK) {
        handOnOrKeep(instance, StartKind.WAITED);
      } else {
        retire(instance, whyDestroyed(release));
        launchForWaiters();
      }
      return new Reply.Done();
    }
    if (before != null && repeated) {
      return before.ending() == Ending.RELEASED
          ? new Reply.Done()
          : refused(
              Reason.NOT_HOLDER,
              "the lease of request %s on %s ran out"
                  .formatted(release.requestId(), release.instanceId()));
    }
    return notHolder(instance, release.requestId(), release.instanceId());
  }

  private Reply renew(Command.Renew renew) {
    Instance instance = pool.holding(renew.requestId());
    if (instance == null || !instance.id().equals(renew.instanceId())) {
      return notHolder(pool.find(renew.instanceId()), renew.requestId(), renew.instanceId());
    }
    Instant before = holdOf(instance).until();
    Instant until = leaseEnd().isAfter(before) ? leaseEnd() : before;
    events.add(new Event.Renewed(instance.id(), until));
    return new Reply.Renewed(instance.token(), Duration.between(now, until));
  }

  // Launches

  private Reply slotCreated(Command.SlotCreated created) {
    Instance instance = pool.find(created.instanceId());
    if (instance == null || instance.state() == Instance.State.RETIRING) {
      return new Reply.GivenUp(false);
    }
    if (instance.state() != Instance.State.CREATING) {
      return created.slotId().equals(instance.slotId()) ? new Reply.Done() : new Reply.OtherSlot();
    }
    events.add(new Event.SlotKnown(instance.id(), created.slotId()));
    if (plan.surplus() == Surplus.GIVE_UP && starting > wanted()) {
      retire(
          instance.initializing(created.slotId(), now),
          "given up before Init: nobody waits for it any more");
      return new Reply.GivenUp(true);
    }
    return new Reply.Done();
  }

  /** How many of the launches on their way have somebody or something waiting for them. */
  private int wanted() {
    int idle = pool.idle().size();
    int foreseen =
        expectation.hasWindows()
            ? expectation.idleWanted(idle + starting - waiting, left) - idle
            : 0;
    int least = Math.max(waiting, plan.minInstances() - (live - starting));
    return Math.max(least, waiting + foreseen) + plan.launchAhead();
  }

  private Reply ready(Command.Ready ready) {
    Instance instance = pool.find(ready.instanceId());
    if (instance == null || instance.state() == Instance.State.RETIRING) {
      return new Reply.GivenUp(false);
    }
    if (instance.state() != Instance.State.INITIALIZING) {
      return new Reply.Done();
    }
    events.add(new Event.Readied(instance.id()));
    starting--;
    readied = instance.id();
    handOnOrKeep(instance, StartKind.COLD);
    return new Reply.Done();
  }

  private Reply launchFailed(Command.LaunchFailed failed) {
    Instance instance = pool.find(failed.instanceId());
    if (instance == null || !instance.isStarting()) {
      return new Reply.Done();
    }
    if (failed.mayExist() || instance.slotId() != null) {
      retire(instance, "launch failed: " + failed.message());
    } else {
      events.add(new Event.Gone(instance.id()));
      live--;
      starting--;
    }
    if (live < plan.minInstances()) {
      dueAt(now.plus(SLOWEST_BACKOFF));
    }
    if (waiting <= starting) {
      return new Reply.Done();
    }
    if (failed.retryAfter() == null && instance.attempt() < limits.launchAttempts()) {
      launch(
          instance.attempt() + 1,
          backoff(instance.attempt()),
          "stands in for a launch that failed");
      return new Reply.Done();
    }
    int coming = starting + pool.assigned();
    refuseYoungest(waiting - coming, failed);
    if (waiting > starting) {
      dueAt(now.plus(LAUNCH_AGAIN_AFTER));
    }
    return new Reply.Done();
  }

  private Duration backoff(int failedAttempts) {
    Duration pause = limits.launchBackoff().multipliedBy(1L << Math.min(failedAttempts - 1, 20));
    return shorter(pause, SLOWEST_BACKOFF);
  }

  private void refuseYoungest(int many, Command.LaunchFailed failed) {
    if (many <= 0) {
      return;
    }
    List<Waiter> all = List.copyOf(pool.waiters());
    for (Waiter waiter : all.subList(Math.max(0, all.size() - many), all.size())) {
      leave(
          new Event.WaiterRefused(
              waiter.requestId(),
              waiter.caller(),
              failed.reason(),
              failed.message(),
              failed.retryAfter()));
      waiting--;
    }
  }

  private Reply prewarm(Command.Prewarm prewarm) {
    if (superseded(prewarm.epoch())) {
      return supersededReply(prewarm.epoch());
    }
    if (pool.version() == 0) {
      open(prewarm.spec());
    }
    launchAhead(prewarm.instances() - live, "pre-warmed");
    return new Reply.Done();
  }

  private Reply adopt(Command.Adopt adopt) {
    if (superseded(adopt.epoch())) {
      return supersededReply(adopt.epoch());
    }
    if (pool.find(adopt.instanceId()) != null) {
      return new Reply.Known();
    }
    open(adopt.spec());
    Instant until = leaseEnd();
    events.add(
        new Event.Adopted(
            adopt.instanceId(), adopt.slotId(), adopt.memoryMb(), drawToken(), until));
    dueAt(until);
    return new Reply.Done();
  }

  private Reply destroyed(Command.Destroyed destroyed) {
    Instance instance = pool.find(destroyed.instanceId());
    if (instance != null && instance.state() == Instance.State.RETIRING) {
      events.add(new Event.Gone(instance.id()));
      dueAt(now.plus(limits.rememberFor()));
    }
    return new Reply.Done();
  }

  private Reply nodeLost(Command.NodeLost lost) {
    for (Waiter waiter : pool.waiters()) {
      if (waiter.caller().node().equals(lost.lostNode())) {
        leave(new Event.Left(waiter.requestId()));
        waiting--;
      }
    }
    for (Instance instance : pool.instances()) {
      if (!instance.node().equals(lost.lostNode())) {
        continue;
      }
      if (instance.isStarting()) {
        events.add(instance.launchTakenBy(node));
      } else if (instance.state() == Instance.State.RETIRING) {
        events.add(instance.retiredAgainBy(node));
      }
    }
    return new Reply.Done();
  }

  // The leader's pass

  private Reply sweep(Command.Sweep sweep) {
    if (superseded(sweep.epoch())) {
      return supersededReply(sweep.epoch());
    }
    refuseLateWaiters();
    sweepInstances();
    sweepIdle();
    launchForWaiters();
    launchMinimum();
    launchForeseen();
    int remembered = forgetFinished() + forgetLevels();
    if (live == 0 && pool.instances().isEmpty() && waiting == 0 && remembered == 0) {
      events.add(new Event.Closed());
    } else if (full()) {
      dueAt(now);
    }
    return new Reply.Done();
  }

  private void refuseLateWaiters() {
    for (Waiter waiter : pool.waiters()) {
      if (waiter.until().isAfter(now) || full()) {
        dueAt(waiter.until());
        continue;
      }
      waiting--;
      leave(
          new Event.WaiterRefused(
              waiter.requestId(),
              waiter.caller(),
              Reason.TIMED_OUT,
              "no instance of %s came free and none could be started within %s"
                  .formatted(spec.key(), Duration.between(waiter.since(), waiter.until())),
              Duration.ofSeconds(1)));
    }
  }

  private void sweepInstances() {
    for (Instance instance : pool.instances()) {
      if (full()) {
        return;
      }
      switch (instance.state()) {
        case CREATING, INITIALIZING -> {
          Instant limit = instance.since().plus(limits.launchTimeout());
          if (limit.isAfter(now)) {
            dueAt(limit);
          } else {
            retire(instance, "its launch took longer than " + limits.launchTimeout());
          }
        }
        case ASSIGNED -> {
          Hold hold = holdOf(instance);
          if (hold.until().isAfter(now)) {
            dueAt(hold.until());
          } else {
            leave(new Event.Expired(hold.requestId(), instance.id()));
            expired++;
            retire(instance, "the lease of its holder ran out");
          }
        }
        case RETIRING -> {
          Instant limit = instance.since().plus(limits.destroyAgainAfter());
          if (limit.isAfter(now)) {
            dueAt(limit);
          } else {
            events.add(instance.retiredAgainBy(node));
            dueAt(now.plus(limits.destroyAgainAfter()));
          }
        }
        case IDLE -> {}
      }
    }
  }

  private void sweepIdle() {
    if (expectation.hasWindows()) {
      sweepForeseen();
      return;
    }
    int position = 0;
    int spares = 0;
    for (Iterator<String> next = pool.idleNewestFirst(); next.hasNext() && !full(); ) {
      Instance instance = instance(next.next());
      position++;
      if (!instance.used()) {
        spares++;
      }
      String why = whyNotKept(instance, position, spares);
      boolean outdated = instance.generation() != generation;
      if (why != null && (outdated || live > plan.minInstances())) {
        retire(instance, why);
      } else if (why == null) {
        dueAt(instance.since().plus(plan.keepAlive()));
        if (!instance.used() && isSparing()) {
          dueAt(nextSpareCut(instance));
        }
      }
    }
  }

  /** Retires idle instances beyond what the levels want, the longest idle first. */
  private void sweepForeseen() {
    int idle = pool.idle().size();
    int coming = Math.max(0, starting - waiting);
    int surplus = idle + coming - expectation.idleWanted(idle + coming, left);
    for (String id : pool.idle()) {
      if (full()) {
        return;
      }
      Instance instance = instance(id);
      if (instance.generation() != generation) {
        retire(instance, "the function needs other instances by now");
        surplus--;
      } else if (surplus > 0 && live > plan.minInstances()) {
        retire(instance, NOT_WANTED);
        surplus--;
      }
    }
  }

  /** Launches what the levels want and is neither there nor on its way. */
  private void launchForeseen() {
    if (!expectation.hasWindows()) {
      return;
    }
    Instant next = expectation.nextChange(left);
    if (next != null) {
      dueAt(next);
    }
    int there = live - (pool.assigned() - expired) - waiting;
    int idle = Math.max(0, there);
    launchAhead(expectation.idleWanted(idle, left) - idle, "foreseen");
  }

  /**
   * Why the plan does not keep this idle instance, or null if it does.
   *
   * @param position among the idle ones, the next to be used being the first
   * @param spares how many up to this position were launched ahead and never used
   */
  private @Nullable String whyNotKept(Instance instance, int position, int spares) {
    if (instance.generation() != generation) {
      return "the function needs other instances by now";
    }
    if (!instance.since().plus(plan.keepAlive()).isAfter(now)) {
      return "idle for " + plan.keepAlive();
    }
    if (position > plan.maxIdle()) {
      return "more than " + plan.maxIdle() + " idle";
    }
    if (instance.used() || !isSparing()) {
      return null;
    }
    Instant firstCut = instance.since().plus(plan.spareInterval());
    if (!firstCut.plus(plan.spareInterval()).isAfter(now)) {
      return "launched ahead and not used for twice " + plan.spareInterval();
    }
    if (!firstCut.isAfter(now) && spares > plan.sparesKept()) {
      return "launched ahead, not used for %s, and more than %d such"
          .formatted(plan.spareInterval(), plan.sparesKept());
    }
    return null;
  }

  private boolean isSparing() {
    return !plan.spareInterval().isZero();
  }

  private Instant nextSpareCut(Instance instance) {
    Instant firstCut = instance.since().plus(plan.spareInterval());
    return firstCut.isAfter(now) ? firstCut : firstCut.plus(plan.spareInterval());
  }

  private void launchMinimum() {
    launchAhead(plan.minInstances() - live, "the plan keeps " + plan.minInstances());
  }

  /** Returns how many finished requests are still remembered. */
  private int forgetFinished() {
    int old = 0;
    for (Finished request : pool.finished()) {
      Instant limit = request.at().plus(limits.rememberFor());
      if (limit.isAfter(now)) {
        dueAt(limit);
        break;
      }
      old++;
    }
    int all = pool.finished().size() + expired;
    int forgotten = Math.max(old, all - limits.remembered());
    if (forgotten > 0) {
      events.add(new Event.Forgotten(forgotten));
    }
    return all - forgotten;
  }

  /** Returns how many levels are still remembered. */
  private int forgetLevels() {
    int old = 0;
    for (Instant fell : pool.falls()) {
      Instant limit = fell.plus(limits.levelsFor());
      if (limit.isAfter(now)) {
        dueAt(limit);
        break;
      }
      old++;
    }
    if (old > 0) {
      events.add(new Event.LevelsForgotten(old));
    }
    return pool.falls().size() - old;
  }

  // Pieces

  private void open(FunctionSpec wanted) {
    if (pool.version() == 0) {
      events.add(new Event.Opened(wanted));
    } else if (!wanted.equals(spec)) {
      boolean otherInstances = !wanted.runsOn(spec);
      events.add(new Event.Respecified(wanted, otherInstances));
      if (otherInstances) {
        generation++;
        dueAt(now);
      }
    }
    spec = wanted;
  }

  /** Concurrency falls, other than by a release: the next sweep looks at what that leaves idle. */
  private void leave(Event event) {
    events.add(event);
    left++;
  }

  /** Whoever frees or readies a healthy instance gives it to the queue's head, or keeps it. */
  private void handOnOrKeep(Instance instance, StartKind kind) {
    if (instance.generation() != generation) {
      retire(instance, "the function needs other instances by now");
      launchForWaiters();
      return;
    }
    if (waiting > 0) {
      Waiter head = pool.waiters().iterator().next();
      Instant until = leaseEnd();
      events.add(
          new Event.HandedOver(
              head.requestId(), instance.id(), head.caller(), kind, drawToken(), until));
      dueAt(until);
      waiting--;
      return;
    }
    if (expectation.hasWindows()) {
      keepForeseen(instance, kind);
      return;
    }
    if (live > plan.minInstances()) {
      if (plan.keepAlive().isZero()) {
        retire(instance, "the plan keeps no idle instances");
        return;
      }
      if (pool.idle().size() >= plan.maxIdle()) {
        String longest = pool.idle().isEmpty() ? instance.id() : pool.idle().iterator().next();
        retire(instance(longest), "more than " + plan.maxIdle() + " idle");
        if (longest.equals(instance.id())) {
          return;
        }
      }
    }
    dueAt(now.plus(plan.keepAlive()));
    if (kind == StartKind.COLD && isSparing()) {
      dueAt(now.plus(plan.spareInterval()));
    }
  }

  /**
   * A released instance is kept for its level's return; a new one until the next sweep at least.
   */
  private void keepForeseen(Instance instance, StartKind kind) {
    if (kind == StartKind.COLD) {
      dueAt(now);
      return;
    }
    int level = pool.assigned();
    dueAt(now.plus(plan.foresight().nextChange(level, Duration.ZERO)));
    if (live > plan.minInstances() && !plan.foresight().keeps(level, Duration.ZERO)) {
      retire(instance, NOT_WANTED);
    }
  }

  private void retire(Instance instance, String why) {
    events.add(new Event.Retired(instance.id(), node, instance.slotId(), drawToken(), why));
    live--;
    if (instance.isStarting() && !instance.id().equals(readied)) {
      starting--;
    }
    dueAt(now.plus(limits.destroyAgainAfter()));
  }

  /**
   * Launches for waiters that no launch on its way will serve, nor a busy instance soon; returns
   * how many.
   */
  private int launchForWaiters() {
    if (starting >= waiting) {
      return 0;
    }
    int launched = 0;
    long each = expectation.servedByOneMore();
    long served = expectation.servedInTime() + (starting - pool.starting()) * each;
    while (served < waiting && launch(1, Duration.ZERO, "a request waits")) {
      launched++;
      served += each;
    }
    if (starting < waiting && served >= waiting) {
      dueAt(now.plus(lookAgainAfter()));
    }
    return launched;
  }

  /** When to see whether those who were to be served in time were. */
  private Duration lookAgainAfter() {
    Duration execution = plan.foresight().execution();
    return execution.compareTo(LOOK_AGAIN_AFTER) < 0
        ? LOOK_AGAIN_AFTER
        : shorter(execution, LAUNCH_AGAIN_AFTER);
  }

  private void launchAhead(int instances, String why) {
    for (int i = 0; i < instances && launch(1, Duration.ZERO, why); i++) {
      // as many as the limits allow
    }
  }

  private boolean launch(int attempt, Duration delay, String why) {
    if (live >= Math.min(plan.maxInstances(), limits.maxInstances()) || full()) {
      return false;
    }
    events.add(
        new Event.LaunchBegun(ids.get(), node, spec.memoryMb(), drawToken(), attempt, delay, why));
    live++;
    starting++;
    dueAt(now.plus(limits.launchTimeout()));
    return true;
  }

  private void makeRoomToRemember() {
    int size = pool.finished().size();
    if (size >= limits.remembered()) {
      events.add(new Event.Forgotten(size - limits.remembered() + limits.remembered() / 8 + 1));
    }
  }

  private boolean superseded(long epoch) {
    if (epoch > pool.epoch()) {
      events.add(new Event.EpochRaised(epoch));
    }
    return epoch < pool.epoch();
  }

  private Reply supersededReply(long epoch) {
    return refused(
        Reason.SUPERSEDED, "epoch %d was superseded by %d".formatted(epoch, pool.epoch()));
  }

  private Reply notHolder(@Nullable Instance instance, String requestId, String instanceId) {
    return instance == null
        ? refused(
            Reason.INSTANCE_NOT_FOUND,
            "function %s has no instance %s".formatted(spec.key(), instanceId))
        : refused(
            Reason.NOT_HOLDER,
            "instance %s is not held by request %s".formatted(instanceId, requestId));
  }

  private static Reply refused(Reason reason, String message) {
    return new Reply.Refused(reason, message, null);
  }

  private static String whyDestroyed(Command.Release release) {
    String outcome =
        release.outcome() == Outcome.FAILED ? "its execution failed" : "its holder asked for it";
    return release.reason().isEmpty() ? outcome : outcome + ": " + release.reason();
  }

  private static String inWords(Ending ending) {
    return switch (ending) {
      case RELEASED -> "released it";
      case EXPIRED -> "its lease ran out";
    };
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private long drawToken() {
    lastToken = Math.max(lastToken + 1, now.toEpochMilli() * 1_000);
    return lastToken;
  }

  private Instant leaseEnd() {
    return now.plus(spec.timeout()).plus(limits.leaseGrace());
  }

  private void dueAt(Instant at) {
    if (due == null || at.isBefore(due)) {
      due = at;
    }
  }

  private boolean full() {
    return events.size() >= MOST_EVENTS;
  }

  private Instance instance(String id) {
    Instance instance = pool.find(id);
    if (instance == null) {
      throw new IllegalStateException(spec.key() + " lists " + id + " and does not have it");
    }
    return instance;
  }

  private static Hold holdOf(Instance instance) {
    Hold hold = instance.hold();
    if (hold == null) {
      throw new IllegalStateException(instance.id() + " is " + instance.state() + " and not held");
    }
    return hold;
  }
}
