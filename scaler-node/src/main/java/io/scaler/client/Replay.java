package io.scaler.client;

import io.scaler.client.Gateway.Grant;
import io.scaler.model.Outcome;
import io.scaler.trace.Trace;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Plays a trace against a Scaler, open loop: every request is sent at its time, however many still
 * wait. A request assigns through the next address in turn and releases through the one after the
 * one that served it.
 */
final class Replay {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final Trace trace;
  private final Targets targets;
  private final Terms terms;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanoTime;
  private final HoldHistory holds;
  private final ReplayTally tally;
  private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
  private final AtomicInteger left;
  private long startedNanos;

  /**
   * How to play.
   *
   * @param speed above zero; 2 sends twice as fast and executes half as long
   * @param attempts of a call before its request has failed, at least 1
   * @param deadline of one attempt
   * @param runId makes request ids unlike those of other runs
   */
  record Terms(double speed, int attempts, Duration deadline, String runId) {}

  private record Call(Trace.Request request, String requestId, int place) {}

  /**
   * A run to come.
   *
   * @param timer runs tasks that do not block
   * @param nanoTime for elapsed time
   */
  Replay(
      Trace trace,
      Targets targets,
      Terms terms,
      ScheduledExecutorService timer,
      LongSupplier nanoTime,
      HoldHistory holds,
      ReplayTally tally) {
    this.trace = trace;
    this.targets = targets;
    this.terms = terms;
    this.timer = timer;
    this.nanoTime = nanoTime;
    this.holds = holds;
    this.tally = tally;
    this.left = new AtomicInteger(trace.requests().size());
  }

  /** Begins, and completes when the last request has been served or has failed. */
  CompletableFuture<@Nullable Void> run() {
    startedNanos = nanoTime.getAsLong();
    timer.execute(() -> guarded(() -> send(0)));
    return over;
  }

  /** Sends what is due from this request on, and comes back when the next one is. */
  private void send(int first) {
    int next = first;
    while (next < trace.requests().size()) {
      Trace.Request request = trace.requests().get(next);
      long due = startedNanos + scaled(request.startMicros()).toNanos();
      long early = due - nanoTime.getAsLong();
      if (early > 0) {
        int resume = next;
        after(Duration.ofNanos(early), () -> send(resume));
        return;
      }
      tally.sent(-early);
      assign(new Call(request, terms.runId() + "-" + next, targets.next()), 1, now());
      next++;
    }
  }

  private void assign(Call call, int attempt, long since) {
    int place = targets.from(call.place() + attempt - 1);
    answered(
        targets
            .at(place)
            .assign(call.requestId(), call.request().function().spec(), terms.deadline()),
        (grant, failure) -> {
          if (failure == null) {
            holds.begin(grant.instanceId(), grant.requestId());
            long latency = now() - since;
            tally.assigned(grant.startKind());
            Duration execution = scaled(call.request().executionMicros());
            after(execution, () -> executed(call, grant, place + 1, latency));
          } else if (failure.isRetryable() && attempt < terms.attempts()) {
            targets.failed(place);
            tally.retried();
            after(pause(attempt), () -> assign(call, attempt + 1, since));
          } else {
            failed("assign", failure);
          }
        });
  }

  private void executed(Call call, Grant grant, int place, long assignLatency) {
    tally.executed(
        scaled(call.request().executionMicros()),
        call.request().gbSeconds() / terms.speed(),
        call.request().fails());
    holds.end(grant.instanceId(), grant.requestId());
    release(call, grant, place, 1, now(), assignLatency);
  }

  private void release(
      Call call, Grant grant, int first, int attempt, long since, long assignLatency) {
    int place = targets.from(first + attempt - 1);
    answered(
        targets
            .at(place)
            .release(
                grant,
                call.request().fails() ? Outcome.FAILED : Outcome.OK,
                scaled(call.request().executionMicros()),
                terms.deadline()),
        (nothing, failure) -> {
          if (failure == null) {
            tally.served(assignLatency, now() - since);
            ended();
          } else if (failure.isRetryable() && attempt < terms.attempts()) {
            targets.failed(place);
            tally.retried();
            after(
                pause(attempt),
                () -> release(call, grant, first, attempt + 1, since, assignLatency));
          } else {
            failed("release", failure);
          }
        });
  }

  private void failed(String call, CallFailedException failure) {
    tally.failed(call + " " + failure.kind(), failure.message());
    ended();
  }

  private void ended() {
    if (left.decrementAndGet() == 0) {
      over.complete(null);
    }
  }

  /** Of the reply and the failure, one is there. */
  private interface Answer<T> {
    void take(T reply, @Nullable CallFailedException failure);
  }

  private <T> void answered(CompletableFuture<T> call, Answer<T> answer) {
    var unused =
        call.handle(
            (reply, fault) -> {
              guarded(
                  () -> answer.take(reply, fault == null ? null : CallFailedException.of(fault)));
              return null;
            });
  }

  private void after(Duration delay, Runnable task) {
    var unused =
        timer.schedule(() -> guarded(task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
  }

  /** Ends the run where a bug would leave it waiting forever. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      over.completeExceptionally(e);
    }
  }

  /** The second attempt goes elsewhere and can follow soon; later ones give the Scaler time. */
  private static Duration pause(int attempts) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(10, attempts - 1));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  private Duration scaled(long micros) {
    return Duration.ofNanos((long) (micros * 1e3 / terms.speed()));
  }

  private long now() {
    return nanoTime.getAsLong();
  }
}
