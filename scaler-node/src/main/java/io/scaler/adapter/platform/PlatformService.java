package io.scaler.adapter.platform;

import com.google.protobuf.Timestamp;
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
import io.scaler.v1.PlatformGrpc.PlatformImplBase;
import io.scaler.v1.Slot;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Serves a simulated platform as {@code scaler.v1.Platform}. */
public final class PlatformService extends PlatformImplBase {
  private static final int LONGEST_REASON = 1024;

  private final SimulatedPlatform platform;

  public PlatformService(SimulatedPlatform platform) {
    this.platform = platform;
  }

  @Override
  public void createSlot(CreateSlotRequest request, StreamObserver<CreateSlotResponse> responses) {
    answer(
        responses,
        () ->
            platform.createSlot(
                Check.id("request_id", request.getRequestId()),
                Check.between("memory_mb", request.getMemoryMb(), 1, Integer.MAX_VALUE)),
        slotId -> CreateSlotResponse.newBuilder().setSlotId(slotId).build());
  }

  @Override
  public void init(InitRequest request, StreamObserver<InitResponse> responses) {
    answer(
        responses,
        () -> {
          if (!request.hasFunction()) {
            throw ScalerException.invalid("function", "is missing");
          }
          return platform.init(
              Check.id("slot_id", request.getSlotId()),
              Check.id("instance_id", request.getInstanceId()),
              GrpcPlatform.spec(request.getFunction()),
              request.getToken());
        },
        took -> InitResponse.newBuilder().setDuration(GrpcPlatform.duration(took)).build());
  }

  @Override
  public void destroySlot(
      DestroySlotRequest request, StreamObserver<DestroySlotResponse> responses) {
    answer(
        responses,
        () -> {
          if (request.getSlotId().isEmpty() && request.getRequestId().isEmpty()) {
            throw ScalerException.invalid("slot_id", "is missing, and so is request_id");
          }
          Check.text("reason", request.getReason(), LONGEST_REASON);
          return platform.destroySlot(
              request.getSlotId().isEmpty() ? null : request.getSlotId(),
              request.getRequestId(),
              request.getReason(),
              request.getToken());
        },
        done -> DestroySlotResponse.getDefaultInstance());
  }

  @Override
  public void listSlots(ListSlotsRequest request, StreamObserver<ListSlotsResponse> responses) {
    answer(
        responses,
        platform::listSlots,
        slots -> {
          ListSlotsResponse.Builder response = ListSlotsResponse.newBuilder();
          slots.ifPresent(all -> all.forEach(slot -> response.addSlots(wire(slot))));
          return response.build();
        });
  }

  @Override
  public void getUsage(GetUsageRequest request, StreamObserver<GetUsageResponse> responses) {
    Usage usage = platform.usage();
    responses.onNext(
        GetUsageResponse.newBuilder()
            .setSlotGbSeconds(usage.slotGbSeconds())
            .setSlotsCreated(usage.created())
            .setSlotsDestroyed(usage.destroyed())
            .setSlotsRunning(usage.running())
            .setRunningMb(usage.runningMb())
            .build());
    responses.onCompleted();
  }

  private static Slot wire(Platform.Slot slot) {
    Instant created = slot.created();
    Slot.Builder wire =
        Slot.newBuilder()
            .setSlotId(slot.id())
            .setRequestId(slot.requestId())
            .setMemoryMb(slot.memoryMb())
            .setCreated(
                Timestamp.newBuilder()
                    .setSeconds(created.getEpochSecond())
                    .setNanos(created.getNano()));
    String instanceId = slot.instanceId();
    FunctionSpec function = slot.function();
    if (instanceId != null && function != null) {
      wire.setInstanceId(instanceId).setFunction(GrpcPlatform.wire(function));
    }
    return wire.build();
  }

  private static <T, R> void answer(
      StreamObserver<R> responses, Supplier<CompletionStage<T>> call, Function<T, R> response) {
    CompletionStage<T> stage;
    try {
      stage = call.get();
    } catch (RuntimeException e) {
      responses.onError(PlatformErrors.status(e));
      return;
    }
    stage.whenComplete(
        (value, failure) -> {
          if (failure != null) {
            responses.onError(PlatformErrors.status(failure));
          } else {
            responses.onNext(response.apply(value));
            responses.onCompleted();
          }
        });
  }
}
