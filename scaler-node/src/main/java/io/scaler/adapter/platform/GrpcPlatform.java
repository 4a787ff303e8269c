package io.scaler.adapter.platform;

import io.grpc.Channel;
import io.scaler.model.FunctionSpec;
import io.scaler.service.Platform;
import io.scaler.v1.CreateSlotRequest;
import io.scaler.v1.CreateSlotResponse;
import io.scaler.v1.DestroySlotRequest;
import io.scaler.v1.Function;
import io.scaler.v1.InitRequest;
import io.scaler.v1.ListSlotsRequest;
import io.scaler.v1.PlatformGrpc;
import io.scaler.v1.PlatformGrpc.PlatformFutureStub;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A platform that speaks {@code scaler.v1.Platform}. */
public final class GrpcPlatform implements Platform {
  private final PlatformFutureStub stub;
  private final CallTimeouts timeouts;

  public GrpcPlatform(Channel channel, CallTimeouts timeouts) {
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
                        .setMemoryMb(memoryMb)
                        .build()))
        .thenApply(CreateSlotResponse::getSlotId);
  }

  @Override
  public CompletionStage<Duration> init(
      String slotId, String instanceId, FunctionSpec function, long token) {
    return Remote.stage(
            within(timeouts.init())
                .init(
                    InitRequest.newBuilder()
                        .setSlotId(slotId)
                        .setInstanceId(instanceId)
                        .setFunction(wire(function))
                        .setToken(token)
                        .build()))
        .thenApply(response -> duration(response.getDuration()));
  }

  @Override
  public CompletionStage<Void> destroySlot(
      @Nullable String slotId, String instanceId, String reason, long token) {
    DestroySlotRequest.Builder request =
        DestroySlotRequest.newBuilder().setRequestId(instanceId).setReason(reason).setToken(token);
    if (slotId != null) {
      request.setSlotId(slotId);
    }
    return Remote.stage(within(timeouts.destroy()).destroySlot(request.build()))
        .thenAccept(response -> {});
  }

  @Override
  public CompletionStage<Optional<List<Slot>>> listSlots() {
    return Remote.stage(within(timeouts.list()).listSlots(ListSlotsRequest.getDefaultInstance()))
        .thenApply(
            response ->
                Optional.of(response.getSlotsList().stream().map(GrpcPlatform::slot).toList()));
  }

  private PlatformFutureStub within(Duration timeout) {
    return stub.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static Slot slot(io.scaler.v1.Slot slot) {
    boolean runs = !slot.getInstanceId().isEmpty();
    return new Slot(
        slot.getSlotId(),
        slot.getRequestId(),
        slot.getMemoryMb(),
        Instant.ofEpochSecond(slot.getCreated().getSeconds(), slot.getCreated().getNanos()),
        runs ? slot.getInstanceId() : null,
        runs ? spec(slot.getFunction()) : null);
  }

  static Function wire(FunctionSpec function) {
    return Function.newBuilder()
        .setKey(function.key())
        .setRuntime(function.runtime())
        .setMemoryMb(function.memoryMb())
        .setTimeout(duration(function.timeout()))
        .build();
  }

  /**
   * @throws io.scaler.model.ScalerException INVALID_FIELD if it breaks a rule
   */
  static FunctionSpec spec(Function function) {
    return new FunctionSpec(
        function.getKey(),
        function.getRuntime(),
        function.getMemoryMb(),
        duration(function.getTimeout()));
  }

  static Duration duration(com.google.protobuf.Duration duration) {
    return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }

  static com.google.protobuf.Duration duration(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }
}
