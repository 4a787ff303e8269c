package io.scaler.pool;

import static io.scaler.pool.Invariant.CONSERVED;
import static io.scaler.pool.Invariant.COPIES_EQUAL;
import static io.scaler.pool.Invariant.HELD_BY_ONE;
import static io.scaler.pool.Invariant.HOLDS_ONE;
import static io.scaler.pool.Invariant.LEADERS_FENCED;
import static io.scaler.pool.Invariant.LEASES_END;
import static io.scaler.pool.Invariant.RETIRED_NEVER_ASSIGNED;
import static io.scaler.pool.Invariant.SWEPT_WHEN_DUE;
import static io.scaler.pool.Invariant.WAITERS_SERVED;
import static io.scaler.pool.Invariant.WITHIN_LIMITS;

import io.scaler.model.Reason;
import io.scaler.pool.PoolHistory.Life;
import io.scaler.pool.PoolHistory.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks what must hold once a decision has been made, whatever it was. */
final class PoolInvariantsAfter {
  /** A sweep that makes as many events may leave the rest to the next. */
  private static final int FULL = 200;

  private static final Duration LAUNCH_AGAIN_AFTER = Duration.ofSeconds(1);

  private final PoolHistory history;

  /** When the pool wants its next sweep, as its decisions so far said. */
  private @Nullable Instant due;

  /** The latest that the owners' clocks have shown; one may be behind the one before. */
  private Instant latest = Instant.MIN;

  PoolInvariantsAfter(PoolHistory history) {
    this.history = history;
  }

  /** When the pool wants to be swept, or null. */
  @Nullable Instant due() {
    return due;
  }

  /** The plan changed, so that the pool is to be swept soon. */
  void touched() {
    due = Instant.EPOCH;
  }

  void reopened() {
    due = null;
  }

  void reply(Command command, Decision decision, Instant at) {
    Reply reply = decision.reply();
    if (reply instanceof Reply.Refused) {
      CONSERVED.check(decision.events().isEmpty(), "refused, but", decision.events());
    }
    if (command instanceof Command.Assign assign) {
      assigned(assign, reply, at);
    } else if (command instanceof Command.Cancel cancel) {
      Wait wait = history.waits.get(cancel.requestId());
      WAITERS_SERVED.check(
          wait == null || !wait.caller().equals(cancel.caller()),
          wait,
          "is still queued after",
          cancel);
    } else if (command instanceof Command.Release release) {
      released(release, reply);
    } else if (command instanceof Command.Renew renew) {
      Life life = history.heldBy(renew.requestId());
      boolean own =
          life != null
              && life.id.equals(renew.instanceId())
              && life.until != null
              && life.until.isAfter(at);
      HELD_BY_ONE.check(own == reply instanceof Reply.Renewed, renew, "got", reply);
    } else if (command instanceof Command.Destroy destroy) {
      destroyed(destroy, reply);
    } else if (command instanceof Command.Compare compare) {
      compared(compare, decision);
    } else if (command instanceof Command.AskLaunching asked) {
      toldLaunching(asked, decision);
    } else if (command instanceof Command.Lost lost && reply instanceof Reply.Done) {
      for (String id : lost.instanceIds()) {
        RETIRED_NEVER_ASSIGNED.check(isToGo(history.lives.get(id)), id, "is left by", lost);
      }
    } else if (command instanceof Command.SlotCreated created) {
      slotCreated(created, decision);
    } else if (command instanceof Command.Ready ready) {
      Life life = history.lives.get(ready.instanceId());
      boolean useful = life != null && !life.isStarting();
      boolean retired = life == null || life.state == Instance.State.RETIRING;
      CONSERVED.check(
          reply instanceof Reply.Done ? useful : retired && reply instanceof Reply.GivenUp,
          ready,
          "got",
          reply,
          "with",
          life);
    }
  }

  private void destroyed(Command.Destroy destroy, Reply reply) {
    if (reply instanceof Reply.Destroying destroying && destroying.left() == 0) {
      for (Life life : history.lives.values()) {
        boolean meant = destroy.instanceId().isEmpty() || destroy.instanceId().equals(life.id);
        RETIRED_NEVER_ASSIGNED.check(!meant || isToGo(life), life, "is left by", destroy);
      }
    } else {
      CONSERVED.check(!history.lives.containsKey(destroy.instanceId()), destroy, "got", reply);
    }
  }

  private static boolean isToGo(@Nullable Life life) {
    return life == null
        || (life.state != Instance.State.IDLE
            && (life.holder == null || life.generation == Instance.CONDEMNED));
  }

  /** Whatever is not starting or going, and does not run, is missing. */
  private void compared(Command.Compare compare, Decision decision) {
    Set<String> missing = new HashSet<>();
    for (Life life : history.lives.values()) {
      boolean isThere =
          life.state == Instance.State.IDLE
              || (life.state == Instance.State.ASSIGNED && life.generation != Instance.CONDEMNED);
      if (isThere && !compare.instanceIds().contains(life.id)) {
        missing.add(life.id);
      }
    }
    Set<String> unknown = new HashSet<>(compare.instanceIds());
    unknown.removeAll(history.lives.keySet());
    CONSERVED.check(
        decision.events().isEmpty()
            && decision.reply() instanceof Reply.Compared compared
            && missing.equals(Set.copyOf(compared.missing()))
            && unknown.equals(Set.copyOf(compared.unknown())),
        compare,
        "got",
        decision);
  }

  /** What is starting, or going and has never served. */
  private void toldLaunching(Command.AskLaunching asked, Decision decision) {
    Set<String> launching = new HashSet<>();
    for (String id : asked.instanceIds()) {
      Life life = history.lives.get(id);
      if (life != null
          && (life.isStarting() || (life.state == Instance.State.RETIRING && !life.served))) {
        launching.add(id);
      }
    }
    CONSERVED.check(
        decision.events().isEmpty()
            && decision.reply() instanceof Reply.Launching told
            && launching.equals(Set.copyOf(told.instanceIds())),
        asked,
        "got",
        decision);
  }

  private void assigned(Command.Assign assign, Reply reply, Instant at) {
    Life life = history.heldBy(assign.requestId());
    Wait wait = history.waits.get(assign.requestId());
    if (reply instanceof Reply.Granted granted) {
      HOLDS_ONE.check(
          life != null && life.id.equals(granted.instanceId()), granted, "but it holds", life);
      HOLDS_ONE.check(life.token == granted.token(), granted, "but its token is", life.token);
      LEASES_END.check(
          at.plus(granted.remaining()).equals(life.until) && granted.remaining().toNanos() > 0,
          granted,
          "but its lease ends at",
          life.until);
    } else if (reply instanceof Reply.Queued) {
      WAITERS_SERVED.check(wait != null && life == null, assign, "is not queued");
    } else if (reply instanceof Reply.Refused refused) {
      WAITERS_SERVED.check(wait == null, refused, "but waits");
      boolean over =
          life == null
              ? history.finished.contains(assign.requestId())
              : life.until != null && !life.until.isAfter(at);
      WAITERS_SERVED.check(
          refused.reason() == Reason.OVERLOADED
              ? life == null
              : refused.reason() == Reason.REQUEST_FINISHED && over,
          assign,
          "got",
          refused,
          "with",
          life);
    } else {
      throw new Invariant.Violation(WAITERS_SERVED, assign + " got " + reply);
    }
  }

  private void released(Command.Release release, Reply reply) {
    Life life = history.lives.get(release.instanceId());
    HELD_BY_ONE.check(
        life == null || !release.requestId().equals(life.holder),
        release,
        "got",
        reply,
        "and still holds",
        life);
    if (reply instanceof Reply.Done) {
      HELD_BY_ONE.check(
          history.finished.contains(release.requestId()), release, "ended nobody's hold");
    } else if (reply instanceof Reply.Refused refused) {
      boolean lateRelease = history.finished.contains(release.requestId());
      HELD_BY_ONE.check(
          life == null
              ? refused.reason() == Reason.INSTANCE_NOT_FOUND
                  || (lateRelease && refused.reason() == Reason.NOT_HOLDER)
              : refused.reason() == Reason.NOT_HOLDER,
          release,
          "got",
          refused,
          "with",
          life);
    }
  }

  private void slotCreated(Command.SlotCreated created, Decision decision) {
    Life life = history.lives.get(created.instanceId());
    boolean retiredNow =
        decision.events().stream()
            .anyMatch(
                event ->
                    event instanceof Event.Retired retired
                        && retired.instanceId().equals(created.instanceId()));
    boolean alive = life != null && life.state != Instance.State.RETIRING;
    boolean wanted = alive && created.slotId().equals(life.slot);
    CONSERVED.check(
        wanted
            ? decision.reply() instanceof Reply.Done
            : decision
                .reply()
                .equals(alive ? new Reply.OtherSlot() : new Reply.GivenUp(retiredNow)),
        created,
        "got",
        decision.reply(),
        "with",
        life);
  }

  void everything(Command command, Terms terms, Decision decision, Instant at) {
    Long epoch = epochOf(command);
    boolean superseded = epoch != null && epoch < history.epoch;
    if (superseded) {
      LEADERS_FENCED.check(
          decision.events().isEmpty()
              && decision.reply() instanceof Reply.Refused refused
              && refused.reason() == Reason.SUPERSEDED,
          command,
          "of a former leader got",
          decision);
    }
    boolean swept = command instanceof Command.Sweep && !superseded;
    boolean full = decision.events().size() >= FULL;
    if (swept) {
      due = decision.due();
      SWEPT_WHEN_DUE.check(
          full || due == null || due.isAfter(at), "a sweep at", at, "left something due at", due);
    } else if (decision.due() != null && (due == null || decision.due().isBefore(due))) {
      due = decision.due();
    }
    if (swept && !full) {
      nothingIsOverdue(terms, at);
    }
    for (Life life : history.lives.values()) {
      RETIRED_NEVER_ASSIGNED.check(
          !life.condemned || life.state == Instance.State.RETIRING, life, "is kept");
      duties(life, terms.limits());
    }
    for (Wait wait : history.waits.values()) {
      dueBy(wait.until(), wait);
    }
    latest = at.isAfter(latest) ? at : latest;
    latest = terms.now().isAfter(latest) ? terms.now() : latest;
    waitersAreServed(terms);
    if (command instanceof Command.NodeLost lost && !lost.lostNode().equals(terms.node())) {
      nothingIsLeftTo(lost.lostNode());
    }
  }

  private void duties(Life life, PoolLimits limits) {
    switch (life.state) {
      case CREATING, INITIALIZING -> dueBy(life.since.plus(limits.launchTimeout()), life);
      case ASSIGNED -> dueBy(life.until, life);
      case RETIRING -> dueBy(life.since.plus(limits.destroyAgainAfter()), life);
      case IDLE -> {}
    }
  }

  private void dueBy(@Nullable Instant limit, Object what) {
    SWEPT_WHEN_DUE.check(
        due != null && limit != null && !due.isAfter(limit), what, "wants", limit, "not", due);
  }

  private void waitersAreServed(Terms terms) {
    if (history.waits.isEmpty()) {
      return;
    }
    WAITERS_SERVED.check(
        history.newestUsable() == null, history.head(), "waits beside", history.newestUsable());
    int most = Math.min(terms.plan().maxInstances(), terms.limits().maxInstances());
    boolean launching = history.starting() >= history.waits.size() || history.live() >= most;
    WAITERS_SERVED.check(
        launching || (due != null && !due.isAfter(latest.plus(LAUNCH_AGAIN_AFTER))),
        history.waits.size(),
        "wait,",
        history.starting(),
        "are starting, the next sweep is due at",
        due);
  }

  private void nothingIsLeftTo(String lostNode) {
    for (Wait wait : history.waits.values()) {
      WAITERS_SERVED.check(!wait.caller().node().equals(lostNode), wait, "of a lost node");
    }
    for (Life life : history.lives.values()) {
      CONSERVED.check(!life.node.equals(lostNode), life, "is left to lost", lostNode);
    }
  }

  private void nothingIsOverdue(Terms terms, Instant at) {
    for (Wait wait : history.waits.values()) {
      WAITERS_SERVED.check(wait.until().isAfter(at), wait, "was not refused in time");
    }
    PoolLimits limits = terms.limits();
    for (Life life : history.lives.values()) {
      switch (life.state) {
        case CREATING, INITIALIZING ->
            CONSERVED.check(
                life.since.plus(limits.launchTimeout()).isAfter(at), life, "starts for ever");
        case ASSIGNED ->
            LEASES_END.check(
                life.until != null && life.until.isAfter(at), life, "outlives its lease");
        case RETIRING ->
            CONSERVED.check(
                life.since.plus(limits.destroyAgainAfter()).isAfter(at),
                life,
                "was not destroyed again");
        case IDLE ->
            RETIRED_NEVER_ASSIGNED.check(
                life.generation == history.generation, life, "is out of date and kept");
      }
    }
    int most = Math.min(terms.plan().maxInstances(), limits.maxInstances());
    WITHIN_LIMITS.check(
        history.live() >= Math.min(terms.plan().minInstances(), most) || history.spec == null,
        history.live(),
        "instances are too few");
    WITHIN_LIMITS.check(
        history.finished.size() <= limits.remembered(),
        history.finished.size(),
        "finished requests are remembered");
  }

  void compare(PoolState state) {
    COPIES_EQUAL.check(
        state.instances().size() == history.lives.size(), state.instances(), "not", history.lives);
    for (Instance instance : state.instances()) {
      Life life = history.lives.get(instance.id());
      COPIES_EQUAL.check(
          life != null
              && life.state == instance.state()
              && life.node.equals(instance.node())
              && life.since.equals(instance.since())
              && life.token == instance.token()
              && life.generation == instance.generation()
              && (life.slot == null
                  ? instance.slotId() == null
                  : life.slot.equals(instance.slotId()))
              && (life.holder == null
                  ? instance.hold() == null
                  : instance.hold() != null
                      && life.holder.equals(instance.hold().requestId())
                      && instance.hold().until().equals(life.until)),
          instance,
          "not",
          life);
    }
    COPIES_EQUAL.check(state.idle().equals(history.idle), state.idle(), "not", history.idle);
    Iterator<Wait> waits = history.waits.values().iterator();
    for (Waiter waiter : state.waiters()) {
      Wait wait = waits.hasNext() ? waits.next() : null;
      COPIES_EQUAL.check(
          wait != null
              && wait.request().equals(waiter.requestId())
              && wait.caller().equals(waiter.caller()),
          waiter,
          "not",
          wait);
    }
    COPIES_EQUAL.check(!waits.hasNext(), "more waiters than", state.waiters());
    COPIES_EQUAL.check(
        state.generation() == history.generation
            && state.epoch() == history.epoch
            && state.lastToken() == history.lastToken
            && state.finished().size() == history.finished.size(),
        state,
        "not generation",
        history.generation,
        "epoch",
        history.epoch,
        "token",
        history.lastToken,
        "finished",
        history.finished.size());
  }

  private static @Nullable Long epochOf(Command command) {
    if (command instanceof Command.Sweep sweep) {
      return sweep.epoch();
    }
    if (command instanceof Command.Prewarm prewarm) {
      return prewarm.epoch();
    }
    if (command instanceof Command.MakeRoom makeRoom) {
      return makeRoom.epoch();
    }
    if (command instanceof Command.Lost lost) {
      return lost.epoch();
    }
    return command instanceof Command.Adopt adopt ? adopt.epoch() : null;
  }
}
