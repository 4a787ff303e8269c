package io.scaler.it.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.AssignResponse;
import io.scaler.v1.Assignment;
import io.scaler.v1.Lease;
import io.scaler.v1.ReleaseRequest;
import io.scaler.v1.ReleaseResponse;
import io.scaler.v1.ScalerGrpc;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Callers before two servers that answer as a test says. */
class SteadyLoadTest {
  private static final int ENOUGH = 60;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final List<Server> servers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  /** By request, the servers that it asked, in turn. */
  private final ConcurrentMap<String, List<Integer>> asked = new ConcurrentHashMap<>();

  private volatile BiConsumer<AssignRequest, StreamObserver<AssignResponse>> answer =
      SteadyLoadTest::give;

  private final class Node extends ScalerGrpc.ScalerImplBase {
    private final int number;

    Node(int number) {
      this.number = number;
    }

    @Override
    public void assign(AssignRequest request, StreamObserver<AssignResponse> responses) {
      asked.computeIfAbsent(request.getRequestId(), id -> new CopyOnWriteArrayList<>()).add(number);
      answer.accept(request, responses);
    }

    @Override
    public void release(ReleaseRequest request, StreamObserver<ReleaseResponse> responses) {
      responses.onNext(ReleaseResponse.getDefaultInstance());
      responses.onCompleted();
    }
  }

  SteadyLoadTest() throws IOException {
    for (int i = 0; i < 2; i++) {
      Server server = NettyServerBuilder.forPort(0).addService(new Node(i)).build().start();
      servers.add(server);
      channels.add(
          NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build());
    }
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    servers.forEach(Server::shutdownNow);
  }

  @Test
  void someHoldersAskAgainForWhatTheyHoldByAnotherWay() {
    List<Call> calls = under(settings(0, 0.5));

    Map<String, List<Call>> granted =
        calls.stream().filter(Call::isAssigned).collect(Collectors.groupingBy(Call::requestId));
    Set<String> again =
        granted.keySet().stream()
            .filter(request -> granted.get(request).size() == 2)
            .collect(Collectors.toSet());
    assertThat(again).hasSizeBetween(granted.size() / 4, granted.size() * 3 / 4);
    assertThat(again).allSatisfy(id -> assertThat(asked.get(id)).containsExactlyInAnyOrder(0, 1));
    assertThat(calls)
        .filteredOn(Call::isAssigned)
        .allSatisfy(call -> assertThat(call.token()).isEqualTo(7));
  }

  @Test
  void whatTheTransportCancelsIsAskedForAgain() {
    answer =
        (request, responses) -> {
          if (asked.get(request.getRequestId()).size() == 1) {
            responses.onError(Status.CANCELLED.asRuntimeException());
          } else {
            give(request, responses);
          }
        };

    List<Call> calls = under(settings(0, 0));

    assertThat(calls)
        .filteredOn(call -> call.code().equals(Call.CANCELLED))
        .hasSize(asked.size())
        .noneMatch(Call::isCancelled);
    assertThat(calls).filteredOn(Call::isAssigned).hasSize(asked.size());
  }

  @Test
  void whatItsCallerCancelsIsNot() {
    answer = (request, responses) -> {};

    List<Call> calls = under(settings(1, 0));

    assertThat(calls).hasSizeGreaterThanOrEqualTo(ENOUGH).allMatch(Call::isGivenUp);
    assertThat(calls).extracting(Call::requestId).doesNotHaveDuplicates();
  }

  @Test
  void whatAServerRefusesHasItsReason() {
    answer =
        (request, responses) ->
            responses.onError(
                StatusProto.toStatusRuntimeException(
                    com.google.rpc.Status.newBuilder()
                        .setCode(Code.RESOURCE_EXHAUSTED_VALUE)
                        .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("TIMED_OUT").build()))
                        .build()));

    List<Call> calls = under(settings(0, 0));

    assertThat(calls)
        .hasSize(asked.size())
        .allSatisfy(call -> assertThat(call.answer()).isEqualTo("RESOURCE_EXHAUSTED/TIMED_OUT"));
  }

  @Test
  void anAnswerToAnotherIsNoAnswer() {
    answer = (request, responses) -> give(request.toBuilder().setRequestId("x").build(), responses);

    List<Call> calls = under(settings(0, 0));

    assertThat(calls).noneMatch(Call::isAssigned);
  }

  private List<Call> under(SteadyLoad.Settings settings) {
    try (SteadyLoad load = SteadyLoad.start("load", settings, channels)) {
      await().atMost(LIMIT).until(() -> asked.size() >= ENOUGH);
      load.stop();
      await().atMost(LIMIT).until(() -> load.open() == 0);
      return load.calls();
    }
  }

  private static SteadyLoad.Settings settings(double cancelled, double repeated) {
    return new SteadyLoad.Settings(
        200,
        3,
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofSeconds(20),
        Duration.ofSeconds(5),
        5,
        cancelled,
        repeated,
        0,
        Duration.ofDays(1),
        1);
  }

  private static void give(AssignRequest request, StreamObserver<AssignResponse> responses) {
    responses.onNext(
        AssignResponse.newBuilder()
            .setAssignment(
                Assignment.newBuilder()
                    .setInstanceId("i-" + request.getRequestId())
                    .setRequestId(request.getRequestId())
                    .setFunctionKey(request.getFunction().getKey())
                    .setLease(Lease.newBuilder().setToken(7)))
            .build());
    responses.onCompleted();
  }
}
