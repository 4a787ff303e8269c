package io.scaler.adapter.platform;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a gRPC status says about the next try. */
final class StatusFailures {
  private StatusFailures() {}

  /**
   * @param call what was asked, for the message
   */
  static PlatformException translate(String call, Throwable failure) {
    Status status = Status.fromThrowable(failure);
    com.google.rpc.@Nullable Status details = StatusProto.fromThrowable(failure);
    Kind kind = kind(status.getCode());
    boolean isAnswer =
        detail(details, ErrorInfo.class)
            .filter(info -> info.getDomain().equals(Wire.ERROR_DOMAIN))
            .isPresent();
    Duration retryAfter =
        detail(details, RetryInfo.class)
            .map(info -> Wire.duration(info.getRetryDelay()))
            .orElse(null);
    return new PlatformException(
        kind,
        !isAnswer && mayHaveHappened(status),
        "%s: %s: %s".formatted(call, status.getCode(), status.getDescription()),
        kind == Kind.UNAVAILABLE ? retryAfter : null);
  }

  private static Kind kind(Status.Code code) {
    return switch (code) {
      case UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED, CANCELLED, ABORTED ->
          Kind.UNAVAILABLE;
      case NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION, INTERNAL, UNKNOWN, DATA_LOSS, OK ->
          Kind.FAILED;
      case INVALID_ARGUMENT, OUT_OF_RANGE, PERMISSION_DENIED, UNAUTHENTICATED, UNIMPLEMENTED ->
          Kind.REFUSED;
    };
  }

  /** By the code alone: without an answer of the platform's own, what is not excluded may be. */
  private static boolean mayHaveHappened(Status status) {
    return switch (status.getCode()) {
      case INVALID_ARGUMENT,
          OUT_OF_RANGE,
          PERMISSION_DENIED,
          UNAUTHENTICATED,
          UNIMPLEMENTED,
          NOT_FOUND,
          ALREADY_EXISTS,
          FAILED_PRECONDITION ->
          false;
      case UNAVAILABLE -> !wasNeverSent(status);
      case RESOURCE_EXHAUSTED,
          DEADLINE_EXCEEDED,
          CANCELLED,
          ABORTED,
          INTERNAL,
          UNKNOWN,
          DATA_LOSS,
          OK ->
          true;
    };
  }

  private static boolean wasNeverSent(Status status) {
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof UnknownHostException
          || cause instanceof UnresolvedAddressException) {
        return true;
      }
    }
    return false;
  }

  /** A detail that cannot be read says nothing. */
  private static <M extends Message> Optional<M> detail(
      com.google.rpc.@Nullable Status status, Class<M> type) {
    if (status != null) {
      for (Any detail : status.getDetailsList()) {
        if (detail.is(type)) {
          try {
            return Optional.of(detail.unpack(type));
          } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
          }
        }
      }
    }
    return Optional.empty();
  }
}
