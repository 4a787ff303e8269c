package io.scaler.adapter.platform;

import io.grpc.ManagedChannel;
import io.scaler.model.FunctionSpec;
import io.scaler.model.ScalerException;
import io.scaler.service.Platform;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import io.scaler.v1.CreateSlotRequest;
import io.scaler.v1.DestroySlotRequest;
import io.scaler.v1.GetUsageRequest;
import io.scaler.v1.InitRequest;
import io.scaler.v1.ListSlotsRequest;
import io.scaler.v1.ListSlotsResponse;
import io.scaler.v1.PlatformGrpc;
import io.scaler.v1.PlatformGrpc.PlatformStub;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A platform in another process that speaks {@code scaler.v1.Platform}. Every call is idempotent.
 */
public final class GrpcPlatform implements Platform {
  private final PlatformCalls calls;
  private final PlatformStub stub;
  private final CallTimeouts timeouts;

  /**
   * @param channel remains the caller's to shut down
   * @param timeouts the calls' deadlines
   */
  public GrpcPlatform(ManagedChannel channel, CallTimeouts timeouts) {
    this.calls = new PlatformCalls(channel);
    this.stub = PlatformGrpc.newStub(channel);
    this.timeouts = timeouts;
  }

  @Override
  public CompletionStage<String> createSlot(String instanceId, long memoryMb) {
    CreateSlotRequest request =
        CreateSlotRequest.newBuilder().setRequestId(instanceId).setMemoryMb(memoryMb).build();
    return calls
        .call("CreateSlot", within(timeouts.create())::createSlot, request)
        .thenApply(
            response -> {
              if (response.getSlotId().isEmpty()) {
                throw new PlatformException(
                    Kind.FAILED, true, "CreateSlot: a response without slot_id", null);
              }
              return response.getSlotId();
            });
  }

  @Override
  public CompletionStage<Duration> init(
      String slotId, String instanceId, FunctionSpec function, long token) {
    InitRequest request =
        InitRequest.newBuilder()
            .setSlotId(slotId)
            .setInstanceId(instanceId)
            .setFunction(Wire.function(function))
            .setToken(token)
            .build();
    return calls
        .call("Init", within(timeouts.init())::init, request)
        .thenApply(response -> Wire.duration(response.getDuration()));
  }

  @Override
  public CompletionStage<Void> destroySlot(
      @Nullable String slotId, String instanceId, String reason, long token) {
    DestroySlotRequest request =
        DestroySlotRequest.newBuilder()
            .setSlotId(slotId == null ? "" : slotId)
            .setRequestId(instanceId)
            .setReason(reason)
            .setToken(token)
            .build();
    return calls
        .call("DestroySlot", within(timeouts.destroy())::destroySlot, request)
        .thenAccept(response -> {});
  }

  @Override
  public CompletionStage<Optional<List<Slot>>> listSlots() {
    return calls
        .call(
            "ListSlots", within(timeouts.list())::listSlots, ListSlotsRequest.getDefaultInstance())
        .thenApply(response -> Optional.of(slots(response)));
  }

  /** What was used since the platform's process started. */
  public CompletionStage<Usage> usage() {
    return calls
        .call("GetUsage", within(timeouts.list())::getUsage, GetUsageRequest.getDefaultInstance())
        .thenApply(
            response ->
                new Usage(
                    response.getSlotGbSeconds(),
                    response.getSlotsCreated(),
                    response.getSlotsDestroyed(),
                    response.getSlotsRunning(),
                    response.getRunningMb()));
  }

  private PlatformStub within(Duration deadline) {
    return stub.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static List<Slot> slots(ListSlotsResponse response) {
    List<Slot> slots = new ArrayList<>(response.getSlotsCount());
    for (io.scaler.v1.Slot slot : response.getSlotsList()) {
      try {
        String instanceId = slot.getInstanceId();
        slots.add(
            new Slot(
                slot.getSlotId(),
                slot.getRequestId(),
                slot.getMemoryMb(),
                Wire.instant(slot.getCreated()),
                instanceId.isEmpty() ? null : instanceId,
                slot.hasFunction() ? Wire.function(slot.getFunction()) : null));
      } catch (ScalerException | DateTimeException e) {
        throw new PlatformException(
            Kind.FAILED,
            false,
            "ListSlots: slot %s breaks the contract: %s"
                .formatted(slot.getSlotId(), e.getMessage()),
            null);
      }
    }
    return slots;
  }
}
