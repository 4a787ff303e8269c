package io.scaler.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.OperationTimeoutException;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import com.hazelcast.spi.exception.TargetDisconnectedException;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.service.FakeTimer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OwnerCallsTest {
  private static final Duration CERTAIN_WITHIN = Duration.ofSeconds(20);

  private final FakeTimer timer = new FakeTimer();
  private final Instant begun = timer.instant();
  private final ScriptedOwners owners = new ScriptedOwners();
  private final OwnerCalls calls = calls(1, Runnable::run);

  private OwnerCalls calls(int expectedSize, Executor callbacks) {
    return new OwnerCalls(
        new RecencyMajority(expectedSize, Duration.ofSeconds(3), this::nanoTime),
        new NoMajority(() -> Optional.of("this node hears from no majority; missing: b")),
        timer,
        this::nanoTime,
        callbacks,
        CERTAIN_WITHIN);
  }

  private long nanoTime() {
    return Duration.between(begun, timer.instant()).toNanos();
  }

  private CompletableFuture<String> submit(OwnerCalls through) {
    return through.submit(owners, "key", Numbered::new).toCompletableFuture();
  }

  /** A processor that says which attempt it was made for. */
  private record Numbered(int attempt) implements EntryProcessor<String, String, String> {
    @Override
    public String process(Map.Entry<String, String> entry) {
      throw new IllegalStateException("no owner runs this");
    }
  }

  /** Owners that answer as scripted; the last answer stays. */
  private final class ScriptedOwners implements Owners<String> {
    final Deque<Object> script = new ArrayDeque<>();
    final List<Integer> attempts = new ArrayList<>();
    final List<Long> atMillis = new ArrayList<>();
    boolean throwing;

    @Override
    @SuppressWarnings("unchecked")
    public <R> void submit(
        String key,
        EntryProcessor<String, String, R> processor,
        Executor on,
        BiConsumer<@Nullable R, @Nullable Throwable> answered) {
      assertThat(key).isEqualTo("key");
      attempts.add(((Numbered) (Object) processor).attempt());
      atMillis.add(Duration.between(begun, timer.instant()).toMillis());
      Object answer = script.size() > 1 ? script.remove() : script.element();
      if (!(answer instanceof RuntimeException failure)) {
        on.execute(() -> answered.accept((R) answer, null));
      } else if (throwing) {
        throw failure;
      } else {
        on.execute(() -> answered.accept(null, failure));
      }
    }
  }

  private static @Nullable Throwable failure(CompletionStage<?> stage) {
    return stage.handle((value, failure) -> failure).toCompletableFuture().getNow(null);
  }

  private static void assertUnavailable(CompletionStage<?> stage, String message) {
    assertThat(failure(stage))
        .isInstanceOfSatisfying(
            ScalerException.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(Reason.NODE_UNAVAILABLE);
              assertThat(refusal.retryAfter()).isPresent();
              assertThat(refusal).hasMessageContaining(message);
            });
  }

  static Stream<RuntimeException> uncertain() {
    return Stream.of(
        new IndeterminateOperationStateException("the backup did not confirm"),
        new SplitBrainProtectionException("the owner hears from no majority"),
        new TargetDisconnectedException("the owner is gone"),
        new RetryableHazelcastException("the partition migrates"),
        new OperationTimeoutException("no answer"));
  }

  @Test
  void theOwnersAnswerIsTheCalls() {
    owners.script.add("answer");

    assertThat(submit(calls)).isCompletedWithValue("answer");
    assertThat(owners.attempts).containsExactly(0);
    assertThat(timer.pending()).isZero();
  }

  @ParameterizedTest
  @MethodSource("uncertain")
  void anUncertainOutcomeIsAskedForAgainAndSaysSo(RuntimeException failure) {
    owners.script.addAll(List.of(failure, failure, "answer"));
    CompletableFuture<String> outcome = submit(calls);
    assertThat(outcome).isNotDone();

    timer.advance(Duration.ofSeconds(1));

    assertThat(outcome).isCompletedWithValue("answer");
    assertThat(owners.attempts).containsExactly(0, 1, 2);
    assertThat(timer.pending()).isZero();
  }

  @Test
  void aFailureThatIsThrownCountsLikeOneThatIsAnswered() {
    owners.throwing = true;
    owners.script.addAll(List.of(new TargetDisconnectedException("the owner is gone"), "answer"));
    CompletableFuture<String> outcome = submit(calls);

    timer.advance(Duration.ofSeconds(1));

    assertThat(outcome).isCompletedWithValue("answer");
  }

  @Test
  void theReasonIsFoundUnderWhatStagesPutAroundIt() {
    owners.script.addAll(
        List.of(
            new CompletionException(new IndeterminateOperationStateException("no backup")),
            "answer"));
    CompletableFuture<String> outcome = submit(calls);

    timer.advance(Duration.ofSeconds(1));

    assertThat(outcome).isCompletedWithValue("answer");
  }

  @Test
  void pausesBetweenAttemptsGrowUpToHalfASecond() {
    owners.script.add(new SplitBrainProtectionException("the owner hears from no majority"));
    submit(calls);

    timer.advance(Duration.ofSeconds(3));

    assertThat(owners.atMillis)
        .containsExactly(0L, 20L, 60L, 140L, 300L, 620L, 1_120L, 1_620L, 2_120L, 2_620L);
  }

  @ParameterizedTest
  @MethodSource("uncertain")
  void anOutcomeThatStaysUncertainIsToldAsUnavailable(RuntimeException failure) {
    owners.script.add(failure);
    CompletableFuture<String> outcome = submit(calls);

    timer.advance(CERTAIN_WITHIN);
    assertThat(outcome).isNotDone();
    timer.advance(Duration.ofSeconds(1));

    assertUnavailable(outcome, failure.getMessage());
    int attempts = owners.attempts.size();
    timer.advance(Duration.ofMinutes(1));
    assertThat(owners.attempts).hasSize(attempts);
    assertThat(timer.pending()).isZero();
  }

  @Test
  void aBugIsPassedOnAtOnceAsItIs() {
    IllegalStateException bug = new IllegalStateException("no rule for this");
    owners.script.add(bug);

    CompletableFuture<String> outcome = submit(calls);

    assertThat(failure(outcome)).isSameAs(bug);
    assertThat(owners.attempts).containsExactly(0);
    assertThat(timer.pending()).isZero();
  }

  @Test
  void whoWaitsIsToldThoughNothingRunsCallbacksAnyMore() {
    OwnerCalls stopping =
        new OwnerCalls(
            new RecencyMajority(1, Duration.ofSeconds(3), this::nanoTime),
            new NoMajority(Optional::empty),
            timer,
            this::nanoTime,
            task -> {
              throw new RejectedExecutionException("stopped");
            },
            CERTAIN_WITHIN);

    CompletableFuture<String> outcome =
        stopping
            .<String>submit(
                (attempt, on, answered) -> answered.accept("more to do", null), last -> false)
            .toCompletableFuture();

    assertThat(outcome).isCompletedWithValue("more to do");
  }

  @Test
  void aNodeThatStopsIsUnavailableAtOnce() {
    owners.script.add(new HazelcastInstanceNotActiveException());

    assertUnavailable(submit(calls), "stopping");
    assertThat(owners.attempts).containsExactly(0);
  }

  @Test
  void withoutAMajorityNothingIsSent() {
    owners.script.add("answer");

    assertUnavailable(submit(calls(3, Runnable::run)), "majority");
    assertThat(owners.attempts).isEmpty();
  }

  @Test
  void whatDependsOnTheOutcomeRunsWhereItShould() {
    Deque<Runnable> callbacks = new ArrayDeque<>();
    owners.script.add("answer");
    CompletableFuture<String> outcome = submit(calls(1, callbacks::add));
    assertThat(outcome).isNotDone();

    callbacks.remove().run();

    assertThat(outcome).isCompletedWithValue("answer");
  }

  @Test
  void aLastAnswerIsToldAtOnceAndOthersWhereTheyShould() {
    Deque<Runnable> callbacks = new ArrayDeque<>();
    OwnerCalls through = calls(1, callbacks::add);
    owners.script.addAll(List.of("last", "one of several"));

    CompletableFuture<String> last = submitUntilLast(through);
    CompletableFuture<String> other = submitUntilLast(through);

    assertThat(last).isCompletedWithValue("last");
    assertThat(other).isNotDone();
    callbacks.remove().run();
    assertThat(other).isCompletedWithValue("one of several");
  }

  @Test
  void aFailureIsNeverToldOnAThreadOfHazelcasts() {
    Deque<Runnable> callbacks = new ArrayDeque<>();
    owners.script.add(new IllegalStateException("no rule for this"));

    CompletableFuture<String> outcome = submitUntilLast(calls(1, callbacks::add));

    assertThat(outcome).isNotDone();
    callbacks.remove().run();
    assertThat(outcome).isCompletedExceptionally();
  }

  private CompletableFuture<String> submitUntilLast(OwnerCalls through) {
    return through
        .<String>submit(
            (attempt, on, answered) ->
                owners.<String>submit("key", new Numbered(attempt), on, answered),
            answer -> answer.equals("last"))
        .toCompletableFuture();
  }
}
