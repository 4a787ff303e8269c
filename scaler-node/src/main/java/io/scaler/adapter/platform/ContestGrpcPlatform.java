package io.scaler.adapter.platform;

import io.grpc.ManagedChannel;
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
import serverless.simulator.CreateSlotRequest;
import serverless.simulator.DestroySlotRequest;
import serverless.simulator.InitRequest;
import serverless.simulator.Meta;
import serverless.simulator.PlatformGrpc;
import serverless.simulator.PlatformGrpc.PlatformStub;
import serverless.simulator.ResourceConfig;
import serverless.simulator.Status;

/**
 * A platform in another process that speaks the contest's contract.
 *
 * <p>It cannot list its slots, checks no tokens and promises no idempotency: after an uncertain
 * outcome a creation must not be repeated. A slot whose id never arrived cannot be found and stays
 * until the platform itself ends it, if ever: what destroys it here just succeeds.
 */
public final class ContestGrpcPlatform implements Platform {
  private static final Duration THROTTLE_PAUSE = Duration.ofSeconds(1);
  private static final long MOST_SECONDS = 0xFFFF_FFFFL;

  private final PlatformCalls calls;
  private final PlatformStub stub;
  private final CallTimeouts timeouts;

  /**
   * @param channel remains the caller's to shut down
   * @param timeouts the calls' deadlines; {@code list} is not used
   */
  public ContestGrpcPlatform(ManagedChannel channel, CallTimeouts timeouts) {
    this.calls = new PlatformCalls(channel);
    this.stub = PlatformGrpc.newStub(channel);
    this.timeouts = timeouts;
  }

  @Override
  public CompletionStage<String> createSlot(String instanceId, long memoryMb) {
    CreateSlotRequest request =
        CreateSlotRequest.newBuilder()
            .setRequestId(instanceId)
            .setResourceConfig(ResourceConfig.newBuilder().setMemoryInMegabytes(memoryMb))
            .build();
    return calls
        .call("CreateSlot", within(timeouts.create())::createSlot, request)
        .thenApply(
            reply -> {
              check("CreateSlot", reply.getStatus(), reply.getErrorMessage());
              if (reply.getSlot().getId().isEmpty()) {
                throw new PlatformException(
                    Kind.FAILED, true, "CreateSlot: Ok without the slot's id", null);
              }
              return reply.getSlot().getId();
            });
  }

  @Override
  public CompletionStage<Duration> init(
      String slotId, String instanceId, FunctionSpec function, long token) {
    InitRequest request =
        InitRequest.newBuilder()
            .setRequestId(instanceId)
            .setSlotId(slotId)
            .setInstanceId(instanceId)
            .setMetaData(meta(function))
            .build();
    return calls
        .call("Init", within(timeouts.init())::init, request)
        .thenApply(
            reply -> {
              check("Init", reply.getStatus(), reply.getErrorMessage());
              return Duration.ofMillis(reply.getInitDurationInMs());
            });
  }

  @Override
  public CompletionStage<Void> destroySlot(
      @Nullable String slotId, String instanceId, String reason, long token) {
    if (slotId == null) {
      return CompletableFuture.completedStage(null);
    }
    DestroySlotRequest request =
        DestroySlotRequest.newBuilder()
            .setRequestId(instanceId)
            .setId(slotId)
            .setReason(reason)
            .build();
    return calls
        .call("DestroySlot", within(timeouts.destroy())::destroySlot, request)
        .thenAccept(
            reply -> {
              if (reply.getStatus() != Status.NotFound) {
                check("DestroySlot", reply.getStatus(), reply.getErrorMessage());
              }
            });
  }

  /** Empty. */
  @Override
  public CompletionStage<Optional<List<Slot>>> listSlots() {
    return CompletableFuture.completedStage(Optional.empty());
  }

  private PlatformStub within(Duration deadline) {
    return stub.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static Meta meta(FunctionSpec function) {
    long seconds = Math.max(1, Math.min(MOST_SECONDS, function.timeout().toSeconds()));
    return Meta.newBuilder()
        .setKey(function.key())
        .setRuntime(function.runtime())
        .setMemoryInMb(function.memoryMb())
        .setTimeoutInSecs((int) seconds)
        .build();
  }

  private static void check(String call, Status status, String message) {
    if (status == Status.Ok) {
      return;
    }
    String text = "%s: %s: %s".formatted(call, status, message);
    throw switch (status) {
      case Throttle -> new PlatformException(Kind.UNAVAILABLE, false, text, THROTTLE_PAUSE);
      case InvalidArgument -> new PlatformException(Kind.REFUSED, false, text, null);
      case NotFound, InvalidAssigment -> new PlatformException(Kind.FAILED, false, text, null);
      case InternalError, Ok, UNRECOGNIZED -> new PlatformException(Kind.FAILED, true, text, null);
    };
  }
}
