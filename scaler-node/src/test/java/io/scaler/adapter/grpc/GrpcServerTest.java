package io.scaler.adapter.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.scaler.model.Assignment;
import io.scaler.model.Lease;
import io.scaler.model.StartKind;
import io.scaler.service.Denial;
import io.scaler.service.Gate;
import io.scaler.service.Timer;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.AssignResponse;
import io.scaler.v1.Function;
import io.scaler.v1.ScalerGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import serverless.simulator.Meta;
import serverless.simulator.Status;

class GrpcServerTest {
  private static final Assignment ASSIGNMENT =
      new Assignment("f", "r", "i", new Lease(7, Duration.ofSeconds(70)), StartKind.WARM);
  private static final AssignRequest REQUEST =
      AssignRequest.newBuilder()
          .setRequestId("r")
          .setFunction(Function.newBuilder().setKey("f").setMemoryMb(1))
          .build();

  private final ScheduledExecutorService threads = Executors.newSingleThreadScheduledExecutor();
  private final Timer timer =
      (delay, task) -> {
        Future<?> scheduled = threads.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
      };
  private Loopback loopback;

  @BeforeEach
  void start() throws Exception {
    loopback = new Loopback();
  }

  @AfterEach
  void stop() throws Exception {
    loopback.stop();
    threads.shutdownNow();
  }

  private ServingStatus health(String service) {
    return HealthGrpc.newBlockingStub(loopback.channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  @Test
  void servesBothContractsOnOnePort() {
    loopback.requests.assignment = ASSIGNMENT;

    assertThat(
            ScalerGrpc.newBlockingStub(loopback.channel)
                .assign(REQUEST)
                .getAssignment()
                .getInstanceId())
        .isEqualTo("i");
    assertThat(
            serverless.simulator.ScalerGrpc.newBlockingStub(loopback.channel)
                .assign(
                    serverless.simulator.AssignRequest.newBuilder()
                        .setRequestId("r")
                        .setMetaData(Meta.newBuilder().setKey("f").setMemoryInMb(1))
                        .build())
                .getStatus())
        .isEqualTo(Status.Ok);
  }

  @Test
  void saysThatItServesOnceToldSo() {
    for (String service : List.of("", "scaler.v1.Scaler", "serverless.simulator.Scaler")) {
      assertThat(health(service)).isEqualTo(ServingStatus.NOT_SERVING);
      loopback.server.setServing(true);
      assertThat(health(service)).isEqualTo(ServingStatus.SERVING);
      loopback.server.setServing(false);
      assertThat(health(service)).isEqualTo(ServingStatus.NOT_SERVING);
    }
  }

  @Test
  void listsItsServicesByReflection() throws Exception {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> asking =
        ServerReflectionGrpc.newStub(loopback.channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    asking.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());

    assertThat(answer.get(10, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
        .extracting(ServiceResponse::getName)
        .containsExactlyInAnyOrder(
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
            "scaler.v1.Scaler",
            "serverless.simulator.Scaler");
    asking.onCompleted();
  }

  @Test
  void refusesAMessageThatIsTooLarge() {
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                ScalerGrpc.newBlockingStub(loopback.channel)
                    .assign(REQUEST.toBuilder().setRequestId("x".repeat(70_000)).build()));

    assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(loopback.requests.assigned).isEmpty();
  }

  @Test
  void namesAddressAndKeyWhenThePortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  GrpcServer.start(
                      Loopback.listen(taken.getLocalPort()), GrpcServer.Door.OPEN, List.of()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("grpc.port")
          .hasMessageContaining("in use");
    }
  }

  @Test
  void doesNotServeAMethodOfWhichNobodySaysWhoMayCallIt() {
    MethodDescriptor<AssignRequest, AssignResponse> unlisted =
        ScalerGrpc.getAssignMethod().toBuilder().setFullMethodName("scaler.v1.Other/Do").build();
    BindableService service =
        () ->
            ServerServiceDefinition.builder("scaler.v1.Other")
                .addMethod(unlisted, ServerCalls.asyncUnaryCall((request, response) -> {}))
                .build();

    assertThatThrownBy(
            () -> GrpcServer.start(Loopback.listen(0), GrpcServer.Door.OPEN, List.of(service)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("MethodRights has no line for scaler.v1.Other/Do");
  }

  @Test
  void aConnectionHasNoMoreCallsOpenThanItMay() throws Exception {
    Loopback narrow =
        new Loopback(door(1, Integer.MAX_VALUE, Integer.MAX_VALUE, (denial, address) -> {}));
    try {
      var scaler = ScalerGrpc.newFutureStub(narrow.channel);
      Future<AssignResponse> first = scaler.assign(REQUEST);
      FakeRequests.Assigning open = narrow.requests.assigned.take();
      Future<AssignResponse> second =
          scaler.assign(REQUEST.toBuilder().setRequestId("second").build());
      assertThat(health("")).as("another connection's call").isNotNull();
      assertThat(narrow.requests.assigned).isEmpty();

      open.answer().complete(ASSIGNMENT);
      assertThat(first.get(10, TimeUnit.SECONDS).hasAssignment()).isTrue();
      narrow.requests.assigned.take().answer().complete(ASSIGNMENT);
      assertThat(second.get(10, TimeUnit.SECONDS).hasAssignment()).isTrue();
    } finally {
      narrow.stop();
    }
  }

  private static GrpcServer.Door door(
      int calls, int connections, int perAddress, BiConsumer<Denial, String> refused) {
    return new GrpcServer.Door(
        Gate.OPEN, InsecureServerCredentials.create(), calls, connections, perAddress, refused);
  }

  @Test
  void oneConnectionMoreThanThereMayBeIsClosedAtOnceAndTheOthersGoOn() throws Exception {
    List<Denial> refused = new CopyOnWriteArrayList<>();
    Loopback few =
        new Loopback(
            door(
                Integer.MAX_VALUE, 2, Integer.MAX_VALUE, (denial, address) -> refused.add(denial)));
    int port = few.server.port();
    try {
      assertThat(healthOf(few.channel)).isEqualTo(ServingStatus.NOT_SERVING);
      try (Socket second = new Socket(InetAddress.getLoopbackAddress(), port)) {
        await().until(() -> few.server.connections() == 2);
        for (int i = 1; i <= 3; i++) {
          int many = i;
          assertThat(isClosedAtOnce(port)).isTrue();
          await().until(() -> refused.size() == many);
        }
        assertThat(isOpen(second)).isTrue();
        assertThat(healthOf(few.channel)).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(few.server.connections()).isEqualTo(2);
      }
      assertThat(refused).containsOnly(Denial.TOO_MANY_CONNECTIONS);

      await().until(() -> few.server.connections() == 1);
      ManagedChannel another =
          NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
      try {
        assertThat(healthOf(another)).isEqualTo(ServingStatus.NOT_SERVING);
      } finally {
        another.shutdownNow();
      }
      assertThat(refused).hasSize(3);
    } finally {
      few.stop();
    }
  }

  private static ServingStatus healthOf(Channel channel) {
    return HealthGrpc.newBlockingStub(channel).check(watching("")).getStatus();
  }

  /** Whether the server has not closed it: there is nothing more to read, and no end either. */
  /** Whoever reads to the end is not reset for what it sends meanwhile. */
  @Test
  void aConnectionThatIsEndedWaitsForItsOtherEnd() throws IOException {
    boolean waits = false;
    // It waits for a second, in which this thread may not run.
    for (int i = 0; i < 20 && !waits; i++) {
      waits = waitsWhenItIsEnded();
    }
    assertThat(waits).isTrue();
  }

  private boolean waitsWhenItIsEnded() throws IOException {
    try (Socket other = new Socket(InetAddress.getLoopbackAddress(), loopback.server.port())) {
      other.getOutputStream().write("this is no HTTP/2 at all, and ends it".getBytes(US_ASCII));
      var unusedReason = other.getInputStream().readAllBytes();
      other.getOutputStream().write(1);
      other.getOutputStream().write(2);
      return true;
    } catch (SocketException e) {
      return false;
    }
  }

  private static boolean isOpen(Socket socket) throws IOException {
    socket.setSoTimeout(200);
    try {
      while (socket.getInputStream().read() != -1) {
        // What every HTTP/2 server begins with.
      }
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  @Test
  void oneAddressHasItsShareOfTheConnectionsAndAnotherIsServed() throws Exception {
    List<String> refused = new CopyOnWriteArrayList<>();
    Loopback shared =
        new Loopback(
            door(
                Integer.MAX_VALUE,
                10,
                2,
                (denial, address) -> refused.add(denial + " " + address)));
    int port = shared.server.port();
    try {
      try (Socket first = new Socket(InetAddress.getLoopbackAddress(), port);
          Socket second = new Socket(InetAddress.getLoopbackAddress(), port)) {
        await().until(() -> shared.server.connections() == 2);
        assertThat(isClosedAtOnce(port)).isTrue();
        await()
            .untilAsserted(
                () ->
                    assertThat(refused)
                        .containsExactly("TOO_MANY_CONNECTIONS_PER_ADDRESS 127.0.0.1"));
        assertThat(isOpen(first)).isTrue();
        assertThat(isOpen(second)).isTrue();

        ManagedChannel elsewhere = ChannelFrom.address("127.0.0.2", port);
        try {
          assertThat(healthOf(elsewhere)).isEqualTo(ServingStatus.NOT_SERVING);
        } finally {
          elsewhere.shutdownNow();
        }
      }

      await().until(() -> shared.server.connections() == 0);
      assertThat(healthOf(shared.channel)).isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(refused).hasSize(1);
    } finally {
      shared.stop();
    }
  }

  @Test
  void aConnectionThatShowsNothingIsClosedWithinSeconds() throws Exception {
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), loopback.server.port())) {
      silent.setSoTimeout(30_000);

      assertThat(silent.getInputStream().readAllBytes()).as("until its end").isNotNull();
      await().until(() -> loopback.server.connections() == 0);
    }
  }

  /** Whether the server says nothing, not even what every HTTP/2 server begins with. */
  private static boolean isClosedAtOnce(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      return socket.getInputStream().read() == -1;
    } catch (SocketException e) {
      return true;
    }
  }

  @Test
  void whatIsNotServedCannotBeWatched() {
    var health = HealthGrpc.newBlockingStub(loopback.channel);

    assertThat(health.watch(watching("scaler.v1.Scaler")).next().getStatus())
        .isEqualTo(ServingStatus.NOT_SERVING);
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> health.watch(watching("nothing")).next());
    assertThat(refused.getStatus().getCode()).isEqualTo(Code.NOT_FOUND);
  }

  private static HealthCheckRequest watching(String service) {
    return HealthCheckRequest.newBuilder().setService(service).build();
  }

  @Test
  void noMoreThanSoManyWatchHealthAtATime() {
    var health = HealthGrpc.newBlockingStub(loopback.channel);
    List<io.grpc.Context.CancellableContext> open = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      io.grpc.Context.CancellableContext context = io.grpc.Context.current().withCancellation();
      open.add(context);
      context.run(() -> assertThat(health.watch(watching("")).hasNext()).isTrue());
    }

    StatusRuntimeException refused =
        catchThrowableOfType(StatusRuntimeException.class, () -> health.watch(watching("")).next());
    assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(health("")).as("may still be asked for").isEqualTo(ServingStatus.NOT_SERVING);

    open.forEach(context -> context.cancel(null));
    await().until(() -> watches(health));
  }

  private static boolean watches(HealthGrpc.HealthBlockingStub health) {
    try {
      return health.watch(watching("")).hasNext();
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  @Test
  void aConnectionWithoutCallsIsClosed() throws Exception {
    GrpcServer server =
        GrpcServer.start(
            Loopback.listen(0, Duration.ofSeconds(1)), GrpcServer.Door.OPEN, List.of());
    var idle =
        io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder.forAddress(
                "127.0.0.1", server.port())
            .usePlaintext()
            .build();
    try {
      HealthGrpc.newBlockingStub(idle).check(watching(""));
      assertThat(idle.getState(false)).isEqualTo(ConnectivityState.READY);

      await().until(() -> idle.getState(false) == ConnectivityState.IDLE);
    } finally {
      idle.shutdownNow();
      server.stopNow();
    }
  }

  @Test
  void letsOpenCallsEndWhenItStops() throws Exception {
    Future<AssignResponse> open = ScalerGrpc.newFutureStub(loopback.channel).assign(REQUEST);
    FakeRequests.Assigning asked = loopback.requests.assigned.take();

    CompletableFuture<Void> stopped =
        loopback.server.stop(timer, Duration.ofMinutes(1)).toCompletableFuture();
    assertThat(stopped).isNotDone();
    asked.answer().complete(ASSIGNMENT);

    assertThat(open.get(10, TimeUnit.SECONDS).getAssignment().getInstanceId()).isEqualTo("i");
    stopped.get(10, TimeUnit.SECONDS);
  }

  @Test
  void cancelsCallsThatOutlastItsGrace() throws Exception {
    Future<AssignResponse> open = ScalerGrpc.newFutureStub(loopback.channel).assign(REQUEST);
    FakeRequests.Assigning asked = loopback.requests.assigned.take();

    loopback
        .server
        .stop(timer, Duration.ofMillis(1))
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);

    assertThat(asked.cancelled().await(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> open.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(StatusRuntimeException.class);
  }
}
