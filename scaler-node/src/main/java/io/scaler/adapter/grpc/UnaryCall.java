package io.scaler.adapter.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.scaler.model.ScalerException;
import io.scaler.service.FailedCalls;
import io.scaler.service.Failures;
import io.scaler.service.RefusalLog;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call and its one answer. A caller who has gone away is answered nothing.
 *
 * @param <R> the call's response
 */
final class UnaryCall<R> {
  private static final Logger log = LoggerFactory.getLogger(UnaryCall.class);

  private final String method;
  private final ServerCallStreamObserver<R> responses;
  private final Refusals<R> refusals;
  private final FailedCalls failed;
  private final @Nullable RefusalLog refusalLog;

  /** Of an operator, whose refusals nobody needs to look for. */
  UnaryCall(String method, StreamObserver<R> responses, Refusals<R> refusals, FailedCalls failed) {
    this(method, responses, refusals, failed, null);
  }

  /**
   * @param failed counts
   * @param refusalLog is told of refusals; null: nobody is
   */
  UnaryCall(
      String method,
      StreamObserver<R> responses,
      Refusals<R> refusals,
      FailedCalls failed,
      @Nullable RefusalLog refusalLog) {
    this.method = method;
    this.responses = (ServerCallStreamObserver<R>) responses;
    this.refusals = refusals;
    this.failed = failed;
    this.refusalLog = refusalLog;
  }

  /** Has the task run if the caller goes away. Only before the service's method returns. */
  void onCancel(Runnable task) {
    responses.setOnCancelHandler(task);
  }

  /**
   * Asks, and answers when the answer is there.
   *
   * @param ask may throw as its stage may fail
   * @param ids of the request, for the log
   */
  <A> void answer(Supplier<CompletionStage<A>> ask, Function<A, R> response, Supplier<String> ids) {
    CompletionStage<A> answer;
    try {
      answer = ask.get();
    } catch (RuntimeException e) {
      end(e, ids);
      return;
    }
    answer
        .thenApply(response)
        .whenComplete(
            (translated, failure) -> {
              if (failure != null) {
                end(Failures.cause(failure), ids);
              } else if (!responses.isCancelled()) {
                responses.onNext(translated);
                responses.onCompleted();
              }
            });
  }

  private void end(Throwable failure, Supplier<String> ids) {
    failed.failed(method, failure);
    if (!(failure instanceof ScalerException refusal)) {
      log.error("{} of {} failed; its caller is told of a bug", method, ids.get(), failure);
      if (!responses.isCancelled()) {
        refusals.fail(responses);
      }
    } else if (!responses.isCancelled()) {
      if (refusalLog != null) {
        refusalLog.refused(method, refusal.reason(), ids.get() + ": " + refusal.getMessage());
      }
      refusals.refuse(refusal, responses);
    }
  }
}
