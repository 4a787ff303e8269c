package io.scaler.service;

import io.scaler.model.Assignment;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Lease;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.model.Spans;
import io.scaler.model.StartKind;
import io.scaler.pool.Caller;
import io.scaler.pool.Command;
import io.scaler.pool.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets requests their instances: asks the pool, and waits for the message that one was handed over.
 *
 * <p>A message that does not come is made good by asking again, which the pool answers with what
 * the request holds by then; more and more seldom, since many who wait for long are those that
 * would ask most when there is least to spare. A call ends shortly after its patience has run out,
 * whoever has not answered by then. One that ends without an answer is cancelled in the pool, as
 * often as the pool shows that it has not heard of it.
 */
final class Assigner {
  private static final Logger log = LoggerFactory.getLogger(Assigner.class);

  /** How many times the first pause the longest one is. */
  private static final int LONGEST_PAUSE = 8;

  private final PoolClient pools;
  private final Timer timer;
  private final String node;
  private final Supplier<CallLimits> limits;
  private final HandOffs handOffs;
  private final Tracing tracing;
  private final AtomicLong calls = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentMap<Long, Call> waiting = new ConcurrentHashMap<>();

  Assigner(
      PoolClient pools,
      Timer timer,
      String node,
      Supplier<CallLimits> limits,
      HandOffs handOffs,
      Tracing tracing) {
    this.pools = pools;
    this.timer = timer;
    this.node = node;
    this.limits = limits;
    this.handOffs = handOffs;
    this.tracing = tracing;
  }

  Requests.AssignCall assign(
      FunctionSpec function, String requestId, Duration patience, @Nullable String trace) {
    Call call = new Call(function, requestId, patience, calls.incrementAndGet(), trace);
    if (open.incrementAndGet() > limits.get().calls()) {
      call.end(
          null,
          ScalerException.retryable(
              Reason.OVERLOADED,
              "this node serves %d calls, as many as it may".formatted(limits.get().calls()),
              Duration.ofSeconds(1)));
      return call;
    }
    waiting.put(call.number, call);
    call.begin();
    return call;
  }

  /**
   * Ends every wait, with an answer that has its caller ask another node, and gives up its place in
   * the pool's queue.
   */
  void turnAway(ScalerException refusal) {
    waiting.values().forEach(call -> call.turnAway(refusal));
  }

  /** Calls without an answer so far. */
  int open() {
    return open.get();
  }

  void handedOver(Mailbox.Message.HandedOver message) {
    Call call = waiting.get(message.call());
    // A call that has ended has cancelled itself in the pool, or holds this very instance.
    if (call != null && call.requestId.equals(message.requestId())) {
      Tracing.Part part = tracing.begin("scaler.taken", call.trace);
      call.heardOf(message.waited());
      call.granted(message.instanceId(), message.token(), message.remaining(), message.startKind());
      part.end(null);
    }
  }

  void refused(Mailbox.Message.Refused message) {
    Call call = waiting.get(message.call());
    if (call != null) {
      call.refused(message.reason(), message.message(), message.retryAfter());
    }
  }

  /** One call's wait. */
  private final class Call implements Requests.AssignCall {
    private final FunctionSpec function;
    private final String requestId;
    private final Duration patience;
    private final long number;
    private final @Nullable String trace;
    private final long begun = handOffs.now();

    /** Its wait in the pool's queue. */
    private volatile Tracing.Part queue = Tracing.Part.NONE;

    /** How long the first question took; negative until it was answered. */
    private volatile long roundTrip = -1;

    private final CompletableFuture<Assignment> answer = new CompletableFuture<>();
    private volatile Timer.@Nullable Task again;

    /** So many times the first pause passes before it asks again; written by one ask at a time. */
    private volatile int pauses = 1;

    private volatile Timer.@Nullable Task deadline;

    Call(
        FunctionSpec function,
        String requestId,
        Duration patience,
        long number,
        @Nullable String trace) {
      this.function = function;
      this.requestId = requestId;
      this.patience = patience;
      this.number = number;
      this.trace = trace;
    }

    private Caller caller() {
      return new Caller(node, number, trace);
    }

    @Override
    public CompletionStage<Assignment> answer() {
      return answer;
    }

    void begin() {
      ask();
      if (!answer.isDone()) {
        deadline = timer.after(limits.get().longest(patience), this::timeOut);
        if (answer.isDone()) {
          stopTimers();
        }
      }
    }

    private void ask() {
      pools
          .submit(function.key(), new Command.Assign(function, requestId, caller(), patience))
          .whenComplete(this::answered);
    }

    private void answered(@Nullable Reply reply, @Nullable Throwable failure) {
      if (reply instanceof Reply.Granted grant) {
        granted(grant.instanceId(), grant.token(), grant.remaining(), grant.startKind());
      } else if (reply instanceof Reply.Queued) {
        queued();
      } else if (reply instanceof Reply.Refused refusal) {
        refused(refusal.reason(), refusal.message(), refusal.retryAfter());
      } else if (failure != null) {
        if (!fail(Failures.cause(failure))) {
          // What became of the question may be uncertain.
          cancelUnlessAnswered();
        }
      } else {
        fail(new IllegalStateException("an assign was answered with " + reply));
      }
    }

    /**
     * Measures, unless it was queued by an earlier call, or heard of before its question was
     * answered.
     *
     * @param queuedFor by the owner's clock
     */
    private void heardOf(@Nullable Duration queuedFor) {
      long asking = roundTrip;
      if (queuedFor == null || asking < 0 || answer.isDone()) {
        return;
      }
      long took = handOffs.now() - begun - queuedFor.toNanos() - asking / 2;
      // Half of the question's time is a guess, which is wrong by the other half at most.
      if (took >= -asking / 2) {
        handOffs.took(Math.max(0, took));
      }
    }

    private void queued() {
      if (roundTrip < 0) {
        roundTrip = handOffs.now() - begun;
        queue = tracing.begin("scaler.queue", trace);
      }
      if (answer.isDone()) {
        queue.end(null);
        cancelUnlessAnswered();
        return;
      }
      again = timer.after(pause(), this::ask);
      pauses = Math.min(2 * pauses, LONGEST_PAUSE);
      if (answer.isDone()) {
        queue.end(null);
        stopTimers();
      }
    }

    /** By half of the patience that is left, unless that is less than the first pause. */
    private Duration pause() {
      Duration first = limits.get().askAgainAfter();
      long left = patience.toNanos() - (handOffs.now() - begun);
      long pause = Math.min(first.toNanos() * pauses, left / 2);
      return Duration.ofNanos(Math.max(first.toNanos(), pause));
    }

    private void granted(String instanceId, long token, Duration remaining, StartKind kind) {
      Assignment assignment =
          new Assignment(function.key(), requestId, instanceId, new Lease(token, remaining), kind);
      if (!end(assignment, null)) {
        cancelUnlessAnswered();
      }
    }

    private void refused(Reason reason, String message, @Nullable Duration retryAfter) {
      fail(
          retryAfter == null
              ? ScalerException.of(reason, message)
              : ScalerException.retryable(reason, message, retryAfter));
    }

    private void timeOut() {
      String within = Spans.chosen(patience);
      fail(
          roundTrip >= 0
              ? ScalerException.retryable(
                  Reason.TIMED_OUT,
                  "no instance of %s within %s".formatted(function.key(), within),
                  Duration.ofSeconds(1))
              : ScalerException.retryable(
                  Reason.NODE_UNAVAILABLE,
                  "the node that keeps the pool of %s has not answered within %s"
                      .formatted(function.key(), within),
                  Duration.ofSeconds(1)));
      cancelUnlessAnswered();
    }

    void turnAway(ScalerException refusal) {
      if (fail(refusal)) {
        cancelInPool();
      }
    }

    @Override
    public void cancel() {
      fail(ScalerException.of(Reason.CANCELLED, "the caller went away"));
      cancelInPool();
    }

    private boolean fail(Throwable failure) {
      return end(null, failure);
    }

    /** Returns whether this was the call's end, rather than one that came too late. */
    private boolean end(@Nullable Assignment assignment, @Nullable Throwable failure) {
      boolean first =
          failure == null ? answer.complete(assignment) : answer.completeExceptionally(failure);
      if (first) {
        open.decrementAndGet();
        waiting.remove(number);
        queue.end(failure);
        stopTimers();
      }
      return first;
    }

    private void stopTimers() {
      Timer.Task asking = again;
      if (asking != null) {
        asking.cancel();
      }
      Timer.Task ending = deadline;
      if (ending != null) {
        ending.cancel();
      }
    }

    /** The pool shows that it has not heard that this call has ended, or is to hear it first. */
    private void cancelUnlessAnswered() {
      if (answer.isCompletedExceptionally()) {
        // Not here: the thread that brings an answer may be one that must not ask anything.
        timer.after(Duration.ZERO, this::cancelInPool);
      }
    }

    private void cancelInPool() {
      pools
          .submit(function.key(), new Command.Cancel(requestId, caller()))
          .whenComplete(
              (reply, failure) -> {
                if (failure != null) {
                  log.info(
                      "{}: request {} could not be cancelled; its wait or its lease runs out: {}",
                      function.key(),
                      requestId,
                      Failures.message(failure));
                }
              });
    }
  }
}
