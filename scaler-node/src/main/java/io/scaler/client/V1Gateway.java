package io.scaler.client;

import io.grpc.Channel;
import io.scaler.model.FunctionSpec;
import io.scaler.model.StartKind;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.AssignResponse;
import io.scaler.v1.Assignment;
import io.scaler.v1.Function;
import io.scaler.v1.Outcome;
import io.scaler.v1.ReleaseRequest;
import io.scaler.v1.ReleaseResponse;
import io.scaler.v1.ScalerGrpc;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code scaler.v1}. */
final class V1Gateway implements Gateway {
  private final ScalerGrpc.ScalerStub stub;

  V1Gateway(Channel channel) {
    this.stub = ScalerGrpc.newStub(channel);
  }

  @Override
  public CompletableFuture<Grant> assign(
      String requestId, FunctionSpec function, Duration deadline) {
    var request =
        AssignRequest.newBuilder()
            .setRequestId(requestId)
            .setFunction(
                Function.newBuilder()
                    .setKey(function.key())
                    .setRuntime(function.runtime())
                    .setMemoryMb(function.memoryMb())
                    .setTimeout(wire(function.timeout())))
            .build();
    var call =
        new UnaryCall<AssignResponse, Grant>(
            reply -> grant(requestId, function.key(), reply.getAssignment()));
    within(deadline).assign(request, call);
    return call.result();
  }

  private static Grant grant(String requestId, String functionKey, Assignment assignment) {
    if (assignment.getInstanceId().isEmpty()
        || !assignment.getRequestId().equals(requestId)
        || !assignment.getFunctionKey().equals(functionKey)) {
      throw new CallFailedException(
          "MALFORMED_REPLY", false, "not an instance for this request: " + assignment);
    }
    return new Grant(
        functionKey, requestId, assignment.getInstanceId(), model(assignment.getStartKind()));
  }

  @Override
  public CompletableFuture<Void> release(
      Grant grant, io.scaler.model.Outcome outcome, Duration took, Duration deadline) {
    var request =
        ReleaseRequest.newBuilder()
            .setAssignment(
                Assignment.newBuilder()
                    .setFunctionKey(grant.functionKey())
                    .setRequestId(grant.requestId())
                    .setInstanceId(grant.instanceId()))
            .setOutcome(wire(outcome))
            .setDuration(wire(took))
            .build();
    var call = new UnaryCall<ReleaseResponse, @Nullable Void>(reply -> null);
    within(deadline).release(request, call);
    return call.result();
  }

  private ScalerGrpc.ScalerStub within(Duration deadline) {
    return stub.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static com.google.protobuf.Duration wire(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  private static Outcome wire(io.scaler.model.Outcome outcome) {
    return switch (outcome) {
      case OK -> Outcome.OK;
      case FAILED -> Outcome.FAILED;
      case DESTROY -> Outcome.DESTROY;
    };
  }

  private static @Nullable StartKind model(io.scaler.v1.StartKind kind) {
    return switch (kind) {
      case WARM -> StartKind.WARM;
      case WAITED -> StartKind.WAITED;
      case COLD -> StartKind.COLD;
      case START_KIND_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }
}
