package io.scaler.pool;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a random run: what they asked for, through which calls, and which instances they
 * believe to hold, which is what counts.
 */
final class ModelClients {
  private static final Duration OVERTIME = Duration.ofSeconds(2);

  private final RandomCluster cluster;
  private final Random random;
  private final List<Request> requests = new ArrayList<>();
  private final Map<Caller, Call> calls = new LinkedHashMap<>();
  private long requestNumbers;
  private long callNumbers;

  /** One request, as its client sees it. */
  private static final class Request {
    final String id;
    final FunctionSpec function;
    final boolean orphan;
    @Nullable String believes;
    boolean ended;

    /** Nobody listens for an answer any more. */
    boolean done;

    Request(String id, FunctionSpec function, boolean orphan) {
      this.id = id;
      this.function = function;
      this.orphan = orphan;
    }
  }

  /** One call of a request, through one node. */
  private static final class Call {
    final Request request;
    final Caller caller;
    final Duration patience;
    final Instant until;
    boolean open = true;
    boolean failed;

    Call(Request request, Caller caller, Duration patience, Instant until) {
      this.request = request;
      this.caller = caller;
      this.patience = patience;
      this.until = until;
    }
  }

  ModelClients(RandomCluster cluster, Random random) {
    this.cluster = cluster;
    this.random = random;
  }

  void begin(FunctionSpec function) {
    Request request = new Request("r" + ++requestNumbers, function, false);
    requests.add(request);
    call(request);
  }

  /** An execution that outlived what the cluster knows. */
  void beginOrphan(FunctionSpec function, String instanceId) {
    Request request = new Request("r" + ++requestNumbers, function, true);
    request.believes = instanceId;
    requests.add(request);
  }

  /** A client repeats its request through another node, and may hang up on the one before. */
  void repeat() {
    Request request = any();
    if (request == null || request.orphan) {
      return;
    }
    if (random.nextBoolean()) {
      List.copyOf(calls.values()).stream()
          .filter(call -> call.open && call.request == request)
          .forEach(this::hangUp);
    }
    request.done = request.ended;
    call(request);
  }

  private void call(Request request) {
    Caller caller = new Caller(cluster.anyNode(), ++callNumbers);
    Duration patience = Duration.ofSeconds(1 + random.nextInt(30));
    Call call = new Call(request, caller, patience, cluster.now().plus(patience).plus(OVERTIME));
    calls.put(caller, call);
    ask(call);
  }

  private void ask(Call call) {
    cluster.send(
        call.caller.node(),
        new Command.Assign(call.request.function, call.request.id, call.caller, call.patience),
        reply -> answered(call, reply));
  }

  private void answered(Call call, @Nullable Reply reply) {
    if (reply instanceof Reply.Granted granted) {
      granted(call, granted.instanceId());
    } else if (reply instanceof Reply.Queued && call.failed) {
      cancel(call);
    } else if (reply instanceof Reply.Refused) {
      fail(call);
    }
  }

  private void granted(Call call, String instanceId) {
    Request request = call.request;
    if (call.failed) {
      cancel(call);
      return;
    }
    if (!call.open) {
      return;
    }
    call.open = false;
    calls.remove(call.caller);
    if (!request.done && request.believes == null) {
      request.believes = instanceId;
    }
  }

  /** A message from the pool, if the call still waits for one. */
  void told(Caller caller, Event.FollowUp message) {
    Call call = calls.get(caller);
    if (call == null || !call.open) {
      return;
    }
    if (message instanceof Event.HandedOver handed) {
      granted(call, handed.instanceId());
    } else {
      fail(call);
    }
  }

  private void fail(Call call) {
    if (call.open) {
      call.open = false;
      call.failed = true;
      calls.remove(call.caller);
      Request request = call.request;
      if (request.believes == null
          && calls.values().stream().noneMatch(other -> other.request == request)) {
        request.done = true;
      }
    }
  }

  private void hangUp(Call call) {
    if (call.open) {
      fail(call);
      cancel(call);
    }
  }

  private void cancel(Call call) {
    if (cluster.isUp(call.caller.node())) {
      cluster.send(
          call.caller.node(), new Command.Cancel(call.request.id, call.caller), reply -> {});
    }
  }

  /** A node goes, and the calls through it. */
  void nodeLost(String node) {
    for (Call call : List.copyOf(calls.values())) {
      if (call.caller.node().equals(node)) {
        fail(call);
      }
    }
  }

  /** Some call hears nothing: it asks again, or is at its end. */
  void wait(boolean all) {
    for (Call call : List.copyOf(calls.values())) {
      if (call.open && (all || random.nextInt(3) == 0)) {
        if (call.until.isAfter(cluster.now())) {
          ask(call);
        } else {
          hangUp(call);
        }
      }
    }
  }

  void hangUpOne() {
    if (!calls.isEmpty()) {
      List<Call> all = List.copyOf(calls.values());
      hangUp(all.get(random.nextInt(all.size())));
    }
  }

  /** Some request that holds an instance ends: it is given back, well or not, or is forgotten. */
  void end(boolean all) {
    for (Request request : List.copyOf(requests)) {
      String instanceId = request.believes;
      if (instanceId != null && (all || random.nextInt(3) == 0)) {
        request.believes = null;
        request.done = true;
        request.ended = true;
        if (random.nextInt(20) != 0) {
          int lot = random.nextInt(10);
          Outcome outcome = lot == 0 ? Outcome.FAILED : lot == 1 ? Outcome.DESTROY : Outcome.OK;
          cluster.send(
              cluster.anyNode(),
              new Command.Release(request.id, instanceId, outcome, ""),
              reply -> {});
        }
      }
    }
    if (requests.size() > 24) {
      requests.remove(0);
    }
  }

  void renew() {
    Request request = any();
    if (request != null && request.believes != null) {
      cluster.send(cluster.anyNode(), new Command.Renew(request.id, request.believes), reply -> {});
    }
  }

  /** A release that was never right, or is not any more. */
  void releaseWrongly() {
    Request request = any();
    List<PoolHistory.Life> lives = List.copyOf(cluster.history().lives.values());
    if (request == null
        || (request.believes != null && random.nextInt(4) != 0)
        || lives.isEmpty()) {
      return;
    }
    PoolHistory.Life life = lives.get(random.nextInt(lives.size()));
    if (!"".equals(life.holder) && !request.id.equals(life.holder)) {
      String instanceId = random.nextInt(5) == 0 ? "i999999" : life.id;
      cluster.sendNow(
          cluster.anyNode(), new Command.Release(request.id, instanceId, Outcome.OK, "wrong"));
    }
  }

  boolean isIdle() {
    return calls.isEmpty() && requests.stream().allMatch(request -> request.believes == null);
  }

  /** Nobody takes an instance from a client, unless its lease ran out. */
  void check() {
    for (Request request : requests) {
      String instanceId = request.believes;
      if (instanceId == null || cluster.history().expired.contains(request.id)) {
        continue;
      }
      PoolHistory.Life life = cluster.history().lives.get(instanceId);
      String holder = life == null ? null : life.holder;
      boolean holds =
          request.id.equals(holder) || (request.orphan && (holder == null || holder.isEmpty()));
      Invariant.HELD_BY_ONE.check(
          holds, "the client of", request.id, "uses", instanceId, "and the pool has", life);
    }
  }

  private @Nullable Request any() {
    return requests.isEmpty() ? null : requests.get(random.nextInt(requests.size()));
  }
}
