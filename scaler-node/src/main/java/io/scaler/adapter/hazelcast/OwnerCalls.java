package io.scaler.adapter.hazelcast;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.OperationTimeoutException;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.spi.exception.RetryableException;
import com.hazelcast.spi.exception.TargetDisconnectedException;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.service.Failures;
import io.scaler.service.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sends processors to the owners of keys, again and again while the outcome is uncertain: the owner
 * or its backup left meanwhile, or the owner hears from no majority and is about to be replaced.
 *
 * <p>What depends on an outcome runs on an executor of its own, not on Hazelcast's threads: it may
 * serialize a compact type for the first time, which waits for other members' responses. The
 * exception is an answer that ends what it belongs to: see {@link #submit(Question, Predicate)}.
 */
final class OwnerCalls {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final RecencyMajority majority;
  private final NoMajority noMajority;
  private final Timer timer;
  private final LongSupplier nanoTime;
  private final Duration certainWithin;
  private final Executor callbacks;

  /**
   * @param callbacks runs what depends on an outcome
   * @param certainWithin how long an outcome may stay uncertain before the caller is told so
   */
  OwnerCalls(
      RecencyMajority majority,
      NoMajority noMajority,
      Timer timer,
      LongSupplier nanoTime,
      Executor callbacks,
      Duration certainWithin) {
    this.callbacks = callbacks;
    this.majority = majority;
    this.noMajority = noMajority;
    this.timer = timer;
    this.nanoTime = nanoTime;
    this.certainWithin = certainWithin;
  }

  /** What an owner is asked. */
  @FunctionalInterface
  interface Question<R> {

    /**
     * Asks it once. Does not block.
     *
     * @param attempt from 0; above, the outcome of the one before was uncertain
     * @param on tells the answer, or the failure; see {@link Owners#submit}
     */
    void ask(int attempt, Executor on, BiConsumer<@Nullable R, @Nullable Throwable> answered);
  }

  /**
   * @param processors the processor to send, by attempt from 0
   * @return fails with NODE_UNAVAILABLE if this node hears from no majority, is stopping, or the
   *     outcome stays uncertain; with whatever else the processor failed with
   */
  <V, R> CompletionStage<R> submit(
      Owners<V> owners,
      String key,
      IntFunction<? extends EntryProcessor<String, V, R>> processors) {
    return submit(
        (attempt, on, answered) -> owners.<R>submit(key, processors.apply(attempt), on, answered));
  }

  /** Like the other. */
  <R> CompletionStage<R> submit(Question<R> question) {
    return send(new Call<>(question, null));
  }

  /**
   * Like the others, and saves a change of threads where it can.
   *
   * @param isLast whether what depends on this answer is such as {@link Owners#HERE} may do
   */
  <R> CompletionStage<R> submit(Question<R> question, Predicate<R> isLast) {
    return send(new Call<>(question, isLast));
  }

  private static <R> CompletionStage<R> send(OwnerCalls.Call<R> call) {
    call.send();
    return call.outcome;
  }

  private final class Call<R> {
    private final Question<R> question;
    private final @Nullable Predicate<R> isLast;
    private final CompletableFuture<R> outcome = new CompletableFuture<>();
    private final long begun = nanoTime.getAsLong();
    private int attempt;

    Call(Question<R> question, @Nullable Predicate<R> isLast) {
      this.question = question;
      this.isLast = isLast;
    }

    void send() {
      try {
        if (!majority.isPresent()) {
          outcome.completeExceptionally(noMajority.refusal());
          return;
        }
        if (isLast == null) {
          question.ask(attempt, callbacks, this::answered);
        } else {
          question.ask(attempt, Owners.HERE, this::toldByHazelcast);
        }
      } catch (RuntimeException e) {
        answered(null, e);
      }
    }

    private void toldByHazelcast(@Nullable R result, @Nullable Throwable failure) {
      if (failure == null && result != null && isLast != null && isLast.test(result)) {
        outcome.complete(result);
      } else {
        try {
          callbacks.execute(() -> answered(result, failure));
        } catch (RejectedExecutionException e) {
          // This node is stopping. Whoever waits is told all the same.
          answered(result, failure);
        }
      }
    }

    private void answered(@Nullable R result, @Nullable Throwable failure) {
      if (failure == null) {
        outcome.complete(result);
        return;
      }
      Throwable cause = Failures.cause(failure);
      if (cause instanceof HazelcastInstanceNotActiveException) {
        outcome.completeExceptionally(unavailable("this node is stopping"));
      } else if (!isUncertain(cause)) {
        outcome.completeExceptionally(cause);
      } else if (nanoTime.getAsLong() - begun > certainWithin.toNanos()) {
        outcome.completeExceptionally(
            unavailable(
                "what became of the call is not certain after %s: %s"
                    .formatted(certainWithin, Failures.message(cause))));
      } else {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempt, 10));
        attempt++;
        timer.after(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause, this::send);
      }
    }
  }

  private static boolean isUncertain(Throwable cause) {
    return cause instanceof IndeterminateOperationStateException
        || cause instanceof RetryableException
        || cause instanceof TargetDisconnectedException
        || cause instanceof OperationTimeoutException
        || cause instanceof SplitBrainProtectionException;
  }

  private static ScalerException unavailable(String message) {
    return ScalerException.retryable(Reason.NODE_UNAVAILABLE, message, RETRY_AFTER);
  }
}
