package io.scaler.adapter.platform;

import io.grpc.stub.StreamObserver;
import io.scaler.model.Check;
import io.scaler.model.FunctionSpec;
import io.scaler.model.ScalerException;
import io.scaler.service.Platform;
import io.scaler.v1.CreateSlotRequest;
import io.scaler.v1.CreateSlotResponse;
import io.scaler.v1.DestroySlotRequest;
import io.scaler.v1.DestroySlotResponse;
import io.scaler.v1.GetUsageRequest;
import io.scaler.v1.GetUsageResponse;
import io.scaler.v1.InitRequest;
import io.scaler.v1.InitResponse;
import io.scaler.v1.ListSlotsRequest;
import io.scaler.v1.ListSlotsResponse;
import io.scaler.v1.PlatformGrpc;
import io.scaler.v1.Slot;
import java.util.concurrent.CompletableFuture;

/** {@code scaler.v1.Platform} on a simulated platform. */
public final class PlatformService extends PlatformGrpc.PlatformImplBase {
  private final SimulatedPlatform platform;

  public PlatformService(SimulatedPlatform platform) {
    this.platform = platform;
  }

  @Override
  public void createSlot(CreateSlotRequest request, StreamObserver<CreateSlotResponse> responses) {
    answer(responses)
        .to(
            () ->
                platform
                    .create(request.getRequestId(), request.getMemoryMb())
                    .thenApply(
                        slot -> CreateSlotResponse.newBuilder().setSlotId(slot.id()).build()));
  }

  @Override
  public void init(InitRequest request, StreamObserver<InitResponse> responses) {
    answer(responses)
        .to(
            () ->
                platform
                    .start(
                        request.getSlotId(),
                        request.getInstanceId(),
                        Wire.function(request.getFunction()),
                        request.getToken())
                    .thenApply(
                        started ->
                            InitResponse.newBuilder()
                                .setDuration(Wire.duration(started.took()))
                                .build()));
  }

  @Override
  public void destroySlot(
      DestroySlotRequest request, StreamObserver<DestroySlotResponse> responses) {
    answer(responses)
        .to(
            () -> {
              String slotId = request.getSlotId();
              if (slotId.isEmpty() && request.getRequestId().isEmpty()) {
                throw ScalerException.invalid("slot_id", "must be given, or request_id");
              }
              Check.text("slot_id", slotId, Check.LONGEST_ID);
              Check.text("request_id", request.getRequestId(), Check.LONGEST_ID);
              return platform
                  .destroy(
                      slotId.isEmpty() ? null : slotId, request.getRequestId(), request.getToken())
                  .thenApply(gone -> DestroySlotResponse.getDefaultInstance());
            });
  }

  @Override
  public void listSlots(ListSlotsRequest request, StreamObserver<ListSlotsResponse> responses) {
    answer(responses)
        .to(
            () -> {
              ListSlotsResponse.Builder response = ListSlotsResponse.newBuilder();
              for (Platform.Slot slot : platform.slots()) {
                response.addSlots(message(slot));
              }
              return CompletableFuture.completedStage(response.build());
            });
  }

  @Override
  public void getUsage(GetUsageRequest request, StreamObserver<GetUsageResponse> responses) {
    answer(responses)
        .to(
            () -> {
              Usage usage = platform.usage();
              return CompletableFuture.completedStage(
                  GetUsageResponse.newBuilder()
                      .setSlotGbSeconds(usage.slotGbSeconds())
                      .setSlotsCreated(usage.slotsCreated())
                      .setSlotsDestroyed(usage.slotsDestroyed())
                      .setSlotsRunning(usage.slotsRunning())
                      .setRunningMb(usage.runningMb())
                      .build());
            });
  }

  private static <R> Answer<R> answer(StreamObserver<R> responses) {
    return new Answer<>(responses, new StatusErrors<>());
  }

  private static Slot message(Platform.Slot slot) {
    Slot.Builder message =
        Slot.newBuilder()
            .setSlotId(slot.id())
            .setRequestId(slot.requestId())
            .setMemoryMb(slot.memoryMb())
            .setCreated(Wire.timestamp(slot.created()));
    String instanceId = slot.instanceId();
    if (instanceId != null) {
      message.setInstanceId(instanceId);
    }
    FunctionSpec function = slot.function();
    if (function != null) {
      message.setFunction(Wire.function(function));
    }
    return message.build();
  }
}
