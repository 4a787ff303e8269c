package io.scaler.adapter.platform;

import io.grpc.stub.StreamObserver;
import io.scaler.model.Check;
import io.scaler.model.FunctionSpec;
import io.scaler.model.ScalerException;
import java.time.Duration;
import java.util.function.BiFunction;
import serverless.simulator.CreateSlotReply;
import serverless.simulator.CreateSlotRequest;
import serverless.simulator.DestroySlotReply;
import serverless.simulator.DestroySlotRequest;
import serverless.simulator.InitReply;
import serverless.simulator.InitRequest;
import serverless.simulator.Meta;
import serverless.simulator.PlatformGrpc;
import serverless.simulator.ResourceConfig;
import serverless.simulator.Slot;
import serverless.simulator.Status;

/** {@code serverless.simulator.Platform}, the contest's contract, on a simulated platform. */
public final class ContestPlatformService extends PlatformGrpc.PlatformImplBase {
  /** Stands for the timeout of a function that comes without one. */
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final SimulatedPlatform platform;

  public ContestPlatformService(SimulatedPlatform platform) {
    this.platform = platform;
  }

  /** Errors as replies with a status and a message. */
  private record ReplyErrors<R>(BiFunction<Status, String, R> reply) implements Answer.Errors<R> {
    @Override
    public void invalid(ScalerException refusal, StreamObserver<R> responses) {
      send(Status.InvalidArgument, String.valueOf(refusal.getMessage()), responses);
    }

    @Override
    public void problem(ProblemException refusal, StreamObserver<R> responses) {
      send(refusal.problem().status, String.valueOf(refusal.getMessage()), responses);
    }

    @Override
    public void bug(StreamObserver<R> responses) {
      send(Status.InternalError, "internal error", responses);
    }

    private void send(Status status, String message, StreamObserver<R> responses) {
      responses.onNext(reply.apply(status, message));
      responses.onCompleted();
    }
  }

  @Override
  public void createSlot(CreateSlotRequest request, StreamObserver<CreateSlotReply> responses) {
    ReplyErrors<CreateSlotReply> errors =
        new ReplyErrors<>(
            (status, message) ->
                CreateSlotReply.newBuilder().setStatus(status).setErrorMessage(message).build());
    new Answer<>(responses, errors)
        .to(
            () -> {
              long memoryMb =
                  memory(
                      "resource_config.memory_in_megabytes",
                      request.getResourceConfig().getMemoryInMegabytes());
              return platform
                  .create(request.getRequestId(), memoryMb)
                  .thenApply(
                      slot ->
                          CreateSlotReply.newBuilder()
                              .setStatus(Status.Ok)
                              .setSlot(message(slot))
                              .build());
            });
  }

  @Override
  public void init(InitRequest request, StreamObserver<InitReply> responses) {
    ReplyErrors<InitReply> errors =
        new ReplyErrors<>(
            (status, message) ->
                InitReply.newBuilder().setStatus(status).setErrorMessage(message).build());
    new Answer<>(responses, errors)
        .to(
            () ->
                platform
                    .start(
                        request.getSlotId(),
                        request.getInstanceId(),
                        function(request.getMetaData()),
                        0)
                    .thenApply(
                        started ->
                            InitReply.newBuilder()
                                .setStatus(Status.Ok)
                                .setCreateTime(started.begun().toEpochMilli())
                                .setInitDurationInMs(started.took().toMillis())
                                .build()));
  }

  @Override
  public void destroySlot(DestroySlotRequest request, StreamObserver<DestroySlotReply> responses) {
    ReplyErrors<DestroySlotReply> errors =
        new ReplyErrors<>(
            (status, message) ->
                DestroySlotReply.newBuilder().setStatus(status).setErrorMessage(message).build());
    new Answer<>(responses, errors)
        .to(
            () ->
                platform
                    .destroy(Check.id("id", request.getId()), request.getRequestId(), 0)
                    .thenApply(gone -> DestroySlotReply.newBuilder().setStatus(Status.Ok).build()));
  }

  private static Slot message(SimulatedSlot.Created slot) {
    return Slot.newBuilder()
        .setId(slot.id())
        .setResourceConfig(ResourceConfig.newBuilder().setMemoryInMegabytes(slot.memoryMb()))
        .setCreateTime(slot.begun().toEpochMilli())
        .setCreateDurationInMs(slot.took().toMillis())
        .build();
  }

  private static FunctionSpec function(Meta meta) {
    Check.id("meta_data.key", meta.getKey());
    Check.text("meta_data.runtime", meta.getRuntime(), Check.LONGEST_ID);
    long memoryMb = memory("meta_data.memory_in_mb", meta.getMemoryInMb());
    long seconds =
        Check.between(
            "meta_data.timeout_in_secs",
            Integer.toUnsignedLong(meta.getTimeoutInSecs()),
            0,
            FunctionSpec.LONGEST_TIMEOUT.toSeconds());
    return new FunctionSpec(
        meta.getKey(),
        meta.getRuntime(),
        memoryMb,
        seconds == 0 ? TIMEOUT : Duration.ofSeconds(seconds));
  }

  /** An unsigned number beyond a long's range comes as a negative one. */
  private static long memory(String field, long unsignedMb) {
    return Check.between(field, unsignedMb < 0 ? Long.MAX_VALUE : unsignedMb, 1, Integer.MAX_VALUE);
  }
}
