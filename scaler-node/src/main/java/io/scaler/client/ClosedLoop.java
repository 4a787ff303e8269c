package io.scaler.client;

import io.scaler.client.Gateway.Grant;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Callers that each assign, hold, release and begin again, without a thread of their own. An assign
 * goes through the next address in turn, its release through the one after that.
 */
final class ClosedLoop {
  /** How long a caller rests after an error, so that a target that is down is not hammered. */
  private static final Duration REST = Duration.ofMillis(10);

  private final Targets targets;
  private final Terms terms;
  private final Zipf popularity;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanoTime;
  private final HoldHistory holds;
  private final AtomicLong requests = new AtomicLong();

  /**
   * What the callers do.
   *
   * @param functions the most popular first; at least one
   * @param skew zero (all alike) or more
   * @param concurrency how many callers there are, at least 1
   * @param hold between Assign's reply and Release, zero or more
   * @param runId makes request ids unlike those of other runs
   */
  record Terms(
      List<FunctionSpec> functions,
      double skew,
      int concurrency,
      Duration hold,
      Duration deadline,
      String runId,
      long seed) {}

  /**
   * Callers of one target.
   *
   * @param timer runs tasks that do not block
   * @param nanoTime for elapsed time
   */
  ClosedLoop(
      Targets targets,
      Terms terms,
      ScheduledExecutorService timer,
      LongSupplier nanoTime,
      HoldHistory holds) {
    this.targets = targets;
    this.terms = terms;
    this.popularity = new Zipf(terms.functions().size(), terms.skew());
    this.timer = timer;
    this.nanoTime = nanoTime;
    this.holds = holds;
  }

  /**
   * Begins pairs for this long; completes when the last of them has ended. May be called again
   * after that.
   */
  CompletableFuture<@Nullable Void> run(Duration length, PairTally tally) {
    var round = new Round(nanoTime.getAsLong() + length.toNanos(), tally, terms.concurrency());
    var random = new SplittableRandom(terms.seed());
    for (int i = 0; i < terms.concurrency(); i++) {
      new Caller(round, random.split()).begin();
    }
    return round.over;
  }

  private static final class Round {
    final long endNanos;
    final PairTally tally;
    final AtomicInteger callers;
    final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();

    Round(long endNanos, PairTally tally, int callers) {
      this.endNanos = endNanos;
      this.tally = tally;
      this.callers = new AtomicInteger(callers);
    }
  }

  /** Of the reply and the failure, one is there. */
  private interface Answer<T> {
    void take(T reply, @Nullable CallFailedException failure);
  }

  private final class Caller {
    private final Round round;
    private final SplittableRandom random;

    Caller(Round round, SplittableRandom random) {
      this.round = round;
      this.random = random;
    }

    void begin() {
      long since = nanoTime.getAsLong();
      if (since - round.endNanos >= 0) {
        if (round.callers.decrementAndGet() == 0) {
          round.over.complete(null);
        }
        return;
      }
      round.tally.begun();
      int place = targets.next();
      FunctionSpec function = terms.functions().get(popularity.pick(random.nextDouble()));
      String requestId = terms.runId() + "-" + requests.incrementAndGet();
      answered(
          targets.at(place).assign(requestId, function, terms.deadline()),
          (grant, failure) -> {
            if (failure == null) {
              holds.begin(grant.instanceId(), grant.requestId());
              long took = nanoTime.getAsLong() - since;
              if (terms.hold().isZero()) {
                release(grant, place + 1, took);
              } else {
                after(terms.hold(), () -> release(grant, place + 1, took));
              }
            } else {
              failed("assign " + failure.kind(), failure.message());
            }
          });
    }

    private void release(Grant grant, int place, long assignNanos) {
      holds.end(grant.instanceId(), grant.requestId());
      long since = nanoTime.getAsLong();
      answered(
          targets.at(place).release(grant, Outcome.OK, terms.hold(), terms.deadline()),
          (nothing, failure) -> {
            if (failure == null) {
              ended(assignNanos, since);
            } else {
              failed("release " + failure.kind(), failure.message());
            }
          });
    }

    private void ended(long assignNanos, long since) {
      long now = nanoTime.getAsLong();
      if (now - round.endNanos <= 0) {
        round.tally.ended(assignNanos, now - since);
      } else {
        round.tally.endedLate();
      }
      begin();
    }

    private void failed(String kind, String message) {
      round.tally.failed(kind, message);
      after(REST, this::begin);
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
      var unused = timer.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends the round where a bug would leave it waiting forever. */
    private void guarded(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException e) {
        round.over.completeExceptionally(e);
      }
    }
  }
}
