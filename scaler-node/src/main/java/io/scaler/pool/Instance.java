package io.scaler.pool;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One instance, from the moment before the platform is asked for it until the platform has
 * confirmed that it is gone.
 *
 * @param id also the request id of its slot's creation
 * @param generation of the function's spec that it was launched for; {@link #CONDEMNED} if it is to
 *     be destroyed when its holder gives it back, for its {@code reason}
 * @param memoryMb what it takes on the platform
 * @param slotId null until its slot is known
 * @param node the node that starts or destroys it, while CREATING, INITIALIZING or RETIRING
 * @param since when it entered its state (RETIRING: when its destruction was last asked for)
 * @param used whether a request has held it
 * @param attempt of its launch, from 1: it stands in for a launch that failed if above
 * @param token the last token drawn for it: at launch, grant and retirement
 * @param hold if and only if ASSIGNED
 * @param reason why it was launched or is being retired, for people
 */
public record Instance(
    String id,
    State state,
    int generation,
    long memoryMb,
    @Nullable String slotId,
    String node,
    Instant since,
    boolean used,
    int attempt,
    long token,
    @Nullable Hold hold,
    String reason) {

  /** The generation that no spec has. */
  public static final int CONDEMNED = -1;

  /** An instance's life, in order; any may turn to RETIRING. */
  public enum State {
    CREATING,
    INITIALIZING,
    IDLE,
    ASSIGNED,
    RETIRING
  }

  public Instance {
    if ((state == State.ASSIGNED) != (hold != null)) {
      throw new IllegalArgumentException(id + " is " + state + " with hold " + hold);
    }
  }

  static Instance creating(
      String id,
      int generation,
      long memoryMb,
      String node,
      Instant at,
      int attempt,
      long token,
      String why) {
    return new Instance(
        id, State.CREATING, generation, memoryMb, null, node, at, false, attempt, token, null, why);
  }

  /** Never to be assigned again, but held by a request still. */
  Instance condemned(String why) {
    return new Instance(
        id, state, CONDEMNED, memoryMb, slotId, node, since, used, attempt, token, hold, why);
  }

  /** Whether it is to be destroyed when its holder gives it back. */
  public boolean isCondemned() {
    return generation == CONDEMNED;
  }

  boolean isStarting() {
    return state == State.CREATING || state == State.INITIALIZING;
  }

  Instance initializing(String slot, Instant at) {
    return new Instance(
        id,
        State.INITIALIZING,
        generation,
        memoryMb,
        slot,
        node,
        at,
        used,
        attempt,
        token,
        null,
        reason);
  }

  Instance idle(Instant at) {
    return new Instance(
        id, State.IDLE, generation, memoryMb, slotId, "", at, used, attempt, token, null, reason);
  }

  Instance assigned(Hold to, long newToken) {
    return new Instance(
        id,
        State.ASSIGNED,
        generation,
        memoryMb,
        slotId,
        "",
        to.since(),
        true,
        attempt,
        newToken,
        to,
        reason);
  }

  Instance heldBy(Hold to) {
    return new Instance(
        id, state, generation, memoryMb, slotId, node, since, used, attempt, token, to, reason);
  }

  Instance retiring(String by, Instant at, long newToken, String why) {
    return new Instance(
        id,
        State.RETIRING,
        generation,
        memoryMb,
        slotId,
        by,
        at,
        used,
        attempt,
        newToken,
        null,
        why);
  }

  Event.LaunchTaken launchTakenBy(String by) {
    return new Event.LaunchTaken(id, by, slotId, memoryMb, token);
  }

  Event.RetiredAgain retiredAgainBy(String by) {
    return new Event.RetiredAgain(id, by, slotId, token, used);
  }

  /** In the same state, but in the hands of another node. */
  Instance takenBy(String by, Instant at) {
    return new Instance(
        id, state, generation, memoryMb, slotId, by, at, used, attempt, token, hold, reason);
  }
}
