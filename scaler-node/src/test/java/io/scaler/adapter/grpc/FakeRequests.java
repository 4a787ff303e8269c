package io.scaler.adapter.grpc;

import io.scaler.model.Assignment;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Lease;
import io.scaler.model.Outcome;
import io.scaler.service.Requests;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Notes what it is asked for and answers what the test has set, or leaves the test to answer. */
final class FakeRequests implements Requests {
  record Assigning(
      FunctionSpec function,
      String requestId,
      Duration patience,
      @Nullable String trace,
      CompletableFuture<Assignment> answer,
      CountDownLatch cancelled) {}

  record Releasing(
      String functionKey,
      String requestId,
      String instanceId,
      Outcome outcome,
      @Nullable Duration executed,
      String reason) {}

  final BlockingQueue<Assigning> assigned = new LinkedBlockingQueue<>();
  final Queue<Releasing> released = new ConcurrentLinkedQueue<>();
  final Queue<String> renewed = new ConcurrentLinkedQueue<>();

  volatile @Nullable Assignment assignment;
  volatile @Nullable Lease lease;
  volatile @Nullable Throwable failure;
  volatile @Nullable RuntimeException thrown;

  @Override
  public AssignCall assign(
      FunctionSpec function, String requestId, Duration patience, @Nullable String trace) {
    Assigning call =
        new Assigning(
            function, requestId, patience, trace, new CompletableFuture<>(), new CountDownLatch(1));
    assigned.add(call);
    throwIfSo();
    if (failure != null) {
      call.answer.completeExceptionally(failure);
    } else if (assignment != null) {
      call.answer.complete(assignment);
    }
    return new AssignCall() {
      @Override
      public CompletionStage<Assignment> answer() {
        return call.answer;
      }

      @Override
      public void cancel() {
        call.cancelled.countDown();
      }
    };
  }

  @Override
  public CompletionStage<Void> release(
      String functionKey,
      String requestId,
      String instanceId,
      Outcome outcome,
      @Nullable Duration executed,
      String reason) {
    released.add(new Releasing(functionKey, requestId, instanceId, outcome, executed, reason));
    throwIfSo();
    return answer(null);
  }

  @Override
  public CompletionStage<Lease> renew(String functionKey, String requestId, String instanceId) {
    renewed.add(functionKey + "/" + requestId + "/" + instanceId);
    throwIfSo();
    return answer(lease);
  }

  private <T> CompletionStage<T> answer(@Nullable T value) {
    return failure == null
        ? CompletableFuture.completedFuture(value)
        : CompletableFuture.failedFuture(failure);
  }

  private void throwIfSo() {
    RuntimeException toThrow = thrown;
    if (toThrow != null) {
      throw toThrow;
    }
  }
}
