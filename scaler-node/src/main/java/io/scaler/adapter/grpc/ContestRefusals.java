package io.scaler.adapter.grpc;

import io.grpc.stub.StreamObserver;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import java.util.function.BiFunction;
import serverless.simulator.Status;

/**
 * The errors of {@code serverless.simulator}: a status and a message within the reply.
 *
 * @param reply makes the method's reply of the two
 */
record ContestRefusals<R>(BiFunction<Status, String, R> reply) implements Refusals<R> {

  @Override
  public void refuse(ScalerException refusal, StreamObserver<R> responses) {
    send(responses, status(refusal.reason()), message(refusal));
  }

  @Override
  public void fail(StreamObserver<R> responses) {
    send(responses, Status.InternalError, INTERNAL_ERROR);
  }

  private void send(StreamObserver<R> responses, Status status, String message) {
    responses.onNext(reply.apply(status, message));
    responses.onCompleted();
  }

  private static String message(ScalerException refusal) {
    String message = String.valueOf(refusal.getMessage());
    return refusal
        .retryAfter()
        .map(delay -> "%s; repeat after %d ms".formatted(message, delay.toMillis()))
        .orElse(message);
  }

  private static Status status(Reason reason) {
    return switch (reason) {
      case INVALID_FIELD -> Status.InvalidArgument;
      case FUNCTION_NOT_FOUND, INSTANCE_NOT_FOUND -> Status.NotFound;
      case NOT_HOLDER, REQUEST_FINISHED -> Status.InvalidAssigment;
      case OVERLOADED, TIMED_OUT, PLATFORM_UNAVAILABLE, NODE_UNAVAILABLE, CANCELLED ->
          Status.Throttle;
      case LAUNCH_FAILED, SUPERSEDED -> Status.InternalError;
    };
  }
}
