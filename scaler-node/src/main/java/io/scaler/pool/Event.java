package io.scaler.pool;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Reason;
import io.scaler.model.StartKind;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What changed in a pool. The instant of the change is the {@link Change}'s. */
public sealed interface Event {

  /** Events that somebody must act on: the node that sent the command. */
  sealed interface FollowUp extends Event {}

  /** The pool exists. First event of every pool. */
  record Opened(FunctionSpec spec) implements Event {}

  /**
   * The function's spec changed.
   *
   * @param otherInstances whether it needs other instances than those launched so far
   */
  record Respecified(FunctionSpec spec, boolean otherInstances) implements Event {}

  /** A request joined the queue's tail. */
  record Queued(String requestId, Caller caller, Instant until) implements Event {}

  /** A waiting or holding request was repeated through another call: see {@link Hold#caller}. */
  record Rebound(String requestId, Caller caller) implements Event {}

  /** A waiter left the queue without an answer. */
  record Left(String requestId) implements Event {}

  /** A waiter leaves the queue with a refusal. To do: tell it. */
  record WaiterRefused(
      String requestId, Caller caller, Reason reason, String message, @Nullable Duration retryAfter)
      implements FollowUp {}

  /**
   * An instance is CREATING: the {@code attempt}-th. To do: start it, after {@code delay}.
   *
   * @param trace of the request that it is begun for, if there is one that somebody follows; null
   *     if not
   */
  record LaunchBegun(
      String instanceId,
      String node,
      long memoryMb,
      long token,
      int attempt,
      Duration delay,
      String why,
      @Nullable String trace)
      implements FollowUp {}

  /** A launch was taken over from another node. To do: go on with it. */
  record LaunchTaken(
      String instanceId, String node, @Nullable String slotId, long memoryMb, long token)
      implements FollowUp {}

  /** The instance is INITIALIZING in this slot. */
  record SlotKnown(String instanceId, String slotId) implements Event {}

  /** The instance is IDLE, the first to be used again. */
  record Readied(String instanceId) implements Event {}

  /** An IDLE instance is held by a request that was not queued. */
  record Granted(String requestId, String instanceId, Caller caller, long token, Instant until)
      implements Event {}

  /**
   * An IDLE instance is held by the queue's head, which leaves the queue. To do: tell it.
   *
   * @param waited how long it was in the queue; null from an owner of an earlier version
   */
  record HandedOver(
      String requestId,
      String instanceId,
      Caller caller,
      StartKind startKind,
      long token,
      Instant until,
      @Nullable Duration waited)
      implements FollowUp {}

  /** The holder gave the instance back: it is IDLE. */
  record Released(String requestId, String instanceId) implements Event {}

  /** The holder's caller went away before it was told: the instance is IDLE, unused by it. */
  record Returned(String requestId, String instanceId) implements Event {}

  /** The lease was extended. */
  record Renewed(String instanceId, Instant until) implements Event {}

  /** The lease ran out: the instance is IDLE, and retired by the next event. */
  record Expired(String requestId, String instanceId) implements Event {}

  /** An instance that the platform runs is known again, held by nobody knows whom. */
  record Adopted(String instanceId, String slotId, long memoryMb, long token, Instant until)
      implements Event {}

  /** The ASSIGNED instance is to be retired when its holder gives it back. */
  record Condemned(String instanceId, String why) implements Event {}

  /**
   * The instance is RETIRING, never to be assigned again. To do: destroy it.
   *
   * @param used whether a request ever held it; if not, its launch may not be over
   */
  record Retired(
      String instanceId, String node, @Nullable String slotId, long token, String why, boolean used)
      implements FollowUp {}

  /**
   * A destruction was not confirmed in time, or its node left. To do: destroy it again.
   *
   * @param used as of {@link Retired}
   */
  record RetiredAgain(
      String instanceId, String node, @Nullable String slotId, long token, boolean used)
      implements FollowUp {}

  /** The platform has confirmed that the instance is gone. */
  record Gone(String instanceId) implements Event {}

  /** The oldest finished requests are remembered no longer. */
  record Forgotten(int finished) implements Event {}

  /** When concurrency fell below the highest levels is remembered no longer. */
  record LevelsForgotten(int levels) implements Event {}

  /** A newer leader was heard. */
  record EpochRaised(long epoch) implements Event {}

  /** Nothing is left to keep: the pool is removed. */
  record Closed() implements Event {}
}
