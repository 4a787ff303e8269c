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
import java.time.Duration;
import java.util.function.Supplier;
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

/** {@code serverless.simulator.Scaler}, as its .proto file says. */
public final class ContestScalerService extends ScalerGrpc.ScalerImplBase {
  private static final int LONGEST_REASON = 1024;
  private static final int SUCCESS = 200;

  private static final Refusals<AssignReply> ASSIGN_REFUSALS =
      new ContestRefusals<>(
          (status, message) ->
              AssignReply.newBuilder().setStatus(status).setErrorMessage(message).build());
  private static final Refusals<IdleReply> IDLE_REFUSALS =
      new ContestRefusals<>(
          (status, message) ->
              IdleReply.newBuilder().setStatus(status).setErrorMessage(message).build());

  private final Requests requests;
  private final Supplier<CallRules> rules;
  private final FailedCalls failed;
  private final RefusalLog refusals;

  /**
   * @param failed is told of calls that are not served
   * @param refusals likewise
   */
  public ContestScalerService(
      Requests requests, Supplier<CallRules> rules, FailedCalls failed, RefusalLog refusals) {
    this.requests = requests;
    this.rules = rules;
    this.failed = failed;
    this.refusals = refusals;
  }

  @Override
  public void assign(AssignRequest request, StreamObserver<AssignReply> responses) {
    UnaryCall<AssignReply> call =
        new UnaryCall<>("Assign", responses, ASSIGN_REFUSALS, failed, refusals);
    call.answer(
        () -> {
          String requestId = Check.id("request_id", request.getRequestId());
          FunctionSpec function = function(request);
          Duration patience = rules.get().patience(Context.current().getDeadline());
          Requests.AssignCall asked =
              requests.assign(function, requestId, patience, TraceParents.current());
          call.onCancel(asked::cancel);
          return asked.answer();
        },
        ContestScalerService::reply,
        () -> ids(request.getMetaData().getKey(), request.getRequestId()));
  }

  @Override
  public void idle(IdleRequest request, StreamObserver<IdleReply> responses) {
    new UnaryCall<>("Idle", responses, IDLE_REFUSALS, failed, refusals)
        .answer(
            () -> {
              Assignment held = held(request);
              Result result = request.getResult();
              return requests.release(
                  held.getMetaKey(),
                  held.getRequestId(),
                  held.getInstanceId(),
                  outcome(result),
                  executed(result),
                  reason(result));
            },
            done -> IdleReply.newBuilder().setStatus(Status.Ok).build(),
            () ->
                ids(request.getAssigment().getMetaKey(), request.getAssigment().getRequestId())
                    + " on instance "
                    + request.getAssigment().getInstanceId());
  }

  private FunctionSpec function(AssignRequest request) {
    if (!request.hasMetaData()) {
      throw ScalerException.invalid("meta_data", "is missing");
    }
    Meta meta = request.getMetaData();
    return new FunctionSpec(
        Check.id("meta_data.key", meta.getKey()),
        Check.text("meta_data.runtime", meta.getRuntime(), Check.LONGEST_ID),
        rules.get().memoryMb("meta_data.memory_in_mb", meta.getMemoryInMb()),
        timeout(Integer.toUnsignedLong(meta.getTimeoutInSecs())));
  }

  private Duration timeout(long seconds) {
    long longest = FunctionSpec.LONGEST_TIMEOUT.toSeconds();
    return Check.between("meta_data.timeout_in_secs", seconds, 0, longest) == 0
        ? rules.get().defaultTimeout()
        : Duration.ofSeconds(seconds);
  }

  private static Assignment held(IdleRequest request) {
    if (!request.hasAssigment()) {
      throw ScalerException.invalid("assigment", "is missing");
    }
    Assignment held = request.getAssigment();
    Check.id("assigment.meta_key", held.getMetaKey());
    Check.id("assigment.request_id", held.getRequestId());
    Check.id("assigment.instance_id", held.getInstanceId());
    return held;
  }

  private static Outcome outcome(Result result) {
    int status = result.getStatusCode();
    if (status != 0 && status != SUCCESS) {
      return Outcome.FAILED;
    }
    return result.getNeedDestroy() ? Outcome.DESTROY : Outcome.OK;
  }

  /** Null for zero, which on this wire is also what a caller sends who does not say. */
  private static @Nullable Duration executed(Result result) {
    long millis = result.getDurationInMs();
    if (millis == 0) {
      return null;
    }
    return Duration.ofMillis(Check.between("result.duration_in_ms", millis, 0, Long.MAX_VALUE));
  }

  /** What fits in the log; a long reason is no reason to keep the instance. */
  private static String reason(Result result) {
    String reason = result.getReason();
    return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON);
  }

  private static AssignReply reply(io.scaler.model.Assignment assignment) {
    return AssignReply.newBuilder()
        .setStatus(Status.Ok)
        .setAssigment(
            Assignment.newBuilder()
                .setRequestId(assignment.requestId())
                .setMetaKey(assignment.functionKey())
                .setInstanceId(assignment.instanceId()))
        .build();
  }

  private static String ids(String functionKey, String requestId) {
    return "function " + functionKey + ", request " + requestId;
  }
}
