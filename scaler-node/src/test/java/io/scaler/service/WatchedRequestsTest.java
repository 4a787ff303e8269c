package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.Assignment;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Lease;
import io.scaler.model.Outcome;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.model.StartKind;
import io.scaler.service.Vitals.Failure;
import io.scaler.service.Vitals.Hot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class WatchedRequestsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final HotFunctions hot = new HotFunctions(2);
  private final RecentFailures failures = new RecentFailures(() -> NOW, "a", 2);
  private final Scripted scripted = new Scripted();
  private final WatchedRequests requests = new WatchedRequests(scripted, hot, failures);

  /** Answers as it is told, in turn. */
  private static final class Scripted implements Requests {
    final Deque<CompletionStage<Assignment>> answers = new ArrayDeque<>();
    CompletionStage<Void> released = CompletableFuture.completedStage(null);

    @Override
    public AssignCall assign(
        FunctionSpec function, String requestId, Duration patience, String trace) {
      CompletionStage<Assignment> answer = answers.remove();
      return new AssignCall() {
        @Override
        public CompletionStage<Assignment> answer() {
          return answer;
        }

        @Override
        public void cancel() {}
      };
    }

    @Override
    public CompletionStage<Void> release(
        String functionKey,
        String requestId,
        String instanceId,
        Outcome outcome,
        Duration executed,
        String reason) {
      return released;
    }

    @Override
    public CompletionStage<Lease> renew(String functionKey, String requestId, String instanceId) {
      return CompletableFuture.failedStage(new IllegalStateException("a bug"));
    }
  }

  private static FunctionSpec function(String key) {
    return new FunctionSpec(key, "java", 128, Duration.ofMinutes(1));
  }

  private void started(String key, StartKind kind) {
    scripted.answers.add(
        CompletableFuture.completedStage(
            new Assignment(key, "r", "i", new Lease(1, Duration.ofMinutes(1)), kind)));
    assertThat(requests.assign(function(key), "r", PATIENCE).answer()).isCompleted();
  }

  private void refused(Reason reason, String message) {
    scripted.answers.add(CompletableFuture.failedStage(ScalerException.of(reason, message)));
    requests.assign(function("f"), "r", PATIENCE);
  }

  @Test
  void countsHowRequestsStarted() {
    started("f", StartKind.COLD);
    started("f", StartKind.WARM);
    started("g", StartKind.WARM);

    assertThat(requests.starts()).isEqualTo(new NodeReport.Starts(2, 0, 1, 0));
  }

  @Test
  void theHottestComeFirstAndCoolDown() {
    for (int i = 0; i < 30; i++) {
      started("f", StartKind.WARM);
    }
    for (int i = 0; i < 60; i++) {
      started("g", StartKind.COLD);
    }
    started("overlooked", StartKind.WARM);

    List<Hot> first = hot.look(Duration.ofSeconds(15), 5);
    assertThat(first).containsExactly(new Hot("g", 0, 0, 2), new Hot("f", 1, 0, 0));
    assertThat(hot.look(Duration.ofSeconds(15), 1)).containsExactly(new Hot("g", 0, 0, 1));
    assertThat(hot.look(Duration.ofMinutes(10), 5)).isEmpty();
  }

  @Test
  void tellsWhatFailedOnce() {
    refused(Reason.TIMED_OUT, "too late");
    scripted.released =
        CompletableFuture.failedStage(ScalerException.of(Reason.NOT_HOLDER, "not yours"));
    requests.release("g", "r", "i", Outcome.OK, null, "");

    assertThat(failures.take())
        .containsExactly(
            new Failure(NOW, "a", "assign", "f", "timed_out", "too late"),
            new Failure(NOW, "a", "release", "g", "not_holder", "not yours"));
    assertThat(failures.take()).isEmpty();
    assertThat(requests.starts().failed()).isEqualTo(2);
  }

  @Test
  void keepsTheLatestFewFailures() {
    refused(Reason.TIMED_OUT, "1");
    refused(Reason.TIMED_OUT, "2");
    requests.renew("f", "r", "i");
    failures.failed(function("g"), Reason.LAUNCH_FAILED, "no");

    assertThat(failures.take())
        .containsExactly(
            new Failure(NOW, "a", "renew", "f", "bug", "a bug"),
            new Failure(NOW, "a", "launch", "g", "launch_failed", "no"));
  }

  @Test
  void aCallerThatWentAwayIsNoFailure() {
    refused(Reason.CANCELLED, "cancelled");

    assertThat(failures.take()).isEmpty();
    assertThat(requests.starts().failed()).isZero();
  }
}
