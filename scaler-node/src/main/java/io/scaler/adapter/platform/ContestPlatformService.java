package io.scaler.adapter.platform;

import io.grpc.stub.StreamObserver;
import io.scaler.model.Check;
import io.scaler.model.FunctionSpec;
import io.scaler.model.ScalerException;
import io.scaler.service.Failures;
import io.scaler.service.PlatformException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import serverless.simulator.CreateSlotReply;
import serverless.simulator.CreateSlotRequest;
import serverless.simulator.DestroySlotReply;
import serverless.simulator.DestroySlotRequest;
import serverless.simulator.InitReply;
import serverless.simulator.InitRequest;
import serverless.simulator.Meta;
import serverless.simulator.PlatformGrpc.PlatformImplBase;
import serverless.simulator.Slot;
import serverless.simulator.Status;

/** Serves a simulated platform as the challenge's {@code serverless.simulator.Platform}. */
public final class ContestPlatformService extends PlatformImplBase {
  private static final Logger log = LoggerFactory.getLogger(ContestPlatformService.class);
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

  private final SimulatedPlatform platform;
  private final InstantSource clock;

  public ContestPlatformService(SimulatedPlatform platform, InstantSource clock) {
    this.platform = platform;
    this.clock = clock;
  }

  @Override
  public void createSlot(CreateSlotRequest request, StreamObserver<CreateSlotReply> responses) {
    Instant begun = clock.instant();
    answer(
        responses,
        () ->
            platform.createSlot(
                Check.id("request_id", request.getRequestId()),
                Check.between(
                    "resource_config.memory_in_megabytes",
                    request.getResourceConfig().getMemoryInMegabytes(),
                    1,
                    Integer.MAX_VALUE)),
        slotId ->
            CreateSlotReply.newBuilder()
                .setStatus(Status.Ok)
                .setSlot(
                    Slot.newBuilder()
                        .setId(slotId)
                        .setResourceConfig(request.getResourceConfig())
                        .setCreateTime(clock.millis())
                        .setCreateDurationInMs(Duration.between(begun, clock.instant()).toMillis()))
                .build(),
        (status, message) ->
            CreateSlotReply.newBuilder().setStatus(status).setErrorMessage(message).build());
  }

  @Override
  public void init(InitRequest request, StreamObserver<InitReply> responses) {
    answer(
        responses,
        () -> {
          if (!request.hasMetaData()) {
            throw ScalerException.invalid("meta_data", "is missing");
          }
          return platform.init(
              Check.id("slot_id", request.getSlotId()),
              Check.id("instance_id", request.getInstanceId()),
              spec(request.getMetaData()),
              0);
        },
        took ->
            InitReply.newBuilder()
                .setStatus(Status.Ok)
                .setCreateTime(clock.millis())
                .setInitDurationInMs(took.toMillis())
                .build(),
        (status, message) ->
            InitReply.newBuilder().setStatus(status).setErrorMessage(message).build());
  }

  @Override
  public void destroySlot(DestroySlotRequest request, StreamObserver<DestroySlotReply> responses) {
    answer(
        responses,
        () ->
            platform.destroySlot(
                Check.id("id", request.getId()), request.getRequestId(), request.getReason(), 0),
        done -> DestroySlotReply.newBuilder().setStatus(Status.Ok).build(),
        (status, message) ->
            DestroySlotReply.newBuilder().setStatus(status).setErrorMessage(message).build());
  }

  private static FunctionSpec spec(Meta meta) {
    Duration timeout = Duration.ofSeconds(Integer.toUnsignedLong(meta.getTimeoutInSecs()));
    return new FunctionSpec(
        meta.getKey(),
        meta.getRuntime(),
        meta.getMemoryInMb(),
        timeout.isZero() ? DEFAULT_TIMEOUT : timeout);
  }

  private static <T, R> void answer(
      StreamObserver<R> responses,
      Supplier<CompletionStage<T>> call,
      Function<T, R> reply,
      BiFunction<Status, String, R> refusal) {
    CompletionStage<T> stage;
    try {
      stage = call.get();
    } catch (RuntimeException e) {
      send(responses, refused(e, refusal));
      return;
    }
    stage.whenComplete(
        (value, failure) ->
            send(responses, failure == null ? reply.apply(value) : refused(failure, refusal)));
  }

  private static <R> void send(StreamObserver<R> responses, R reply) {
    responses.onNext(reply);
    responses.onCompleted();
  }

  private static <R> R refused(Throwable failure, BiFunction<Status, String, R> refusal) {
    Throwable cause = Failures.cause(failure);
    if (cause instanceof ScalerException) {
      return refusal.apply(Status.InvalidArgument, Failures.message(cause));
    } else if (cause instanceof PlatformException refused) {
      Status status =
          switch (refused.kind()) {
            case UNAVAILABLE -> Status.Throttle;
            case FAILED -> Status.InternalError;
            case REFUSED -> Status.NotFound;
          };
      return refusal.apply(status, Failures.message(cause));
    }
    log.error("a call met a bug", cause);
    return refusal.apply(Status.InternalError, "internal error");
  }
}
