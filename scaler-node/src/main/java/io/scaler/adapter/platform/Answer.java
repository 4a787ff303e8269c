package io.scaler.adapter.platform;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.scaler.model.ScalerException;
import io.scaler.service.Failures;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one answer to a call. A caller who has gone away is answered nothing; what the call began
 * goes on.
 *
 * @param <R> the call's response
 */
final class Answer<R> {
  private static final Logger log = LoggerFactory.getLogger(Answer.class);

  private final StreamObserver<R> responses;
  private final Errors<R> errors;

  /** How a contract says that a call failed. */
  interface Errors<R> {
    void invalid(ScalerException refusal, StreamObserver<R> responses);

    void problem(ProblemException refusal, StreamObserver<R> responses);

    /** The caller learns no more than that there is a bug. */
    void bug(StreamObserver<R> responses);
  }

  Answer(StreamObserver<R> responses, Errors<R> errors) {
    this.responses = responses;
    this.errors = errors;
    if (responses instanceof ServerCallStreamObserver<R> call) {
      call.setOnCancelHandler(() -> log.debug("a caller went away before its answer"));
    }
  }

  /**
   * Asks, and answers when the answer is there.
   *
   * @param ask may throw as its stage may fail
   */
  void to(Supplier<CompletionStage<R>> ask) {
    CompletionStage<R> answer;
    try {
      answer = ask.get();
    } catch (RuntimeException e) {
      fail(e);
      return;
    }
    answer.whenComplete(this::end);
  }

  private void end(@Nullable R response, @Nullable Throwable failure) {
    if (failure != null) {
      fail(Failures.cause(failure));
    } else if (response != null && !isCancelled()) {
      responses.onNext(response);
      responses.onCompleted();
    }
  }

  private void fail(Throwable failure) {
    boolean isExpected = failure instanceof ScalerException || failure instanceof ProblemException;
    if (!isExpected) {
      log.error("a call failed; its caller is told of a bug", failure);
    }
    if (isCancelled()) {
      return;
    }
    if (failure instanceof ScalerException refusal) {
      errors.invalid(refusal, responses);
    } else if (failure instanceof ProblemException refusal) {
      errors.problem(refusal, responses);
    } else {
      errors.bug(responses);
    }
  }

  private boolean isCancelled() {
    return responses instanceof ServerCallStreamObserver<R> call && call.isCancelled();
  }
}
