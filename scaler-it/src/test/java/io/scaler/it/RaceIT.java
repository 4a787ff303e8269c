package io.scaler.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Duration;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.AssignResponse;
import io.scaler.v1.Assignment;
import io.scaler.v1.Function;
import io.scaler.v1.Outcome;
import io.scaler.v1.ReleaseRequest;
import io.scaler.v1.StartKind;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import serverless.simulator.AssignReply;
import serverless.simulator.IdleReply;
import serverless.simulator.IdleRequest;
import serverless.simulator.Meta;

/**
 * Waiting for a release across nodes. Nodes ask again only after a minute here, and a function has
 * one instance at most, so what a waiting request gets came from a release and by message.
 */
class RaceIT {
  private static final AtomicInteger FUNCTIONS = new AtomicInteger();
  private static LocalCluster cluster;

  private final Function function =
      Function.newBuilder()
          .setKey("f" + FUNCTIONS.incrementAndGet())
          .setRuntime("java")
          .setMemoryMb(128)
          .setTimeout(Duration.newBuilder().setSeconds(60))
          .build();

  @BeforeAll
  static void start() {
    cluster =
        LocalCluster.start(
            3,
            List.of(),
            "requests.ask-again=60s",
            "policy.default=fixed",
            "limits.instances-per-function=1");
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void anInstanceReleasedThroughOneNodeServesARequestThatWaitsAtAnother() throws Exception {
    Assignment held = cluster.scaler(0).assign(request("first")).getAssignment();
    assertThat(held.getStartKind()).isEqualTo(StartKind.COLD);
    for (int i = 0; i < 20; i++) {
      ListenableFuture<AssignResponse> waiting =
          cluster.scalerLater(i % 3).assign(request("waiting" + i));
      awaitDecisionsThrough(i % 3);
      cluster.scaler((i + 1) % 3).release(release(held));
      held = waiting.get(30, TimeUnit.SECONDS).getAssignment();
      assertThat(held.getStartKind()).isEqualTo(StartKind.WAITED);
    }
    cluster.scaler(2).release(release(held));
  }

  /** What was sent through this node before has been decided when a later call is answered. */
  private void awaitDecisionsThrough(int node) {
    Assignment unknown =
        Assignment.newBuilder()
            .setFunctionKey(function.getKey())
            .setRequestId("nobody")
            .setInstanceId("none")
            .build();
    assertThatThrownBy(() -> cluster.scaler(node).release(release(unknown)))
        .hasMessageContaining("NOT_FOUND");
  }

  @Test
  void aRequestRepeatedThroughEveryNodeHoldsOneInstance() {
    Assignment first = cluster.scaler(0).assign(request("r")).getAssignment();
    for (int node = 1; node < 3; node++) {
      Assignment again = cluster.scaler(node).assign(request("r")).getAssignment();
      assertThat(again.getInstanceId()).isEqualTo(first.getInstanceId());
      assertThat(again.getLease().getToken()).isEqualTo(first.getLease().getToken());
    }
    cluster.scaler(1).release(release(first));
    cluster.scaler(2).release(release(first));
    assertThatThrownBy(() -> cluster.scaler(0).assign(request("r")))
        .hasMessageContaining("FAILED_PRECONDITION");
  }

  @Test
  void aCallThatGoesAwayLeavesNothingHeld() {
    Assignment held = cluster.scaler(0).assign(request("first")).getAssignment();
    ListenableFuture<AssignResponse> leaving = cluster.scalerLater(1).assign(request("leaving"));
    awaitDecisionsThrough(1);
    leaving.cancel(true);
    cluster.scaler(2).release(release(held));

    await()
        .untilAsserted(
            () -> {
              Assignment next = cluster.scaler(2).assign(request("next")).getAssignment();
              assertThat(next.getStartKind()).isEqualTo(StartKind.WARM);
            });
  }

  @Test
  void aReleaseByAnotherRequestChangesNothing() {
    Assignment held = cluster.scaler(0).assign(request("holder")).getAssignment();
    Assignment claimed = held.toBuilder().setRequestId("somebody").build();
    assertThatThrownBy(() -> cluster.scaler(1).release(release(claimed)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION));
    assertThat(cluster.scaler(2).assign(request("holder")).getAssignment().getInstanceId())
        .isEqualTo(held.getInstanceId());
    cluster.scaler(1).release(release(held));
  }

  @Test
  void aFailedExecutionsInstanceIsNeverHandedOutAgain() {
    Assignment held = cluster.scaler(0).assign(request("first")).getAssignment();
    cluster
        .scaler(1)
        .release(
            ReleaseRequest.newBuilder()
                .setAssignment(held)
                .setOutcome(Outcome.FAILED)
                .setReason("out of memory")
                .build());
    Assignment next = cluster.scaler(2).assign(request("second")).getAssignment();
    assertThat(next.getInstanceId()).isNotEqualTo(held.getInstanceId());
    assertThat(next.getStartKind()).isEqualTo(StartKind.COLD);
  }

  @Test
  void theContestsContractIsServedOnTheSamePortAndSharesTheInstances() {
    Assignment held = cluster.scaler(0).assign(request("first")).getAssignment();
    cluster.scaler(0).release(release(held));
    var contest = serverless.simulator.ScalerGrpc.newBlockingStub(cluster.channel(1));
    AssignReply reply =
        contest.assign(
            serverless.simulator.AssignRequest.newBuilder()
                .setRequestId("contest")
                .setMetaData(
                    Meta.newBuilder()
                        .setKey(function.getKey())
                        .setRuntime("java")
                        .setMemoryInMb(128)
                        .setTimeoutInSecs(60))
                .build());
    assertThat(reply.getStatus()).isEqualTo(serverless.simulator.Status.Ok);
    assertThat(reply.getAssigment().getInstanceId()).isEqualTo(held.getInstanceId());

    IdleReply wrong =
        contest.idle(
            IdleRequest.newBuilder()
                .setAssigment(reply.getAssigment().toBuilder().setRequestId("other"))
                .build());
    assertThat(wrong.getStatus()).isEqualTo(serverless.simulator.Status.InvalidAssigment);
    IdleReply right =
        contest.idle(IdleRequest.newBuilder().setAssigment(reply.getAssigment()).build());
    assertThat(right.getStatus()).isEqualTo(serverless.simulator.Status.Ok);
  }

  private AssignRequest request(String id) {
    return AssignRequest.newBuilder().setRequestId(id).setFunction(function).build();
  }

  private static ReleaseRequest release(Assignment held) {
    return ReleaseRequest.newBuilder().setAssignment(held).setOutcome(Outcome.OK).build();
  }
}
