package io.scaler.adapter.platform;

import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.scaler.service.Failures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * Calls of one request and one reply, their failures translated.
 *
 * <p>A lost connection is tried again whenever a call has failed for it: who calls sets the pace (a
 * circuit breaker, the pools' pauses), not the channel, whose own pauses grow to two minutes. A
 * call begun while another is being served does not end with that one: a launch outlives the
 * request that caused it.
 */
final class PlatformCalls {
  private final ManagedChannel channel;

  PlatformCalls(ManagedChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes the call.
   *
   * @param name of the call, for messages
   * @param method of a generated asynchronous stub
   */
  <Q, R> CompletionStage<R> call(String name, BiConsumer<Q, StreamObserver<R>> method, Q request) {
    PendingReply<R> pending = new PendingReply<>();
    Context.ROOT.run(() -> method.accept(request, pending));
    return pending.reply.exceptionallyCompose(failure -> failed(name, Failures.cause(failure)));
  }

  private <T> CompletionStage<T> failed(String name, Throwable failure) {
    if (Status.fromThrowable(failure).getCode() == Status.Code.UNAVAILABLE) {
      channel.resetConnectBackoff();
    }
    return CompletableFuture.failedStage(StatusFailures.translate(name, failure));
  }

  private static final class PendingReply<R> implements StreamObserver<R> {
    final CompletableFuture<R> reply = new CompletableFuture<>();

    @Override
    public void onNext(R value) {
      reply.complete(value);
    }

    @Override
    public void onError(Throwable failure) {
      reply.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      reply.completeExceptionally(
          Status.INTERNAL.withDescription("ended without a reply").asRuntimeException());
    }
  }
}
