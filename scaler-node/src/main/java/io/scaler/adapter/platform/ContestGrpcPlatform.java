package io.scaler.adapter.platform;

import io.grpc.Channel;
import io.scaler.model.FunctionSpec;
import io.scaler.service.Platform;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import serverless.simulator.CreateSlotReply;
import serverless.simulator.CreateSlotRequest;
import serverless.simulator.DestroySlotRequest;
import serverless.simulator.InitRequest;
import serverless.simulator.Meta;
import serverless.simulator.PlatformGrpc;
import serverless.simulator.PlatformGrpc.PlatformFutureStub;
import serverless.simulator.ResourceConfig;
import serverless.simulator.Status;

/**
 * A platform that speaks the challenge's contract. It promises no idempotency and cannot list its
 * slots: one whose creation was answered by nobody cannot be found again.
 */
public final class ContestGrpcPlatform implements Platform {
  private final PlatformFutureStub stub;
  private final CallTimeouts timeouts;

  public ContestGrpcPlatform(Channel channel, CallTimeouts timeouts) {
    this.stub = PlatformGrpc.newFutureStub(channel);
    this.timeouts = timeouts;
  }

  @Override
  public CompletionStage<String> createSlot(String instanceId, long memoryMb) {
    return Remote.stage(
            within(timeouts.create())
                .createSlot(
                    CreateSlotRequest.newBuilder()
                        .setRequestId(instanceId)
                        .setResourceConfig(
                            ResourceConfig.newBuilder().setMemoryInMegabytes(memoryMb))
                        .build()))
        .thenApply(
            reply -> {
              check(reply.getStatus(), reply.getErrorMessage());
              return slotId(reply);
            });
  }

  private static String slotId(CreateSlotReply reply) {
    if (reply.getSlot().getId().isEmpty()) {
      throw new PlatformException(Kind.FAILED, true, "a slot without an id", null);
    }
    return reply.getSlot().getId();
  }

  @Override
  public CompletionStage<Duration> init(
      String slotId, String instanceId, FunctionSpec function, long token) {
    return Remote.stage(
            within(timeouts.init())
                .init(
                    InitRequest.newBuilder()
                        .setRequestId(instanceId)
                        .setSlotId(slotId)
                        .setInstanceId(instanceId)
                        .setMetaData(meta(function))
                        .build()))
        .thenApply(
            reply -> {
              check(reply.getStatus(), reply.getErrorMessage());
              return Duration.ofMillis(reply.getInitDurationInMs());
            });
  }

  /** {@inheritDoc} Does nothing for a slot whose id is not known: there is no other way to it. */
  @Override
  public CompletionStage<Void> destroySlot(
      @Nullable String slotId, String instanceId, String reason, long token) {
    if (slotId == null) {
      return CompletableFuture.allOf();
    }
    return Remote.stage(
            within(timeouts.destroy())
                .destroySlot(
                    DestroySlotRequest.newBuilder()
                        .setRequestId(instanceId)
                        .setId(slotId)
                        .setReason(reason)
                        .build()))
        .thenAccept(
            reply -> {
              if (reply.getStatus() != Status.NotFound) {
                check(reply.getStatus(), reply.getErrorMessage());
              }
            });
  }

  @Override
  public CompletionStage<Optional<List<Slot>>> listSlots() {
    return CompletableFuture.completedStage(Optional.empty());
  }

  private static void check(Status status, String message) {
    switch (status) {
      case Ok -> {}
      case Throttle ->
          throw new PlatformException(
              Kind.UNAVAILABLE, false, said(status, message), Duration.ofSeconds(1));
      case InvalidArgument, InvalidAssigment, NotFound ->
          throw new PlatformException(Kind.REFUSED, false, said(status, message), null);
      case InternalError, UNRECOGNIZED ->
          throw new PlatformException(Kind.FAILED, true, said(status, message), null);
    }
  }

  private static String said(Status status, String message) {
    return message.isEmpty() ? status.name() : message;
  }

  private PlatformFutureStub within(Duration timeout) {
    return stub.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static Meta meta(FunctionSpec function) {
    return Meta.newBuilder()
        .setKey(function.key())
        .setRuntime(function.runtime())
        .setMemoryInMb(function.memoryMb())
        .setTimeoutInSecs(Math.toIntExact(Math.max(1, function.timeout().toSeconds())))
        .build();
  }
}
