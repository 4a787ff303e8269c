package io.scaler.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.Assignment;
import io.scaler.v1.Function;
import io.scaler.v1.Outcome;
import io.scaler.v1.ReleaseRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes that are killed while requests hold instances. */
class FailoverIT {
  private LocalCluster cluster;

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void assignmentsOutliveTheNodeTheyWereMadeThroughAndTheNextLeaderCleansUp() {
    cluster =
        LocalCluster.start(3, List.of(), "policy.default=fixed", "policy.fixed.keep-alive=5s");
    List<Assignment> held = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      held.add(cluster.scaler(0).assign(request("f" + i, "r")).getAssignment());
    }

    cluster.node(0).kill();

    for (Assignment assignment : held) {
      Assignment again = assign(1, assignment.getFunctionKey(), "r");
      assertThat(again.getInstanceId()).isEqualTo(assignment.getInstanceId());
      release(2, assignment);
    }
    // Node 0, the oldest, led: without a successor nothing would be swept.
    await().atMost(Duration.ofMinutes(1)).until(() -> cluster.usage().getSlotsRunning() == 0);
    assertThat(cluster.usage().getSlotsCreated()).isEqualTo(30);
  }

  @Test
  void aNodeWithoutAMajorityRefusesAndServesAgainWhenOneIsBack() {
    cluster = LocalCluster.start(3, List.of(), "policy.default=fixed");
    Assignment held = assign(2, "f", "r");
    cluster.node(0).kill();
    // The second loss must not come before what the first one took was copied again.
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> cluster.node(1).output().contains("2 members"));
    release(2, held);
    cluster.node(1).kill();

    await().atMost(Duration.ofMinutes(1)).until(() -> !cluster.isReady(2));
    assertThat(code(() -> cluster.scaler(2).assign(request("f", "r2"))))
        .isEqualTo(Status.Code.UNAVAILABLE);

    cluster.restart(0);
    cluster.awaitReady(2);
    cluster.awaitReady(0);
    release(0, assign(2, "g", "r3"));
  }

  /** Repeats while the answer is UNAVAILABLE, as a load balancer would. */
  private Assignment assign(int node, String function, String request) {
    return await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptionsMatching(FailoverIT::isUnavailable)
        .until(
            () -> cluster.scaler(node).assign(request(function, request)).getAssignment(),
            assignment -> true);
  }

  private void release(int node, Assignment assignment) {
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptionsMatching(FailoverIT::isUnavailable)
        .until(
            () ->
                cluster
                    .scaler(node)
                    .release(
                        ReleaseRequest.newBuilder()
                            .setAssignment(assignment)
                            .setOutcome(Outcome.OK)
                            .build()),
            response -> true);
  }

  private static boolean isUnavailable(Throwable failure) {
    return failure instanceof StatusRuntimeException status
        && status.getStatus().getCode() == Status.Code.UNAVAILABLE;
  }

  private static Status.Code code(Runnable call) {
    try {
      call.run();
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private static AssignRequest request(String function, String id) {
    return AssignRequest.newBuilder()
        .setRequestId(id)
        .setFunction(
            Function.newBuilder()
                .setKey(function)
                .setMemoryMb(128)
                .setTimeout(com.google.protobuf.Duration.newBuilder().setSeconds(60)))
        .build();
  }
}
