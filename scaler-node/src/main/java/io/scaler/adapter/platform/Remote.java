package io.scaler.adapter.platform;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Calls to a platform over gRPC: as stages, with failures in the port's words. */
final class Remote {
  private Remote() {}

  static <T> CompletionStage<T> stage(ListenableFuture<T> call) {
    CompletableFuture<T> stage = new CompletableFuture<>();
    Futures.addCallback(
        call,
        new FutureCallback<T>() {
          @Override
          public void onSuccess(@Nullable T value) {
            stage.complete(value);
          }

          @Override
          public void onFailure(Throwable failure) {
            stage.completeExceptionally(translated(failure));
          }
        },
        MoreExecutors.directExecutor());
    return stage;
  }

  /**
   * A platform that says when to come back has not done what it was asked; one that says nothing
   * more than that it is not there may have.
   */
  static PlatformException translated(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    Duration retryAfter = retryAfter(failure);
    String message =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    return switch (status.getCode()) {
      case UNAVAILABLE ->
          new PlatformException(Kind.UNAVAILABLE, retryAfter == null, message, retryAfter);
      case RESOURCE_EXHAUSTED ->
          new PlatformException(Kind.UNAVAILABLE, false, message, retryAfter);
      case DEADLINE_EXCEEDED, CANCELLED ->
          new PlatformException(Kind.UNAVAILABLE, true, message, null);
      case INVALID_ARGUMENT,
          NOT_FOUND,
          FAILED_PRECONDITION,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          UNAUTHENTICATED,
          UNIMPLEMENTED,
          OUT_OF_RANGE ->
          new PlatformException(Kind.REFUSED, false, message, null);
      case OK, UNKNOWN, ABORTED, INTERNAL, DATA_LOSS ->
          new PlatformException(Kind.FAILED, true, message, null);
    };
  }

  private static @Nullable Duration retryAfter(Throwable failure) {
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    if (status == null) {
      return null;
    }
    for (Any detail : status.getDetailsList()) {
      if (detail.is(RetryInfo.class)) {
        try {
          var delay = detail.unpack(RetryInfo.class).getRetryDelay();
          return Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
        } catch (InvalidProtocolBufferException e) {
          return null;
        }
      }
    }
    return null;
  }
}
