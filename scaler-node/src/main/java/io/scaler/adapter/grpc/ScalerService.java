package io.scaler.adapter.grpc;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.scaler.model.Check;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.ScalerException;
import io.scaler.service.FailedCalls;
import io.scaler.service.RefusalLog;
import io.scaler.service.Requests;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.AssignResponse;
import io.scaler.v1.Assignment;
import io.scaler.v1.Function;
import io.scaler.v1.Lease;
import io.scaler.v1.ReleaseRequest;
import io.scaler.v1.ReleaseResponse;
import io.scaler.v1.RenewRequest;
import io.scaler.v1.RenewResponse;
import io.scaler.v1.ScalerGrpc;
import io.scaler.v1.StartKind;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code scaler.v1.Scaler}, as its .proto file says. */
public final class ScalerService extends ScalerGrpc.ScalerImplBase {
  private static final int LONGEST_REASON = 1024;

  private final Requests requests;
  private final Supplier<CallRules> rules;
  private final FailedCalls failed;
  private final RefusalLog refusals;

  /**
   * @param failed is told of calls that are not served
   * @param refusals likewise
   */
  public ScalerService(
      Requests requests, Supplier<CallRules> rules, FailedCalls failed, RefusalLog refusals) {
    this.requests = requests;
    this.rules = rules;
    this.failed = failed;
    this.refusals = refusals;
  }

  @Override
  public void assign(AssignRequest request, StreamObserver<AssignResponse> responses) {
    UnaryCall<AssignResponse> call =
        new UnaryCall<>("Assign", responses, new StatusRefusals<>(), failed, refusals);
    call.answer(
        () -> {
          FunctionSpec function = function(request);
          String requestId = Check.id("request_id", request.getRequestId());
          Duration patience = rules.get().patience(Context.current().getDeadline());
          Requests.AssignCall asked =
              requests.assign(function, requestId, patience, TraceParents.current());
          call.onCancel(asked::cancel);
          return asked.answer();
        },
        ScalerService::response,
        () -> ids(request.getFunction().getKey(), request.getRequestId()));
  }

  @Override
  public void release(ReleaseRequest request, StreamObserver<ReleaseResponse> responses) {
    new UnaryCall<>("Release", responses, new StatusRefusals<>(), failed, refusals)
        .answer(
            () -> {
              Assignment held = held(request.hasAssignment(), request.getAssignment());
              return requests.release(
                  held.getFunctionKey(),
                  held.getRequestId(),
                  held.getInstanceId(),
                  outcome(request),
                  executed(request),
                  Check.text("reason", request.getReason(), LONGEST_REASON));
            },
            done -> ReleaseResponse.getDefaultInstance(),
            () -> ids(request.getAssignment()));
  }

  @Override
  public void renew(RenewRequest request, StreamObserver<RenewResponse> responses) {
    new UnaryCall<>("Renew", responses, new StatusRefusals<>(), failed, refusals)
        .answer(
            () -> {
              Assignment held = held(request.hasAssignment(), request.getAssignment());
              return requests.renew(
                  held.getFunctionKey(), held.getRequestId(), held.getInstanceId());
            },
            lease -> RenewResponse.newBuilder().setLease(lease(lease)).build(),
            () -> ids(request.getAssignment()));
  }

  private FunctionSpec function(AssignRequest request) {
    if (!request.hasFunction()) {
      throw ScalerException.invalid("function", "is missing");
    }
    Function function = request.getFunction();
    return new FunctionSpec(
        function.getKey(),
        function.getRuntime(),
        rules.get().memoryMb("function.memory_mb", function.getMemoryMb()),
        function.hasTimeout()
            ? Durations.fromProto("function.timeout", function.getTimeout())
            : rules.get().defaultTimeout());
  }

  private static Assignment held(boolean present, Assignment assignment) {
    if (!present) {
      throw ScalerException.invalid("assignment", "is missing");
    }
    Check.id("assignment.function_key", assignment.getFunctionKey());
    Check.id("assignment.request_id", assignment.getRequestId());
    Check.id("assignment.instance_id", assignment.getInstanceId());
    return assignment;
  }

  private static Outcome outcome(ReleaseRequest request) {
    return switch (request.getOutcome()) {
      case OUTCOME_UNSPECIFIED, OK -> Outcome.OK;
      case FAILED -> Outcome.FAILED;
      case DESTROY -> Outcome.DESTROY;
      case UNRECOGNIZED ->
          throw ScalerException.invalid(
              "outcome", "must be OK, FAILED or DESTROY, is " + request.getOutcomeValue());
    };
  }

  private static @Nullable Duration executed(ReleaseRequest request) {
    if (!request.hasDuration()) {
      return null;
    }
    Duration executed = Durations.fromProto("duration", request.getDuration());
    if (executed.isNegative()) {
      throw ScalerException.invalid("duration", "must be zero or more, is " + executed);
    }
    return executed;
  }

  private static AssignResponse response(io.scaler.model.Assignment assignment) {
    return AssignResponse.newBuilder()
        .setAssignment(
            Assignment.newBuilder()
                .setInstanceId(assignment.instanceId())
                .setRequestId(assignment.requestId())
                .setFunctionKey(assignment.functionKey())
                .setLease(lease(assignment.lease()))
                .setStartKind(startKind(assignment.startKind())))
        .build();
  }

  private static Lease lease(io.scaler.model.Lease lease) {
    return Lease.newBuilder()
        .setToken(lease.token())
        .setRemaining(Durations.toProto(lease.remaining()))
        .build();
  }

  private static StartKind startKind(io.scaler.model.StartKind kind) {
    return switch (kind) {
      case WARM -> StartKind.WARM;
      case WAITED -> StartKind.WAITED;
      case COLD -> StartKind.COLD;
    };
  }

  private static String ids(Assignment assignment) {
    return ids(assignment.getFunctionKey(), assignment.getRequestId())
        + " on instance "
        + assignment.getInstanceId();
  }

  private static String ids(String functionKey, String requestId) {
    return "function " + functionKey + ", request " + requestId;
  }
}
