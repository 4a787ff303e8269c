package io.scaler.pool;

import io.scaler.model.Outcome;
import io.scaler.model.Reason;
import io.scaler.model.StartKind;
import io.scaler.pool.Finished.Ending;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What requests ask for: an instance, its return, a longer lease. */
final class RequestRules {
  private final Pool pool;
  private final PoolLimits limits;
  private final Instant now;
  private final Draft draft;

  RequestRules(Draft draft) {
    this.pool = draft.pool();
    this.limits = draft.limits();
    this.now = draft.now();
    this.draft = draft;
  }

  Reply assign(Command.Assign assign) {
    String requestId = assign.requestId();
    Instance holding = pool.holding(requestId);
    if (holding != null) {
      return assignedBefore(assign, holding);
    }
    Waiter waiter = pool.waiting(requestId);
    if (waiter != null) {
      if (!waiter.caller().equals(assign.caller())) {
        draft.add(new Event.Rebound(requestId, assign.caller()));
      }
      return new Reply.Queued();
    }
    Finished before = pool.finished(requestId);
    if (before != null) {
      return Draft.refused(
          Reason.REQUEST_FINISHED,
          "request %s held %s before and %s; a new execution needs a new request id"
              .formatted(requestId, before.instanceId(), inWords(before.ending())));
    }
    draft.open(assign.spec());
    String instanceId = draft.generation() == pool.generation() ? pool.nextIdle() : null;
    if (instanceId != null) {
      long token = draft.drawToken();
      Instant until = draft.leaseEnd();
      draft.add(new Event.Granted(requestId, instanceId, assign.caller(), token, until));
      draft.dueAt(until);
      return new Reply.Granted(instanceId, token, Duration.between(now, until), StartKind.WARM);
    }
    if (draft.waiting() >= limits.maxWaiters()) {
      draft.discard();
      return new Reply.Refused(
          Reason.OVERLOADED,
          "%d requests of %s are waiting, as many as may"
              .formatted(draft.waiting(), draft.spec().key()),
          Duration.ofSeconds(1));
    }
    Instant until = now.plus(assign.patience());
    draft.queue(new Event.Queued(requestId, assign.caller(), until));
    if (draft.launchForWaiters() > 0) {
      draft.launchAhead(draft.plan().launchAhead(), LaunchReason.AHEAD.words);
    }
    return new Reply.Queued();
  }

  private Reply assignedBefore(Command.Assign assign, Instance holding) {
    Hold hold = Draft.holdOf(holding);
    if (!hold.until().isAfter(now)) {
      return Draft.refused(
          Reason.REQUEST_FINISHED,
          "the lease of request %s on %s ran out".formatted(assign.requestId(), holding.id()));
    }
    if (!hold.caller().equals(assign.caller()) && !hold.caller().equals(Caller.SEVERAL)) {
      draft.add(new Event.Rebound(assign.requestId(), assign.caller()));
    }
    return new Reply.Granted(
        holding.id(), holding.token(), Duration.between(now, hold.until()), hold.startKind());
  }

  Reply cancel(Command.Cancel cancel) {
    Waiter waiter = pool.waiting(cancel.requestId());
    if (waiter != null && waiter.caller().equals(cancel.caller())) {
      draft.drop(waiter);
      return new Reply.Done();
    }
    Instance instance = pool.holding(cancel.requestId());
    if (instance != null && Draft.holdOf(instance).caller().equals(cancel.caller())) {
      draft.add(new Event.Returned(cancel.requestId(), instance.id()));
      draft.handOnOrKeep(instance, StartKind.WAITED);
    }
    return new Reply.Done();
  }

  Reply release(Command.Release release) {
    Instance instance = pool.find(release.instanceId());
    Hold hold = instance == null ? null : instance.hold();
    Finished before = pool.finished(release.requestId());
    boolean repeated = before != null && before.instanceId().equals(release.instanceId());
    if (instance != null
        && hold != null
        && (hold.requestId().equals(release.requestId()) || (hold.isUnknown() && !repeated))) {
      makeRoomToRemember();
      draft.add(new Event.Released(release.requestId(), instance.id()));
      draft.dueAt(now.plus(limits.rememberFor()));
      if (release.outcome() == Outcome.OK) {
        draft.handOnOrKeep(instance, StartKind.WAITED);
      } else {
        draft.retire(instance, whyDestroyed(release));
        draft.launchForWaiters();
      }
      return new Reply.Done();
    }
    if (before != null && repeated) {
      return before.ending() == Ending.RELEASED
          ? new Reply.Done()
          : leaseRanOut(release.requestId(), release.instanceId());
    }
    return notHolder(instance, release.requestId(), release.instanceId());
  }

  Reply renew(Command.Renew renew) {
    Instance instance = pool.holding(renew.requestId());
    if (instance == null || !instance.id().equals(renew.instanceId())) {
      return notHolder(pool.find(renew.instanceId()), renew.requestId(), renew.instanceId());
    }
    Instant before = Draft.holdOf(instance).until();
    if (!before.isAfter(now)) {
      return leaseRanOut(renew.requestId(), instance.id());
    }
    Instant until = draft.leaseEnd().isAfter(before) ? draft.leaseEnd() : before;
    draft.add(new Event.Renewed(instance.id(), until));
    return new Reply.Renewed(instance.token(), Duration.between(now, until));
  }

  private static Reply leaseRanOut(String requestId, String instanceId) {
    return Draft.refused(
        Reason.NOT_HOLDER,
        "the lease of request %s on %s ran out".formatted(requestId, instanceId));
  }

  private void makeRoomToRemember() {
    int size = pool.finished().size();
    if (size >= limits.remembered()) {
      draft.add(new Event.Forgotten(size - limits.remembered() + limits.remembered() / 8 + 1));
    }
  }

  private Reply notHolder(@Nullable Instance instance, String requestId, String instanceId) {
    return instance == null
        ? Draft.refused(
            Reason.INSTANCE_NOT_FOUND,
            "function %s has no instance %s".formatted(draft.spec().key(), instanceId))
        : Draft.refused(
            Reason.NOT_HOLDER,
            "instance %s is not held by request %s".formatted(instanceId, requestId));
  }

  private static String whyDestroyed(Command.Release release) {
    String outcome =
        release.outcome() == Outcome.FAILED
            ? RetireReason.EXECUTION_FAILED.words
            : RetireReason.HOLDER.words;
    return release.reason().isEmpty() ? outcome : outcome + ": " + release.reason();
  }

  private static String inWords(Ending ending) {
    return switch (ending) {
      case RELEASED -> "released it";
      case EXPIRED -> "its lease ran out";
    };
  }
}
