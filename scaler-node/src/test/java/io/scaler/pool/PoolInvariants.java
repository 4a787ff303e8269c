package io.scaler.pool;

import static io.scaler.pool.Invariant.CONSERVED;
import static io.scaler.pool.Invariant.HELD_BY_ONE;
import static io.scaler.pool.Invariant.HOLDS_ONE;
import static io.scaler.pool.Invariant.LEADERS_FENCED;
import static io.scaler.pool.Invariant.LEASES_END;
import static io.scaler.pool.Invariant.RETIRED_NEVER_ASSIGNED;
import static io.scaler.pool.Invariant.WAITERS_SERVED;
import static io.scaler.pool.Invariant.WITHIN_LIMITS;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.Reason;
import io.scaler.pool.PoolHistory.Life;
import io.scaler.pool.PoolHistory.Wait;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Checks that each event of a pool is allowed where it happens, by the history of events and the
 * command that brought it about. What must hold after a decision is checked by {@link
 * PoolInvariantsAfter}.
 */
final class PoolInvariants {
  private final PoolHistory history = new PoolHistory();
  private final PoolInvariantsAfter after = new PoolInvariantsAfter(history);

  /** Checks a decision that is about to be applied. */
  void observe(Command command, Terms terms, Decision decision) {
    Instant at = decision.change().at();
    for (Event event : decision.events()) {
      observe(event, command, terms, at);
    }
    after.reply(command, decision, at);
    after.everything(command, terms, decision, at);
  }

  PoolHistory history() {
    return history;
  }

  /** When the pool wants to be swept, or null. */
  @Nullable Instant due() {
    return after.due();
  }

  /** The plan changed, so that the pool is to be swept soon. */
  void touched() {
    after.touched();
  }

  /** The pool was removed: the next one begins anew. */
  void reopened() {
    history.reopen();
    after.reopened();
  }

  /** Checks that the pool says of itself what its events say. */
  void compare(PoolState state) {
    after.compare(state);
  }

  private void observe(Event event, Command command, Terms terms, Instant at) {
    if (event instanceof Event.Granted granted) {
      granted(granted, command, at);
    } else if (event instanceof Event.HandedOver handed) {
      handedOver(handed, at);
    } else if (event instanceof Event.Released released) {
      released(released, command, at);
    } else if (event instanceof Event.Queued queued) {
      queued(queued, command, terms);
    } else if (event instanceof Event.Rebound rebound) {
      rebound(rebound, command);
    } else if (event instanceof Event.Left left) {
      left(left, command);
    } else if (event instanceof Event.WaiterRefused refused) {
      waiterRefused(refused, command, at);
    } else if (event instanceof Event.LaunchBegun begun) {
      launchBegun(begun, terms, at);
    } else if (event instanceof Event.LaunchTaken taken) {
      Life life = life(taken.instanceId());
      CONSERVED.check(
          life.isStarting() && command instanceof Command.NodeLost, life, "was taken over");
      life.node = taken.node();
      life.since = at;
    } else if (event instanceof Event.SlotKnown known) {
      Life life = life(known.instanceId());
      CONSERVED.check(life.state == Instance.State.CREATING, life, "got another slot");
      life.state = Instance.State.INITIALIZING;
      life.slot = known.slotId();
      life.since = at;
    } else if (event instanceof Event.Readied readied) {
      Life life = life(readied.instanceId());
      RETIRED_NEVER_ASSIGNED.check(
          life.state == Instance.State.INITIALIZING && command instanceof Command.Ready,
          life,
          "became ready");
      history.idle(life, at);
    } else if (event instanceof Event.Returned returned) {
      returned(returned, command, at);
    } else if (event instanceof Event.Renewed renewed) {
      renewed(renewed, command, at);
    } else if (event instanceof Event.Expired expired) {
      expired(expired, command, at);
    } else if (event instanceof Event.Adopted adopted) {
      adopted(adopted, at);
    } else if (event instanceof Event.Retired retired) {
      retired(retired, command, terms, at);
    } else if (event instanceof Event.RetiredAgain again) {
      Life life = life(again.instanceId());
      CONSERVED.check(
          life.state == Instance.State.RETIRING, life, "was destroyed again without being retired");
      life.node = again.node();
      life.since = at;
    } else if (event instanceof Event.Condemned condemned) {
      Life life = life(condemned.instanceId());
      CONSERVED.check(
          life.state == Instance.State.ASSIGNED
              && (command instanceof Command.Destroy || command instanceof Command.Lost),
          life,
          "was condemned by",
          command);
      life.generation = Instance.CONDEMNED;
    } else if (event instanceof Event.Gone gone) {
      gone(gone, command);
    } else if (event instanceof Event.Opened opened) {
      CONSERVED.check(history.spec == null, "a pool was opened twice");
      history.spec = opened.spec();
    } else if (event instanceof Event.Respecified respecified) {
      FunctionSpec before = spec();
      CONSERVED.check(
          respecified.otherInstances() == !respecified.spec().runsOn(before),
          respecified,
          "after",
          before);
      history.spec = respecified.spec();
      history.generation += respecified.otherInstances() ? 1 : 0;
    } else if (event instanceof Event.Forgotten forgotten) {
      int oldest = Math.min(forgotten.finished(), history.finished.size());
      history.finished.subList(0, oldest).clear();
    } else if (event instanceof Event.LevelsForgotten forgotten) {
      CONSERVED.check(forgotten.levels() > 0, forgotten);
    } else if (event instanceof Event.EpochRaised raised) {
      LEADERS_FENCED.check(raised.epoch() > history.epoch, raised, "after", history.epoch);
      history.epoch = raised.epoch();
    } else if (event instanceof Event.Closed) {
      CONSERVED.check(history.lives.isEmpty(), "closed with", history.lives.values());
      WAITERS_SERVED.check(history.waits.isEmpty(), "closed with", history.waits.values());
    } else {
      throw new IllegalStateException("nothing is known of " + event);
    }
  }

  private void granted(Event.Granted granted, Command command, Instant at) {
    String request = granted.requestId();
    HELD_BY_ONE.check(
        command instanceof Command.Assign assign && assign.requestId().equals(request),
        granted,
        "without being asked for");
    WAITERS_SERVED.check(!history.waits.containsKey(request), request, "waits already");
    Life life = assignable(granted.instanceId(), request);
    WAITERS_SERVED.check(history.waits.isEmpty(), request, "overtook", history.waits.values());
    history.grant(life, request, granted.caller(), drawn(granted.token()), at, granted.until());
  }

  private void handedOver(Event.HandedOver handed, Instant at) {
    Wait head = history.head();
    WAITERS_SERVED.check(
        head != null && head.request().equals(handed.requestId()),
        handed.requestId(),
        "was served before",
        head);
    WAITERS_SERVED.check(
        head != null && head.caller().equals(handed.caller()), "another caller than", head);
    Life life = assignable(handed.instanceId(), handed.requestId());
    history.waits.remove(handed.requestId());
    history.grant(
        life, handed.requestId(), handed.caller(), drawn(handed.token()), at, handed.until());
  }

  private Life assignable(String instanceId, String request) {
    Life life = history.lives.get(instanceId);
    RETIRED_NEVER_ASSIGNED.check(life != null, instanceId, "is unknown and was assigned");
    HELD_BY_ONE.check(life.holder == null, life, "was assigned to", request);
    HOLDS_ONE.check(
        history.heldBy(request) == null,
        request,
        "holds",
        history.heldBy(request),
        "and got",
        life);
    RETIRED_NEVER_ASSIGNED.check(
        life.state == Instance.State.IDLE && !life.condemned, life, "was assigned to", request);
    RETIRED_NEVER_ASSIGNED.check(
        life.generation == history.generation, life, "is out of date and was assigned");
    return life;
  }

  private void released(Event.Released released, Command command, Instant at) {
    Life life = life(released.instanceId());
    boolean own =
        command instanceof Command.Release release
            && release.requestId().equals(released.requestId())
            && release.instanceId().equals(life.id)
            && life.holder != null
            && (life.holder.isEmpty() || life.holder.equals(release.requestId()));
    HELD_BY_ONE.check(own, life, "was released by", command);
    if (command instanceof Command.Release release && release.outcome() != Outcome.OK) {
      life.condemned = true;
    }
    history.free(life, at);
    history.remember(released.requestId());
  }

  private void returned(Event.Returned returned, Command command, Instant at) {
    Life life = life(returned.instanceId());
    boolean own =
        command instanceof Command.Cancel cancel
            && cancel.requestId().equals(life.holder)
            && cancel.caller().equals(life.caller);
    HELD_BY_ONE.check(own, life, "of caller", life.caller, "was given back by", command);
    history.free(life, at);
  }

  private void renewed(Event.Renewed renewed, Command command, Instant at) {
    Life life = life(renewed.instanceId());
    boolean own =
        command instanceof Command.Renew renew
            && renew.requestId().equals(life.holder)
            && renew.instanceId().equals(life.id);
    HELD_BY_ONE.check(own, life, "was renewed by", command);
    LEASES_END.check(
        life.until != null && !renewed.until().isBefore(life.until), life, "lost time by renewal");
    HELD_BY_ONE.check(life.until.isAfter(at), life, "was renewed when its lease had run out");
    life.until = renewed.until();
  }

  private void expired(Event.Expired expired, Command command, Instant at) {
    Life life = life(expired.instanceId());
    LEASES_END.check(
        command instanceof Command.Sweep
            && expired.requestId().equals(life.holder)
            && life.until != null
            && !life.until.isAfter(at),
        life,
        "expired before",
        life.until);
    life.condemned = true;
    history.free(life, at);
    if (!expired.requestId().isEmpty()) {
      history.remember(expired.requestId());
      history.expired.add(expired.requestId());
    }
  }

  private void queued(Event.Queued queued, Command command, Terms terms) {
    String request = queued.requestId();
    WAITERS_SERVED.check(
        command instanceof Command.Assign assign && assign.requestId().equals(request),
        queued,
        "without being asked for");
    HOLDS_ONE.check(history.heldBy(request) == null, request, "waits for a second instance");
    WAITERS_SERVED.check(!history.waits.containsKey(request), request, "queued twice");
    WITHIN_LIMITS.check(
        history.waits.size() < terms.limits().maxWaiters(), request, "is one waiter too many");
    history.waits.put(request, new Wait(request, queued.caller(), queued.until()));
  }

  private void rebound(Event.Rebound rebound, Command command) {
    String request = rebound.requestId();
    HELD_BY_ONE.check(
        command instanceof Command.Assign assign
            && assign.requestId().equals(request)
            && assign.caller().equals(rebound.caller()),
        rebound,
        "by",
        command);
    Wait wait = history.waits.get(request);
    Life life = history.heldBy(request);
    WAITERS_SERVED.check(wait != null || life != null, request, "neither waits nor holds");
    if (wait != null) {
      history.waits.put(request, new Wait(request, rebound.caller(), wait.until()));
    } else {
      // From here on, either call may have told the client.
      life.caller = null;
    }
  }

  private void left(Event.Left left, Command command) {
    Wait wait = history.waits.remove(left.requestId());
    boolean wanted =
        wait != null
            && ((command instanceof Command.Cancel cancel
                    && cancel.requestId().equals(wait.request())
                    && cancel.caller().equals(wait.caller()))
                || (command instanceof Command.NodeLost lost
                    && lost.lostNode().equals(wait.caller().node())));
    WAITERS_SERVED.check(wanted, wait, "left the queue without an answer by", command);
  }

  private void waiterRefused(Event.WaiterRefused refused, Command command, Instant at) {
    Wait wait = history.waits.remove(refused.requestId());
    WAITERS_SERVED.check(wait != null, refused.requestId(), "does not wait and was refused");
    WAITERS_SERVED.check(wait.caller().equals(refused.caller()), "another caller than", wait);
    if (command instanceof Command.Sweep) {
      WAITERS_SERVED.check(!wait.until().isAfter(at), wait, "was refused too early");
      WAITERS_SERVED.check(refused.reason() == Reason.TIMED_OUT, refused);
    } else {
      WAITERS_SERVED.check(
          command instanceof Command.LaunchFailed failed && failed.reason() == refused.reason(),
          wait,
          "was refused by",
          command);
    }
  }

  private void launchBegun(Event.LaunchBegun begun, Terms terms, Instant at) {
    CONSERVED.check(history.launched.add(begun.instanceId()), begun, "has an id used before");
    CONSERVED.check(begun.node().equals(terms.node()), begun, "is left to another node");
    int most = Math.min(terms.plan().maxInstances(), terms.limits().maxInstances());
    WITHIN_LIMITS.check(history.live() < most, begun, "is one instance more than", most);
    WITHIN_LIMITS.check(
        begun.attempt() <= terms.limits().launchAttempts(), begun, "is one attempt too many");
    CONSERVED.check(begun.memoryMb() == spec().memoryMb(), begun, "has the memory of another");
    history.lives.put(
        begun.instanceId(),
        new Life(
            begun.instanceId(),
            history.generation,
            Instance.State.CREATING,
            begun.node(),
            at,
            drawn(begun.token())));
  }

  private void adopted(Event.Adopted adopted, Instant at) {
    CONSERVED.check(!history.lives.containsKey(adopted.instanceId()), adopted, "is known");
    Life life =
        new Life(
            adopted.instanceId(),
            history.generation,
            Instance.State.ASSIGNED,
            "",
            at,
            drawn(adopted.token()));
    life.slot = adopted.slotId();
    life.holder = "";
    life.served = true;
    life.until = adopted.until();
    history.lives.put(life.id, life);
  }

  private void retired(Event.Retired retired, Command command, Terms terms, Instant at) {
    Life life = life(retired.instanceId());
    if (command instanceof Command.MakeRoom makeRoom) {
      madeRoom(life, makeRoom, terms);
    }
    CONSERVED.check(life.state != Instance.State.RETIRING, life, "was retired twice");
    HELD_BY_ONE.check(life.holder == null, life, "was taken from its holder");
    CONSERVED.check(retired.node().equals(terms.node()), retired, "is left to another node");
    CONSERVED.check(
        life.slot == null ? retired.slotId() == null : life.slot.equals(retired.slotId()),
        retired,
        "has another slot than",
        life.slot);
    history.retire(life, retired.node(), at, drawn(retired.token()));
  }

  /** Only what is idle, was chosen, was not used since, and is no part of the plan's minimum. */
  private void madeRoom(Life life, Command.MakeRoom makeRoom, Terms terms) {
    HELD_BY_ONE.check(life.state == Instance.State.IDLE, life, "made room");
    CONSERVED.check(
        makeRoom.instanceIds().contains(life.id) && !life.since.isAfter(makeRoom.idleSince()),
        life,
        "idle since",
        life.since,
        "made room for",
        makeRoom);
    WITHIN_LIMITS.check(
        history.live() > terms.plan().minInstances(), life, "made room, and is one of too few");
  }

  private void gone(Event.Gone gone, Command command) {
    Life life = life(gone.instanceId());
    boolean confirmed =
        life.state == Instance.State.RETIRING
            && command instanceof Command.Destroyed destroyed
            && destroyed.instanceId().equals(life.id);
    boolean never =
        life.isStarting()
            && life.slot == null
            && command instanceof Command.LaunchFailed failed
            && failed.instanceId().equals(life.id)
            && !failed.mayExist();
    CONSERVED.check(confirmed || never, life, "was forgotten by", command);
    history.lives.remove(life.id);
  }

  private long drawn(long token) {
    HELD_BY_ONE.check(token > history.lastToken, "token", token, "after", history.lastToken);
    history.lastToken = token;
    return token;
  }

  private Life life(String instanceId) {
    @Nullable Life life = history.lives.get(instanceId);
    CONSERVED.check(life != null, "there is no instance", instanceId);
    return life;
  }

  private FunctionSpec spec() {
    CONSERVED.check(history.spec != null, "the pool was not opened");
    return history.spec;
  }
}
