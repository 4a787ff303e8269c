package io.scaler.pool;

import io.scaler.model.Foresight;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.model.Reason;
import io.scaler.model.StartKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A decision in the making: the events so far, and what they will have changed of the pool's
 * counts. Reads the pool, never changes it.
 */
final class Draft {
  /** Bounds one change; what is left over is done by the next sweep, at once. */
  private static final int MOST_EVENTS = 200;

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
  private @Nullable Caller newcomer;

  Draft(Pool pool, Terms terms) {
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

  /** The decision: what was put together so far, and this reply. */
  Decision decided(Reply reply) {
    return new Decision(new Change(pool.version(), now, events), reply, due);
  }

  Pool pool() {
    return pool;
  }

  Plan plan() {
    return plan;
  }

  PoolLimits limits() {
    return limits;
  }

  /** The owner's clock, never earlier than the pool's last change. */
  Instant now() {
    return now;
  }

  /** Who will do what the events call for. */
  String node() {
    return node;
  }

  Expectation expectation() {
    return expectation;
  }

  FunctionSpec spec() {
    return spec;
  }

  int generation() {
    return generation;
  }

  /** Requests in the queue. */
  int waiting() {
    return waiting;
  }

  /** Launches on their way. */
  int starting() {
    return starting;
  }

  /** Instances that are not retiring. */
  int live() {
    return live;
  }

  /** Leases that ran out. */
  int expired() {
    return expired;
  }

  /** Requests that went without a release: out of the queue, or with their lease. */
  int left() {
    return left;
  }

  void open(FunctionSpec wanted) {
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

  void add(Event event) {
    events.add(event);
  }

  /** Takes back everything so far. */
  void discard() {
    events.clear();
    due = null;
  }

  /** A request joins the queue. */
  void queue(Event.Queued queued) {
    newcomer = queued.caller();
    events.add(queued);
    dueAt(queued.until());
    waiting++;
  }

  /** A waiter leaves the queue without an answer. */
  void drop(Waiter waiter) {
    leave(new Event.Left(waiter.requestId()));
    waiting--;
  }

  /** A waiter leaves the queue with a refusal. */
  void refuse(Waiter waiter, Reason reason, String message, @Nullable Duration retryAfter) {
    leave(
        new Event.WaiterRefused(waiter.requestId(), waiter.caller(), reason, message, retryAfter));
    waiting--;
  }

  /** A lease has run out; the instance is to be retired next. */
  void expire(Hold hold, Instance instance) {
    leave(new Event.Expired(hold.requestId(), instance.id()));
    expired++;
  }

  /** Concurrency falls, other than by a release: the next sweep looks at what that leaves idle. */
  private void leave(Event event) {
    events.add(event);
    left++;
  }

  /** A launch has come to its end. */
  void ready(Instance instance) {
    events.add(new Event.Readied(instance.id()));
    starting--;
    readied = instance.id();
  }

  /** A launch came to nothing: there is no slot to destroy. */
  void forget(Instance instance) {
    events.add(new Event.Gone(instance.id()));
    live--;
    starting--;
  }

  /** Whoever frees or readies a healthy instance gives it to the queue's head, or keeps it. */
  void handOnOrKeep(Instance instance, StartKind kind) {
    if (instance.generation() != generation) {
      retire(instance, instance.isCondemned() ? instance.reason() : RetireReason.OUTDATED.words);
      launchForWaiters();
      return;
    }
    if (waiting > 0) {
      Waiter head = pool.waiters().iterator().next();
      Instant until = leaseEnd();
      events.add(
          new Event.HandedOver(
              head.requestId(),
              instance.id(),
              head.caller(),
              kind,
              drawToken(),
              until,
              Duration.between(head.since(), now)));
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
        retire(instance, RetireReason.NONE_KEPT.words);
        return;
      }
      if (pool.idle().size() >= plan.maxIdle()) {
        String longest = pool.idle().isEmpty() ? instance.id() : pool.idle().iterator().next();
        retire(instance(longest), RetireReason.MAX_IDLE.words + plan.maxIdle() + " idle");
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
      retire(instance, RetireReason.NOT_WANTED.words);
    }
  }

  void retire(Instance instance, String why) {
    events.add(
        new Event.Retired(
            instance.id(), node, instance.slotId(), drawToken(), why, instance.used()));
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
  int launchForWaiters() {
    if (starting >= waiting) {
      return 0;
    }
    int launched = 0;
    long each = expectation.servedByOneMore();
    long served = expectation.servedInTime() + (starting - pool.starting()) * each;
    int worth = expectation.worthLaunchingFor(waiting);
    while ((starting < worth || served < waiting)
        && launch(1, Duration.ZERO, LaunchReason.WAITER.words)) {
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
    Foresight foresight = plan.foresight();
    Duration soon = longer(foresight.execution(), foresight.coldStart().dividedBy(4));
    return shorter(longer(soon, LOOK_AGAIN_AFTER), LAUNCH_AGAIN_AFTER);
  }

  void launchAhead(int instances, String why) {
    for (int i = 0; i < instances && launch(1, Duration.ZERO, why); i++) {
      // as many as the limits allow
    }
  }

  /** Of the request that has just been queued, or else of the one that waits longest. */
  private @Nullable String trace() {
    if (newcomer != null) {
      return newcomer.trace();
    }
    return pool.waiters().isEmpty() ? null : pool.waiters().iterator().next().caller().trace();
  }

  boolean launch(int attempt, Duration delay, String why) {
    if (live >= Math.min(plan.maxInstances(), limits.maxInstances()) || full()) {
      return false;
    }
    events.add(
        new Event.LaunchBegun(
            ids.get(), node, spec.memoryMb(), drawToken(), attempt, delay, why, trace()));
    live++;
    starting++;
    dueAt(now.plus(limits.launchTimeout()));
    return true;
  }

  boolean superseded(long epoch) {
    if (epoch > pool.epoch()) {
      events.add(new Event.EpochRaised(epoch));
    }
    return epoch < pool.epoch();
  }

  Reply supersededReply(long epoch) {
    return refused(
        Reason.SUPERSEDED, "term %d was superseded by %d".formatted(epoch, pool.epoch()));
  }

  static Reply refused(Reason reason, String message) {
    return new Reply.Refused(reason, message, null);
  }

  boolean isSparing() {
    return !plan.spareInterval().isZero();
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  long drawToken() {
    lastToken = Math.max(lastToken + 1, now.toEpochMilli() * 1_000);
    return lastToken;
  }

  Instant leaseEnd() {
    return now.plus(spec.timeout()).plus(limits.leaseGrace());
  }

  void dueAt(Instant at) {
    if (due == null || at.isBefore(due)) {
      due = at;
    }
  }

  boolean full() {
    return events.size() >= MOST_EVENTS;
  }

  Instance instance(String id) {
    Instance instance = pool.find(id);
    if (instance == null) {
      throw new IllegalStateException(spec.key() + " lists " + id + " and does not have it");
    }
    return instance;
  }

  static Hold holdOf(Instance instance) {
    Hold hold = instance.hold();
    if (hold == null) {
      throw new IllegalStateException(instance.id() + " is " + instance.state() + " and not held");
    }
    return hold;
  }
}
