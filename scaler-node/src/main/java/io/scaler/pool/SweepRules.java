package io.scaler.pool;

import io.scaler.model.Plan;
import io.scaler.model.Reason;
import io.scaler.model.Spans;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The leader's pass: what is overdue, no longer worth keeping, or wanted soon. */
final class SweepRules {
  private final Pool pool;
  private final Plan plan;
  private final PoolLimits limits;
  private final Instant now;
  private final Draft draft;

  SweepRules(Draft draft) {
    this.pool = draft.pool();
    this.plan = draft.plan();
    this.limits = draft.limits();
    this.now = draft.now();
    this.draft = draft;
  }

  Reply sweep(Command.Sweep sweep) {
    if (draft.superseded(sweep.epoch())) {
      return draft.supersededReply(sweep.epoch());
    }
    refuseLateWaiters();
    sweepInstances();
    sweepIdle();
    draft.launchForWaiters();
    launchMinimum();
    launchForeseen();
    int remembered = forgetFinished() + forgetLevels();
    if (draft.live() == 0
        && pool.instances().isEmpty()
        && draft.waiting() == 0
        && remembered == 0) {
      draft.add(new Event.Closed());
    } else if (draft.full()) {
      draft.dueAt(now);
    }
    return new Reply.Done();
  }

  Reply makeRoom(Command.MakeRoom makeRoom) {
    if (draft.superseded(makeRoom.epoch())) {
      return draft.supersededReply(makeRoom.epoch());
    }
    for (String id : makeRoom.instanceIds()) {
      Instance instance = pool.find(id);
      if (instance != null
          && instance.state() == Instance.State.IDLE
          && !instance.since().isAfter(makeRoom.idleSince())
          && draft.live() > plan.minInstances()
          && !draft.full()) {
        draft.retire(instance, RetireReason.MEMORY.words);
      }
    }
    return new Reply.Done();
  }

  Reply destroy(Command.Destroy destroy) {
    Instance named = pool.find(destroy.instanceId());
    if (named == null && !destroy.instanceId().isEmpty()) {
      return Draft.refused(
          Reason.INSTANCE_NOT_FOUND,
          "function %s has no instance %s".formatted(draft.spec().key(), destroy.instanceId()));
    }
    Collection<Instance> wanted = named == null ? pool.instances() : List.of(named);
    int retiring = 0;
    int condemned = 0;
    int left = 0;
    for (Instance instance : wanted) {
      switch (instance.state()) {
        case RETIRING -> retiring++;
        case CREATING, INITIALIZING -> {
          if (named != null) {
            draft.retire(instance, destroy.why());
            retiring++;
          }
        }
        case IDLE -> {
          if (draft.full()) {
            left++;
          } else {
            draft.retire(instance, destroy.why());
            retiring++;
          }
        }
        case ASSIGNED -> {
          if (draft.full() && !instance.isCondemned()) {
            left++;
            continue;
          } else if (!instance.isCondemned()) {
            draft.add(new Event.Condemned(instance.id(), destroy.why()));
          }
          condemned++;
        }
      }
    }
    draft.launchForWaiters();
    draft.dueAt(now);
    return new Reply.Destroying(retiring, condemned, left);
  }

  Reply lost(Command.Lost lost) {
    if (draft.superseded(lost.epoch())) {
      return draft.supersededReply(lost.epoch());
    }
    for (String id : lost.instanceIds()) {
      Instance instance = pool.find(id);
      if (instance == null || draft.full()) {
        continue;
      }
      if (instance.state() == Instance.State.IDLE) {
        draft.retire(instance, RetireReason.PLATFORM_LOST.words);
      } else if (instance.state() == Instance.State.ASSIGNED && !instance.isCondemned()) {
        draft.add(new Event.Condemned(id, RetireReason.PLATFORM_LOST.words));
      }
    }
    draft.dueAt(now);
    return new Reply.Done();
  }

  private void refuseLateWaiters() {
    for (Waiter waiter : pool.waiters()) {
      if (waiter.until().isAfter(now) || draft.full()) {
        draft.dueAt(waiter.until());
        continue;
      }
      draft.refuse(
          waiter,
          Reason.TIMED_OUT,
          "no instance of %s came free and none could be started within %s"
              .formatted(
                  draft.spec().key(),
                  Spans.chosen(Duration.between(waiter.since(), waiter.until()))),
          Duration.ofSeconds(1));
    }
  }

  private void sweepInstances() {
    Instant launchedSince = now.minus(limits.launchTimeout());
    Instant destroyedSince = now.minus(limits.destroyAgainAfter());
    Instant earliestLaunch = Instant.MAX;
    Instant earliestRetired = Instant.MAX;
    for (Instance instance : pool.instances()) {
      if (draft.full()) {
        break;
      }
      switch (instance.state()) {
        case CREATING, INITIALIZING -> {
          if (instance.since().isAfter(launchedSince)) {
            earliestLaunch = earlier(earliestLaunch, instance.since());
          } else {
            draft.retire(instance, RetireReason.LAUNCH_TIMEOUT.words + limits.launchTimeout());
          }
        }
        case ASSIGNED -> {
          Hold hold = Draft.holdOf(instance);
          if (hold.until().isAfter(now)) {
            draft.dueAt(hold.until());
          } else {
            draft.expire(hold, instance);
            draft.retire(instance, RetireReason.LEASE.words);
          }
        }
        case RETIRING -> {
          if (instance.since().isAfter(destroyedSince)) {
            earliestRetired = earlier(earliestRetired, instance.since());
          } else {
            draft.add(instance.retiredAgainBy(draft.node()));
            earliestRetired = earlier(earliestRetired, now);
          }
        }
        case IDLE -> {}
      }
    }
    dueAfter(limits.launchTimeout(), earliestLaunch);
    dueAfter(limits.destroyAgainAfter(), earliestRetired);
  }

  private void dueAfter(Duration limit, Instant earliest) {
    if (!earliest.equals(Instant.MAX)) {
      draft.dueAt(earliest.plus(limit));
    }
  }

  private static Instant earlier(Instant one, Instant other) {
    return other.isBefore(one) ? other : one;
  }

  private void sweepIdle() {
    if (draft.expectation().hasWindows()) {
      sweepForeseen();
      return;
    }
    int position = 0;
    int spares = 0;
    for (Iterator<String> next = pool.idleNewestFirst(); next.hasNext() && !draft.full(); ) {
      Instance instance = draft.instance(next.next());
      position++;
      if (!instance.used()) {
        spares++;
      }
      String why = whyNotKept(instance, position, spares);
      boolean outdated = instance.generation() != draft.generation();
      if (why != null && (outdated || draft.live() > plan.minInstances())) {
        draft.retire(instance, why);
      } else if (why == null) {
        draft.dueAt(instance.since().plus(plan.keepAlive()));
        if (!instance.used() && draft.isSparing()) {
          draft.dueAt(nextSpareCut(instance));
        }
      }
    }
  }

  /** Retires idle instances beyond what the levels want, the longest idle first. */
  private void sweepForeseen() {
    int idle = pool.idle().size();
    int coming = Math.max(0, draft.starting() - draft.waiting());
    int surplus = idle + coming - draft.expectation().idleWanted(idle + coming, draft.left());
    for (String id : pool.idle()) {
      if (draft.full()) {
        return;
      }
      Instance instance = draft.instance(id);
      if (instance.generation() != draft.generation()) {
        draft.retire(instance, RetireReason.OUTDATED.words);
        surplus--;
      } else if (surplus > 0 && draft.live() > plan.minInstances()) {
        draft.retire(instance, RetireReason.NOT_WANTED.words);
        surplus--;
      }
    }
  }

  /** Launches what the levels want and is neither there nor on its way. */
  private void launchForeseen() {
    if (!draft.expectation().hasWindows()) {
      return;
    }
    Instant next = draft.expectation().nextChange(draft.left());
    if (next != null) {
      draft.dueAt(next);
    }
    int there = draft.live() - (pool.assigned() - draft.expired()) - draft.waiting();
    int idle = Math.max(0, there);
    draft.launchAhead(
        draft.expectation().idleWanted(idle, draft.left()) - idle, LaunchReason.FORESEEN.words);
  }

  /**
   * Why the plan does not keep this idle instance, or null if it does.
   *
   * @param position among the idle ones, the next to be used being the first
   * @param spares how many up to this position were launched ahead and never used
   */
  private @Nullable String whyNotKept(Instance instance, int position, int spares) {
    if (instance.generation() != draft.generation()) {
      return RetireReason.OUTDATED.words;
    }
    if (!instance.since().plus(plan.keepAlive()).isAfter(now)) {
      return RetireReason.KEEP_ALIVE.words + Spans.inWords(plan.keepAlive());
    }
    if (position > plan.maxIdle()) {
      return RetireReason.MAX_IDLE.words + plan.maxIdle() + " idle";
    }
    if (instance.used() || !draft.isSparing()) {
      return null;
    }
    Instant firstCut = instance.since().plus(plan.spareInterval());
    if (!firstCut.plus(plan.spareInterval()).isAfter(now)) {
      return RetireReason.SPARE.words + " and not used for twice " + plan.spareInterval();
    }
    if (!firstCut.isAfter(now) && spares > plan.sparesKept()) {
      return RetireReason.SPARE.words
          + ", not used for %s, and more than %d such"
              .formatted(plan.spareInterval(), plan.sparesKept());
    }
    return null;
  }

  private Instant nextSpareCut(Instance instance) {
    Instant firstCut = instance.since().plus(plan.spareInterval());
    return firstCut.isAfter(now) ? firstCut : firstCut.plus(plan.spareInterval());
  }

  private void launchMinimum() {
    draft.launchAhead(
        plan.minInstances() - draft.live(), LaunchReason.MINIMUM.words + plan.minInstances());
  }

  /** Returns how many finished requests are still remembered. */
  private int forgetFinished() {
    int old = 0;
    for (Finished request : pool.finished()) {
      Instant limit = request.at().plus(limits.rememberFor());
      if (limit.isAfter(now)) {
        draft.dueAt(limit);
        break;
      }
      old++;
    }
    int all = pool.finished().size() + draft.expired();
    int forgotten = Math.max(old, all - limits.remembered());
    if (forgotten > 0) {
      draft.add(new Event.Forgotten(forgotten));
    }
    return all - forgotten;
  }

  /** Returns how many levels are still remembered. */
  private int forgetLevels() {
    int old = 0;
    for (Iterator<Instant> falls = pool.levels().fallsDownwards(); falls.hasNext(); ) {
      Instant limit = falls.next().plus(limits.levelsFor());
      if (limit.isAfter(now)) {
        draft.dueAt(limit);
        break;
      }
      old++;
    }
    if (old > 0) {
      draft.add(new Event.LevelsForgotten(old));
    }
    return pool.levels().above() - old;
  }
}
