package io.scaler.node;

import com.google.rpc.ErrorInfo;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.Assignment;
import io.scaler.v1.Function;
import io.scaler.v1.ReleaseRequest;
import io.scaler.v1.ScalerGrpc;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import serverless.simulator.IdleRequest;
import serverless.simulator.Meta;
import serverless.simulator.Result;

/** Either contract, with its answers in words that both have. */
enum Wire {
  V1 {
    @Override
    Answer assign(Channel channel, String requestId, @Nullable Wanted function) {
      AssignRequest.Builder request = AssignRequest.newBuilder().setRequestId(requestId);
      if (function != null) {
        request.setFunction(
            Function.newBuilder()
                .setKey(function.key())
                .setRuntime("java")
                .setMemoryMb(function.memoryMb())
                .setTimeout(
                    com.google.protobuf.Duration.newBuilder()
                        .setSeconds(function.timeoutSeconds())));
      }
      try {
        Assignment assignment =
            ScalerGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .assign(request.build())
                .getAssignment();
        return new Answer(Verdict.OK, assignment.getInstanceId(), "");
      } catch (StatusRuntimeException e) {
        return refused(e);
      }
    }

    @Override
    Answer release(Channel channel, Held held, End end) {
      ReleaseRequest request =
          ReleaseRequest.newBuilder()
              .setAssignment(
                  Assignment.newBuilder()
                      .setFunctionKey(held.key())
                      .setRequestId(held.requestId())
                      .setInstanceId(held.instanceId()))
              .setOutcome(
                  switch (end) {
                    case OK -> io.scaler.v1.Outcome.OK;
                    case FAILED -> io.scaler.v1.Outcome.FAILED;
                    case DESTROY -> io.scaler.v1.Outcome.DESTROY;
                  })
              .build();
      try {
        ScalerGrpc.newBlockingStub(channel)
            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
            .release(request);
        return new Answer(Verdict.OK, "", "");
      } catch (StatusRuntimeException e) {
        return refused(e);
      }
    }

    private Answer refused(StatusRuntimeException refusal) {
      String message = String.valueOf(refusal.getStatus().getDescription());
      return new Answer(
          switch (refusal.getStatus().getCode()) {
            case INVALID_ARGUMENT -> Verdict.INVALID;
            case NOT_FOUND -> Verdict.NOT_FOUND;
            case FAILED_PRECONDITION -> Verdict.NOT_HOLDER;
            default -> throw new AssertionError("neither served nor refused as bad input", refusal);
          },
          "",
          message + " (" + reason(refusal) + ")");
    }

    private static String reason(StatusRuntimeException refusal) {
      try {
        com.google.rpc.Status status = StatusProto.fromThrowable(refusal);
        return status == null ? "" : status.getDetails(0).unpack(ErrorInfo.class).getReason();
      } catch (com.google.protobuf.InvalidProtocolBufferException e) {
        throw new AssertionError("the first detail is no ErrorInfo", e);
      }
    }
  },

  CONTEST {
    @Override
    Answer assign(Channel channel, String requestId, @Nullable Wanted function) {
      serverless.simulator.AssignRequest.Builder request =
          serverless.simulator.AssignRequest.newBuilder().setRequestId(requestId);
      if (function != null) {
        request.setMetaData(
            Meta.newBuilder()
                .setKey(function.key())
                .setRuntime("java")
                .setMemoryInMb(function.memoryMb())
                .setTimeoutInSecs(function.timeoutSeconds()));
      }
      serverless.simulator.AssignReply reply =
          serverless.simulator.ScalerGrpc.newBlockingStub(channel)
              .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
              .assign(request.build());
      return new Answer(
          verdict(reply.getStatus()),
          reply.getAssigment().getInstanceId(),
          reply.getErrorMessage());
    }

    @Override
    Answer release(Channel channel, Held held, End end) {
      IdleRequest request =
          IdleRequest.newBuilder()
              .setAssigment(
                  serverless.simulator.Assignment.newBuilder()
                      .setMetaKey(held.key())
                      .setRequestId(held.requestId())
                      .setInstanceId(held.instanceId()))
              .setResult(
                  Result.newBuilder()
                      .setStatusCode(end == End.FAILED ? 500 : 200)
                      .setNeedDestroy(end == End.DESTROY))
              .build();
      serverless.simulator.IdleReply reply =
          serverless.simulator.ScalerGrpc.newBlockingStub(channel)
              .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
              .idle(request);
      return new Answer(verdict(reply.getStatus()), "", reply.getErrorMessage());
    }

    private static Verdict verdict(serverless.simulator.Status status) {
      return switch (status) {
        case Ok -> Verdict.OK;
        case InvalidArgument -> Verdict.INVALID;
        case NotFound -> Verdict.NOT_FOUND;
        case InvalidAssigment -> Verdict.NOT_HOLDER;
        default -> throw new AssertionError("neither served nor refused as bad input: " + status);
      };
    }
  };

  private static final long DEADLINE_SECONDS = 30;

  /** What a function needs. */
  record Wanted(String key, long memoryMb, int timeoutSeconds) {
    static Wanted of(String key) {
      return new Wanted(key, 1, 60);
    }
  }

  /** What a caller says that it holds. */
  record Held(String key, String requestId, String instanceId) {}

  /** What became of an execution. */
  enum End {
    OK,
    FAILED,
    DESTROY
  }

  /** What an answer means. */
  enum Verdict {
    OK,
    INVALID,
    NOT_FOUND,
    NOT_HOLDER
  }

  /**
   * A node's answer.
   *
   * @param instanceId empty unless one was assigned
   * @param message with its reason if there is one; empty if all is well
   */
  record Answer(Verdict verdict, String instanceId, String message) {}

  abstract Answer assign(Channel channel, String requestId, @Nullable Wanted function);

  abstract Answer release(Channel channel, Held held, End end);
}
