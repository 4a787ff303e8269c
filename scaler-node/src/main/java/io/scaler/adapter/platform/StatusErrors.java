package io.scaler.adapter.platform;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.scaler.model.ScalerException;
import io.scaler.v1.ScalerError;
import java.time.Duration;

/** The errors of {@code scaler.v1.Platform}: gRPC statuses with details. */
final class StatusErrors<R> implements Answer.Errors<R> {

  @Override
  public void invalid(ScalerException refusal, StreamObserver<R> responses) {
    String message = String.valueOf(refusal.getMessage());
    Status.Builder status =
        status(Code.INVALID_ARGUMENT_VALUE, ScalerError.INVALID_FIELD.name(), message);
    refusal
        .field()
        .ifPresent(
            field -> {
              String prefix = field + ": ";
              String rule =
                  message.startsWith(prefix) ? message.substring(prefix.length()) : message;
              status.addDetails(
                  Any.pack(
                      BadRequest.newBuilder()
                          .addFieldViolations(
                              FieldViolation.newBuilder().setField(field).setDescription(rule))
                          .build()));
            });
    responses.onError(StatusProto.toStatusRuntimeException(status.build()));
  }

  @Override
  public void problem(ProblemException refusal, StreamObserver<R> responses) {
    Problem problem = refusal.problem();
    Status.Builder status =
        status(problem.code.value(), problem.error.name(), String.valueOf(refusal.getMessage()));
    Duration retryAfter = refusal.retryAfter();
    if (retryAfter != null) {
      status.addDetails(
          Any.pack(RetryInfo.newBuilder().setRetryDelay(Wire.duration(retryAfter)).build()));
    }
    responses.onError(StatusProto.toStatusRuntimeException(status.build()));
  }

  @Override
  public void bug(StreamObserver<R> responses) {
    responses.onError(
        io.grpc.Status.INTERNAL.withDescription("internal error").asRuntimeException());
  }

  private static Status.Builder status(int code, String reason, String message) {
    return Status.newBuilder()
        .setCode(code)
        .setMessage(message)
        .addDetails(
            Any.pack(
                ErrorInfo.newBuilder().setReason(reason).setDomain(Wire.ERROR_DOMAIN).build()));
  }
}
