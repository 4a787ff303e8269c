package io.scaler.adapter.grpc;

import com.google.protobuf.MessageLite;
import io.scaler.service.Admission.Denied;
import io.scaler.service.Denial;
import org.jspecify.annotations.Nullable;
import serverless.simulator.AssignReply;
import serverless.simulator.IdleReply;
import serverless.simulator.ScalerGrpc;
import serverless.simulator.Status;

/**
 * How {@code serverless.simulator.Scaler} tells callers that they call too often: within the reply.
 * It has no words for who may not call at all; they are told by gRPC's own status.
 */
final class ContestDenials {
  private static final String ASSIGN = ScalerGrpc.getAssignMethod().getFullMethodName();
  private static final String IDLE = ScalerGrpc.getIdleMethod().getFullMethodName();

  private ContestDenials() {}

  /** The method's reply; null where gRPC's own status is to tell it. */
  static @Nullable MessageLite reply(String method, Denied denied) {
    if (denied.denial().kind() != Denial.Kind.EXHAUSTED) {
      return null;
    }
    String message =
        "%s; repeat after %d ms".formatted(denied.why(), denied.retryAfter().toMillis() + 1);
    if (method.equals(ASSIGN)) {
      return AssignReply.newBuilder().setStatus(Status.Throttle).setErrorMessage(message).build();
    } else if (method.equals(IDLE)) {
      return IdleReply.newBuilder().setStatus(Status.Throttle).setErrorMessage(message).build();
    }
    return null;
  }
}
