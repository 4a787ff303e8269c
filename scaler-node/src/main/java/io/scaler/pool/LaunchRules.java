package io.scaler.pool;

import io.scaler.model.Plan;
import io.scaler.model.Plan.Surplus;
import io.scaler.model.StartKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** How launches go on, and what becomes of instances on the platform. */
final class LaunchRules {
  private static final Duration SLOWEST_BACKOFF = Duration.ofSeconds(10);
  private static final Duration LAUNCH_AGAIN_AFTER = Duration.ofSeconds(1);

  private final Pool pool;
  private final Plan plan;
  private final PoolLimits limits;
  private final Instant now;
  private final Draft draft;

  LaunchRules(Draft draft) {
    this.pool = draft.pool();
    this.plan = draft.plan();
    this.limits = draft.limits();
    this.now = draft.now();
    this.draft = draft;
  }

  Reply slotCreated(Command.SlotCreated created) {
    Instance instance = pool.find(created.instanceId());
    if (instance == null || instance.state() == Instance.State.RETIRING) {
      return new Reply.GivenUp(false);
    }
    if (instance.state() != Instance.State.CREATING) {
      return created.slotId().equals(instance.slotId()) ? new Reply.Done() : new Reply.OtherSlot();
    }
    draft.add(new Event.SlotKnown(instance.id(), created.slotId()));
    if (plan.surplus() == Surplus.GIVE_UP && draft.starting() > wanted()) {
      draft.retire(instance.initializing(created.slotId(), now), RetireReason.GIVEN_UP.words);
      return new Reply.GivenUp(true);
    }
    return new Reply.Done();
  }

  /** How many of the launches on their way have somebody or something waiting for them. */
  private int wanted() {
    int idle = pool.idle().size();
    int foreseen =
        draft.expectation().hasWindows()
            ? draft
                    .expectation()
                    .idleWanted(idle + draft.starting() - draft.waiting(), draft.left())
                - idle
            : 0;
    int least = Math.max(draft.waiting(), plan.minInstances() - (draft.live() - draft.starting()));
    return Math.max(least, draft.waiting() + foreseen) + plan.launchAhead();
  }

  Reply ready(Command.Ready ready) {
    Instance instance = pool.find(ready.instanceId());
    if (instance == null || instance.state() == Instance.State.RETIRING) {
      return new Reply.GivenUp(false);
    }
    if (instance.state() != Instance.State.INITIALIZING) {
      return new Reply.Done();
    }
    draft.ready(instance);
    draft.handOnOrKeep(instance, StartKind.COLD);
    return new Reply.Done();
  }

  Reply launchFailed(Command.LaunchFailed failed) {
    Instance instance = pool.find(failed.instanceId());
    if (instance == null || instance.state() == Instance.State.RETIRING) {
      return new Reply.GivenUp(false);
    }
    if (!instance.isStarting() || !instance.node().equals(failed.node())) {
      return new Reply.Known();
    }
    if (failed.mayExist() || instance.slotId() != null) {
      draft.retire(instance, RetireReason.LAUNCH_FAILED.words + failed.message());
    } else {
      draft.forget(instance);
    }
    if (draft.live() < plan.minInstances()) {
      draft.dueAt(now.plus(SLOWEST_BACKOFF));
    }
    if (draft.waiting() <= draft.starting()) {
      return new Reply.Done();
    }
    if (failed.retryAfter() == null && instance.attempt() < limits.launchAttempts()) {
      draft.launch(
          instance.attempt() + 1, backoff(instance.attempt()), LaunchReason.AFTER_FAILURE.words);
      return new Reply.Done();
    }
    int coming = draft.starting() + pool.assigned();
    refuseYoungest(draft.waiting() - coming, failed);
    if (draft.waiting() > draft.starting()) {
      draft.dueAt(now.plus(LAUNCH_AGAIN_AFTER));
    }
    return new Reply.Done();
  }

  private Duration backoff(int failedAttempts) {
    Duration pause = limits.launchBackoff().multipliedBy(1L << Math.min(failedAttempts - 1, 20));
    return Draft.shorter(pause, SLOWEST_BACKOFF);
  }

  private void refuseYoungest(int many, Command.LaunchFailed failed) {
    if (many <= 0) {
      return;
    }
    List<Waiter> all = List.copyOf(pool.waiters());
    for (Waiter waiter : all.subList(Math.max(0, all.size() - many), all.size())) {
      draft.refuse(waiter, failed.reason(), failed.message(), failed.retryAfter());
    }
  }

  Reply prewarm(Command.Prewarm prewarm) {
    if (draft.superseded(prewarm.epoch())) {
      return draft.supersededReply(prewarm.epoch());
    }
    if (pool.version() == 0) {
      draft.open(prewarm.spec());
    }
    draft.launchAhead(prewarm.instances() - draft.live(), LaunchReason.PREWARMED.words);
    return new Reply.Done();
  }

  Reply compare(Command.Compare compare) {
    Set<String> running = Set.copyOf(compare.instanceIds());
    List<String> missing =
        pool.instances().stream()
            .filter(instance -> isTakenForRunning(instance) && !running.contains(instance.id()))
            .map(Instance::id)
            .toList();
    List<String> unknown = running.stream().filter(id -> pool.find(id) == null).toList();
    return new Reply.Compared(missing, unknown);
  }

  Reply launching(Command.AskLaunching asked) {
    return new Reply.Launching(asked.instanceIds().stream().filter(this::mayLaunch).toList());
  }

  private boolean mayLaunch(String instanceId) {
    Instance instance = pool.find(instanceId);
    return instance != null
        && (instance.isStarting()
            || (instance.state() == Instance.State.RETIRING && !instance.used()));
  }

  private static boolean isTakenForRunning(Instance instance) {
    return instance.state() == Instance.State.IDLE
        || (instance.state() == Instance.State.ASSIGNED && !instance.isCondemned());
  }

  Reply adopt(Command.Adopt adopt) {
    if (draft.superseded(adopt.epoch())) {
      return draft.supersededReply(adopt.epoch());
    }
    if (pool.find(adopt.instanceId()) != null) {
      return new Reply.Known();
    }
    draft.open(adopt.spec());
    Instant until = draft.leaseEnd();
    draft.add(
        new Event.Adopted(
            adopt.instanceId(), adopt.slotId(), adopt.memoryMb(), draft.drawToken(), until));
    draft.dueAt(until);
    return new Reply.Done();
  }

  Reply destroyed(Command.Destroyed destroyed) {
    Instance instance = pool.find(destroyed.instanceId());
    if (instance != null && instance.state() == Instance.State.RETIRING) {
      draft.add(new Event.Gone(instance.id()));
      draft.dueAt(now.plus(limits.rememberFor()));
    }
    return new Reply.Done();
  }

  Reply nodeLost(Command.NodeLost lost) {
    for (Waiter waiter : pool.waiters()) {
      if (waiter.caller().node().equals(lost.lostNode())) {
        draft.drop(waiter);
      }
    }
    for (Instance instance : pool.instances()) {
      if (!instance.node().equals(lost.lostNode())) {
        continue;
      }
      if (instance.isStarting()) {
        draft.add(instance.launchTakenBy(draft.node()));
      } else if (instance.state() == Instance.State.RETIRING) {
        draft.add(instance.retiredAgainBy(draft.node()));
      }
    }
    return new Reply.Done();
  }
}
