package io.scaler.client;

import io.grpc.Channel;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import serverless.simulator.AssignReply;
import serverless.simulator.AssignRequest;
import serverless.simulator.Assignment;
import serverless.simulator.IdleReply;
import serverless.simulator.IdleRequest;
import serverless.simulator.Meta;
import serverless.simulator.Result;
import serverless.simulator.ScalerGrpc;
import serverless.simulator.Status;

/** {@code serverless.simulator}. The callers' clock that it asks for is left out. */
final class ContestGateway implements Gateway {
  private static final int OK = 200;
  private static final int FAILED = 500;

  private final ScalerGrpc.ScalerStub stub;

  ContestGateway(Channel channel) {
    this.stub = ScalerGrpc.newStub(channel);
  }

  @Override
  public CompletableFuture<Grant> assign(
      String requestId, FunctionSpec function, Duration deadline) {
    long timeoutSeconds = Math.max(1, function.timeout().plusNanos(999_999_999).toSeconds());
    var request =
        AssignRequest.newBuilder()
            .setRequestId(requestId)
            .setMetaData(
                Meta.newBuilder()
                    .setKey(function.key())
                    .setRuntime(function.runtime())
                    .setMemoryInMb(function.memoryMb())
                    .setTimeoutInSecs((int) timeoutSeconds))
            .build();
    var call = new UnaryCall<AssignReply, Grant>(reply -> grant(requestId, function.key(), reply));
    within(deadline).assign(request, call);
    return call.result();
  }

  private static Grant grant(String requestId, String functionKey, AssignReply reply) {
    check(reply.getStatus(), reply.getErrorMessage());
    Assignment assignment = reply.getAssigment();
    if (assignment.getInstanceId().isEmpty()
        || !assignment.getRequestId().equals(requestId)
        || !assignment.getMetaKey().equals(functionKey)) {
      throw new CallFailedException(
          "MALFORMED_REPLY", false, "not an instance for this request: " + assignment);
    }
    return new Grant(functionKey, requestId, assignment.getInstanceId(), null);
  }

  @Override
  public CompletableFuture<Void> release(
      Grant grant, Outcome outcome, Duration took, Duration deadline) {
    var request =
        IdleRequest.newBuilder()
            .setAssigment(
                Assignment.newBuilder()
                    .setMetaKey(grant.functionKey())
                    .setRequestId(grant.requestId())
                    .setInstanceId(grant.instanceId()))
            .setResult(
                Result.newBuilder()
                    .setStatusCode(outcome == Outcome.FAILED ? FAILED : OK)
                    .setDurationInMs(took.toMillis())
                    .setNeedDestroy(outcome == Outcome.DESTROY))
            .build();
    var call =
        new UnaryCall<IdleReply, @Nullable Void>(
            reply -> {
              check(reply.getStatus(), reply.getErrorMessage());
              return null;
            });
    within(deadline).idle(request, call);
    return call.result();
  }

  /** This contract says Throttle for whatever may be served later or by another node. */
  private static void check(Status status, String message) {
    if (status != Status.Ok) {
      throw new CallFailedException(status.name(), status == Status.Throttle, message);
    }
  }

  private ScalerGrpc.ScalerStub within(Duration deadline) {
    return stub.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }
}
