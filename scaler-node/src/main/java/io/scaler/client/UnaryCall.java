package io.scaler.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns one gRPC call into a future, and a gRPC status into a {@link CallFailedException}. */
final class UnaryCall<T, R> implements StreamObserver<T> {
  private final CompletableFuture<R> result = new CompletableFuture<>();
  private final Function<T, R> read;
  private @Nullable T reply;

  /**
   * A call that is about to begin.
   *
   * @param read makes the result of the reply; may throw {@link CallFailedException}
   */
  UnaryCall(Function<T, R> read) {
    this.read = read;
  }

  CompletableFuture<R> result() {
    return result;
  }

  @Override
  public void onNext(T value) {
    reply = value;
  }

  @Override
  public void onCompleted() {
    T value = reply;
    if (value == null) {
      result.completeExceptionally(
          new CallFailedException("MALFORMED_REPLY", false, "the call ended without a reply"));
      return;
    }
    R read;
    try {
      read = this.read.apply(value);
    } catch (CallFailedException e) {
      result.completeExceptionally(e);
      return;
    }
    result.complete(read);
  }

  @Override
  public void onError(Throwable fault) {
    Status status = Status.fromThrowable(fault);
    String reason = reason(fault);
    result.completeExceptionally(
        new CallFailedException(
            status.getCode() + (reason.isEmpty() ? "" : " " + reason),
            isRetryable(status.getCode(), reason),
            String.valueOf(status.getDescription())));
  }

  /**
   * A server's own errors carry a reason. What has none comes from the transport, where a server
   * that goes away shows as CANCELLED too; a deadline that ran out may mean that it hangs.
   */
  private static boolean isRetryable(Status.Code code, String reason) {
    return code == Status.Code.UNAVAILABLE
        || code == Status.Code.DEADLINE_EXCEEDED
        || (code == Status.Code.CANCELLED && reason.isEmpty());
  }

  private static String reason(Throwable fault) {
    var status = StatusProto.fromThrowable(fault);
    if (status == null) {
      return "";
    }
    for (Any detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          return detail.unpack(ErrorInfo.class).getReason();
        } catch (InvalidProtocolBufferException e) {
          return "MALFORMED_DETAILS";
        }
      }
    }
    return "";
  }
}
