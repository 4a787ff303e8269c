package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.scaler.node.Wire.Wanted;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.AssignResponse;
import io.scaler.v1.Function;
import io.scaler.v1.GetFunctionRequest;
import io.scaler.v1.ScalerAdminGrpc;
import io.scaler.v1.ScalerGrpc;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What those hear who still wait for an instance when their node stops. */
class WaitingCallsTest {

  /** A proxy sends a call that is cut off to another node, which thinks it has all its time. */
  @Test
  void aNodeThatStopsHasThemAskAnotherBeforeItCutsThemOff() throws Exception {
    Node node =
        Node.start(LocalNodes.settings("limits.instances-per-function=1", "grpc.stop-grace=5s"));
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", node.port(), InsecureChannelCredentials.create())
            .build();
    try {
      Wire.V1.assign(channel, "holds", Wanted.of("f"));
      ListenableFuture<AssignResponse> waiting =
          ScalerGrpc.newFutureStub(channel)
              .assign(
                  AssignRequest.newBuilder()
                      .setRequestId("waits")
                      .setFunction(Function.newBuilder().setKey("f").setMemoryMb(1))
                      .build());
      await().until(() -> waiters(channel) == 1);

      node.close();

      assertThatThrownBy(waiting::get)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .extracting(Status::fromThrowable)
          .satisfies(
              status -> {
                assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(status.getDescription()).contains("another may serve");
              });
    } finally {
      node.close();
      channel.shutdownNow();
    }
  }

  private static long waiters(ManagedChannel channel) {
    return ScalerAdminGrpc.newBlockingStub(channel)
        .getFunction(GetFunctionRequest.newBuilder().setKey("f").build())
        .getWaitersCount();
  }
}
