package io.scaler.pool;

import io.scaler.model.FunctionSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a pool must look like by the events so far, kept in another way than the pool does, so that
 * both are unlikely to be wrong together.
 */
final class PoolHistory {
  /** One instance's life. */
  static final class Life {
    final String id;
    int generation;
    Instance.State state;
    @Nullable String slot;
    String node;
    Instant since;
    long token;

    /** The holder's request, empty if unknown, null if not held. */
    @Nullable String holder;

    @Nullable Caller caller;
    @Nullable Instant until;

    /** Its holder failed or vanished: only to be retired. */
    boolean condemned;

    /** A request has held it. */
    boolean served;

    Life(String id, int generation, Instance.State state, String node, Instant since, long token) {
      this.id = id;
      this.generation = generation;
      this.state = state;
      this.node = node;
      this.since = since;
      this.token = token;
    }

    boolean isStarting() {
      return state == Instance.State.CREATING || state == Instance.State.INITIALIZING;
    }

    void idle(Instant at) {
      state = Instance.State.IDLE;
      node = "";
      since = at;
      holder = null;
      caller = null;
      until = null;
    }

    void heldBy(String request, Caller by, long drawn, Instant at, Instant end) {
      state = Instance.State.ASSIGNED;
      served = true;
      holder = request;
      caller = by;
      token = drawn;
      since = at;
      until = end;
    }

    @Override
    public String toString() {
      return id + " " + state + (holder == null ? "" : " held by '" + holder + "'");
    }
  }

  /** One request's wait. */
  record Wait(String request, Caller caller, Instant until) {}

  @Nullable FunctionSpec spec;
  int generation;
  long epoch;
  long lastToken;

  /** Requests whose lease ran out, ever. */
  final Set<String> expired = new HashSet<>();

  /** Finished requests that are remembered, oldest first. */
  final List<String> finished = new ArrayList<>();

  /** Ids of instances that were launched, ever. */
  final Set<String> launched = new HashSet<>();

  final Map<String, Life> lives = new LinkedHashMap<>();
  final Map<String, Wait> waits = new LinkedHashMap<>();

  /** Idle instances, longest first. */
  final List<String> idle = new ArrayList<>();

  private final Map<String, String> held = new HashMap<>();

  /** The pool was closed: the next one of this function begins anew. */
  void reopen() {
    spec = null;
    generation = 0;
    epoch = 0;
    lastToken = 0;
    finished.clear();
    held.clear();
  }

  /** The instance that the request holds, or null. */
  @Nullable Life heldBy(String request) {
    String id = held.get(request);
    return id == null ? null : lives.get(id);
  }

  /** The first in the queue, or null. */
  @Nullable Wait head() {
    return waits.isEmpty() ? null : waits.values().iterator().next();
  }

  /** Idle instances of the function as it is now specified, which a waiter could have. */
  @Nullable Life newestUsable() {
    if (idle.isEmpty()) {
      return null;
    }
    Life newest = lives.get(idle.get(idle.size() - 1));
    return newest != null && newest.generation == generation ? newest : null;
  }

  int starting() {
    int starting = 0;
    for (Life life : lives.values()) {
      starting += life.isStarting() ? 1 : 0;
    }
    return starting;
  }

  int live() {
    int live = 0;
    for (Life life : lives.values()) {
      live += life.state == Instance.State.RETIRING ? 0 : 1;
    }
    return live;
  }

  void grant(Life life, String request, Caller caller, long token, Instant at, Instant until) {
    idle.remove(life.id);
    life.heldBy(request, caller, token, at, until);
    held.put(request, life.id);
  }

  void free(Life life, Instant at) {
    if (life.holder != null) {
      held.remove(life.holder);
    }
    idle(life, at);
  }

  void remember(String request) {
    finished.remove(request);
    finished.add(request);
  }

  void idle(Life life, Instant at) {
    life.idle(at);
    idle.add(life.id);
  }

  void retire(Life life, String node, Instant at, long token) {
    idle.remove(life.id);
    life.state = Instance.State.RETIRING;
    life.node = node;
    life.since = at;
    life.token = token;
  }
}
