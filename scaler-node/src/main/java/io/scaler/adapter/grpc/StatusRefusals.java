package io.scaler.adapter.grpc;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.service.Admission.Denied;
import io.scaler.service.Denial;
import io.scaler.v1.ScalerError;
import java.time.Duration;

/** The errors of {@code scaler.v1}: gRPC statuses with details. */
final class StatusRefusals<R> implements Refusals<R> {
  private static final String DOMAIN = "scaler.io";

  /** Where a refusal that may pass does not say when. */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private record WireError(Code code, ScalerError error) {}

  @Override
  public void refuse(ScalerException refusal, StreamObserver<R> responses) {
    responses.onError(status(refusal));
  }

  @Override
  public void fail(StreamObserver<R> responses) {
    responses.onError(
        StatusProto.toStatusRuntimeException(
            status(
                    new WireError(Code.INTERNAL, ScalerError.SCALER_ERROR_UNSPECIFIED),
                    INTERNAL_ERROR)
                .build()));
  }

  /** Of a call that was not let in. */
  static StatusRuntimeException status(Denied denied) {
    Status.Builder status = status(error(denied.denial().kind()), denied.why());
    if (!denied.retryAfter().isZero()) {
      status.addDetails(retryInfo(denied.retryAfter()));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  private static WireError error(Denial.Kind kind) {
    return switch (kind) {
      case UNKNOWN -> new WireError(Code.UNAUTHENTICATED, ScalerError.UNAUTHENTICATED);
      case FORBIDDEN -> new WireError(Code.PERMISSION_DENIED, ScalerError.PERMISSION_DENIED);
      case EXHAUSTED -> new WireError(Code.RESOURCE_EXHAUSTED, ScalerError.TOO_MANY_CALLS);
    };
  }

  private static Any retryInfo(Duration delay) {
    return Any.pack(RetryInfo.newBuilder().setRetryDelay(Durations.toProto(delay)).build());
  }

  static StatusRuntimeException status(ScalerException refusal) {
    String message = String.valueOf(refusal.getMessage());
    WireError error = error(refusal.reason());
    Status.Builder status = status(error, message);
    refusal.field().ifPresent(field -> status.addDetails(Any.pack(violation(field, message))));
    if (error.code() == Code.RESOURCE_EXHAUSTED || error.code() == Code.UNAVAILABLE) {
      status.addDetails(retryInfo(refusal.retryAfter().orElse(RETRY_AFTER)));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  private static Status.Builder status(WireError error, String message) {
    return Status.newBuilder()
        .setCode(error.code().getNumber())
        .setMessage(message)
        .addDetails(
            Any.pack(
                ErrorInfo.newBuilder().setReason(error.error().name()).setDomain(DOMAIN).build()));
  }

  private static BadRequest violation(String field, String message) {
    String prefix = field + ": ";
    String rule = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    return BadRequest.newBuilder()
        .addFieldViolations(
            BadRequest.FieldViolation.newBuilder().setField(field).setDescription(rule))
        .build();
  }

  private static WireError error(Reason reason) {
    return switch (reason) {
      case INVALID_FIELD -> new WireError(Code.INVALID_ARGUMENT, ScalerError.INVALID_FIELD);
      case FUNCTION_NOT_FOUND -> new WireError(Code.NOT_FOUND, ScalerError.FUNCTION_NOT_FOUND);
      case INSTANCE_NOT_FOUND -> new WireError(Code.NOT_FOUND, ScalerError.INSTANCE_NOT_FOUND);
      case NOT_HOLDER -> new WireError(Code.FAILED_PRECONDITION, ScalerError.NOT_HOLDER);
      case REQUEST_FINISHED ->
          new WireError(Code.FAILED_PRECONDITION, ScalerError.REQUEST_FINISHED);
      case OVERLOADED -> new WireError(Code.RESOURCE_EXHAUSTED, ScalerError.OVERLOADED);
      case TIMED_OUT -> new WireError(Code.RESOURCE_EXHAUSTED, ScalerError.TIMED_OUT);
      case PLATFORM_UNAVAILABLE ->
          new WireError(Code.UNAVAILABLE, ScalerError.PLATFORM_UNAVAILABLE);
      case LAUNCH_FAILED -> new WireError(Code.UNAVAILABLE, ScalerError.LAUNCH_FAILED);
      case NODE_UNAVAILABLE -> new WireError(Code.UNAVAILABLE, ScalerError.NODE_UNAVAILABLE);
      case CANCELLED -> new WireError(Code.CANCELLED, ScalerError.CANCELLED);
      case SUPERSEDED -> new WireError(Code.INTERNAL, ScalerError.SCALER_ERROR_UNSPECIFIED);
    };
  }
}
