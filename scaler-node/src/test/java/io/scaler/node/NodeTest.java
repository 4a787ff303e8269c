package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.scaler.node.Wire.Answer;
import io.scaler.node.Wire.End;
import io.scaler.node.Wire.Held;
import io.scaler.node.Wire.Verdict;
import io.scaler.node.Wire.Wanted;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.Function;
import io.scaler.v1.GetUsageRequest;
import io.scaler.v1.GetUsageResponse;
import io.scaler.v1.ListSlotsRequest;
import io.scaler.v1.PlatformGrpc;
import io.scaler.v1.RenewRequest;
import io.scaler.v1.ScalerGrpc;
import io.scaler.v1.Slot;
import io.scaler.v1.StartKind;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A node of its own with a platform within, over real gRPC. Each test has its own function. */
@Timeout(120)
class NodeTest {
  private static final String TOO_LONG = "x".repeat(257);
  private static final AtomicInteger FUNCTIONS = new AtomicInteger();

  private static Node node;
  private static ManagedChannel channel;

  private final String key = "f" + FUNCTIONS.incrementAndGet();
  private final Wanted function = Wanted.of(key);

  @BeforeAll
  static void start() throws Exception {
    node =
        Node.start(
            LocalNodes.settings(
                "provisioned=[{key: provisioned, memory: 1MB, runtime: java, instances: 3}]",
                "limits.memory=1GB",
                "requests.lease-grace=0s"));
    channel = NettyChannelBuilder.forAddress("127.0.0.1", node.port()).usePlaintext().build();
    await().until(() -> health("") == ServingStatus.SERVING);
  }

  @AfterAll
  static void stop() throws Exception {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    node.close();
  }

  private static ServingStatus health(String service) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private static GetUsageResponse usage() {
    return PlatformGrpc.newBlockingStub(channel).getUsage(GetUsageRequest.getDefaultInstance());
  }

  /** Ids of the function's instances that the platform runs. */
  private static List<String> instances(String functionKey) {
    return PlatformGrpc.newBlockingStub(channel)
        .listSlots(ListSlotsRequest.getDefaultInstance())
        .getSlotsList()
        .stream()
        .filter(slot -> slot.getFunction().getKey().equals(functionKey))
        .map(Slot::getInstanceId)
        .toList();
  }

  private String assigned(Wire wire, String requestId) {
    Answer answer = wire.assign(channel, requestId, function);
    assertThat(answer).as(requestId).extracting(Answer::verdict).isEqualTo(Verdict.OK);
    assertThat(answer.instanceId()).isNotEmpty();
    return answer.instanceId();
  }

  private Answer released(Wire wire, String requestId, String instanceId, End end) {
    return wire.release(channel, new Held(key, requestId, instanceId), end);
  }

  private void assertReleased(Wire wire, String requestId, String instanceId) {
    assertThat(released(wire, requestId, instanceId, End.OK).verdict()).isEqualTo(Verdict.OK);
  }

  /** An assign is idempotent: whoever holds an instance is told so when asking again. */
  private void assertHeld(Wire wire, String requestId, String instanceId) {
    assertThat(assigned(wire, requestId)).as("held by " + requestId).isEqualTo(instanceId);
  }

  @ParameterizedTest
  @EnumSource
  void anInstanceGoesFromRequestToRequest(Wire wire) {
    String instance = assigned(wire, "first");
    assertReleased(wire, "first", instance);

    assertThat(assigned(wire, "second")).isEqualTo(instance);
    assertThat(assigned(wire, "third")).isNotEqualTo(instance);
    assertThat(instances(key)).hasSize(2).contains(instance);
  }

  @Test
  void theContractsShareTheirInstances() {
    String instance = assigned(Wire.V1, "first");
    assertHeld(Wire.CONTEST, "first", instance);
    assertReleased(Wire.CONTEST, "first", instance);
    assertHeld(Wire.CONTEST, "second", instance);
    assertReleased(Wire.V1, "second", instance);
  }

  @Test
  void aLeaseIsToldAndExtended() {
    Function message = Function.newBuilder().setKey(key).setMemoryMb(1).build();
    ScalerGrpc.ScalerBlockingStub scaler = ScalerGrpc.newBlockingStub(channel);
    var assignment =
        scaler
            .assign(AssignRequest.newBuilder().setRequestId("r").setFunction(message).build())
            .getAssignment();
    assertThat(assignment.getStartKind()).isEqualTo(StartKind.COLD);
    assertThat(assignment.getLease().getRemaining().getSeconds()).isBetween(30L, 60L);

    var renewed =
        scaler.renew(RenewRequest.newBuilder().setAssignment(assignment).build()).getLease();
    assertThat(renewed.getToken()).isEqualTo(assignment.getLease().getToken());
    assertThat(renewed.getRemaining().getSeconds()).isBetween(30L, 60L);
  }

  private record BadAssign(String named, String requestId, @Nullable Wanted function) {
    @Override
    public String toString() {
      return named;
    }
  }

  static Stream<Arguments> badAssigns() {
    return onBoth(
        new BadAssign("function is missing", "r", null),
        new BadAssign("no key", "r", Wanted.of("")),
        new BadAssign("key has 257", "r", Wanted.of(TOO_LONG)),
        new BadAssign("request_id has 0", "", Wanted.of("refused")),
        new BadAssign("request_id has 257", TOO_LONG, Wanted.of("refused")),
        new BadAssign("memory is 0", "r", new Wanted("refused", 0, 60)),
        new BadAssign("memory is 1025", "r", new Wanted("refused", 1025, 60)),
        new BadAssign("memory between 1 and 1024", "r", new Wanted("refused", -1, 60)),
        new BadAssign("timeout 86401", "r", new Wanted("refused", 1, 86_401)));
  }

  private static Stream<Arguments> onBoth(Object... rows) {
    return Stream.of(Wire.values())
        .flatMap(wire -> Stream.of(rows).map(row -> Arguments.of(wire, row)));
  }

  @ParameterizedTest
  @MethodSource("badAssigns")
  void aBadAssignIsRefusedAndChangesNothing(Wire wire, BadAssign bad) {
    long slots = usage().getSlotsCreated();

    Answer answer = wire.assign(channel, bad.requestId(), bad.function());

    assertThat(answer.verdict()).as(answer.message()).isEqualTo(Verdict.INVALID);
    assertThat(answer.instanceId()).isEmpty();
    assertThat(usage().getSlotsCreated()).isEqualTo(slots);
    assertThat(wire.release(channel, new Held("refused", "r", "i"), End.OK).verdict())
        .isEqualTo(Verdict.NOT_FOUND);
  }

  private record BadRelease(String named, Verdict verdict, String message, Held held) {
    @Override
    public String toString() {
      return named;
    }

    /** With this function and instance where it does not say otherwise. */
    Held of(String functionKey, String instanceId) {
      return new Held(
          held.key().equals("f") ? functionKey : held.key(),
          held.requestId(),
          held.instanceId().equals("i") ? instanceId : held.instanceId());
    }
  }

  static Stream<Arguments> badReleases() {
    return onBoth(
        new BadRelease("no function", Verdict.INVALID, "key", new Held("", "holder", "i")),
        new BadRelease(
            "overlong function", Verdict.INVALID, "key", new Held(TOO_LONG, "holder", "i")),
        new BadRelease("no request", Verdict.INVALID, "request_id", new Held("f", "", "i")),
        new BadRelease(
            "overlong request", Verdict.INVALID, "request_id", new Held("f", TOO_LONG, "i")),
        new BadRelease("no instance", Verdict.INVALID, "instance_id", new Held("f", "holder", "")),
        new BadRelease(
            "unknown function", Verdict.NOT_FOUND, "nobodys", new Held("nobodys", "holder", "i")),
        new BadRelease(
            "unknown instance", Verdict.NOT_FOUND, "nowhere", new Held("f", "holder", "nowhere")),
        new BadRelease(
            "another request", Verdict.NOT_HOLDER, "another", new Held("f", "another", "i")));
  }

  @ParameterizedTest
  @MethodSource("badReleases")
  void aBadReleaseIsRefusedAndChangesNothing(Wire wire, BadRelease bad) {
    String instance = assigned(wire, "holder");
    long slots = usage().getSlotsCreated();

    for (End end : End.values()) {
      Answer answer = wire.release(channel, bad.of(key, instance), end);

      assertThat(answer.verdict()).as(answer.message()).isEqualTo(bad.verdict());
      assertThat(answer.message()).contains(bad.message());
    }

    assertHeld(wire, "holder", instance);
    assertThat(usage().getSlotsCreated()).isEqualTo(slots);
    assertThat(instances(key)).containsExactly(instance);
    assertThat(assigned(wire, "other")).isNotEqualTo(instance);
  }

  @ParameterizedTest
  @EnumSource
  void aSecondReleaseOfOnesOwnIsHarmlessToWhoHoldsTheInstanceByNow(Wire wire) {
    String instance = assigned(wire, "first");
    assertReleased(wire, "first", instance);
    assertReleased(wire, "first", instance);
    assertHeld(wire, "second", instance);

    for (End end : End.values()) {
      assertThat(released(wire, "first", instance, end).verdict()).isEqualTo(Verdict.OK);
    }

    assertHeld(wire, "second", instance);
    assertThat(assigned(wire, "third")).isNotEqualTo(instance);
    assertThat(instances(key)).contains(instance);
  }

  @ParameterizedTest
  @EnumSource
  void anInstanceThatSomebodyElseHoldsByNowIsNobodyElsesToRelease(Wire wire) {
    String instance = assigned(wire, "first");
    String other = assigned(wire, "finished");
    assertReleased(wire, "finished", other);
    assertReleased(wire, "first", instance);
    assertHeld(wire, "second", instance);

    for (End end : End.values()) {
      for (String requestId : List.of("finished", "another")) {
        Answer answer = released(wire, requestId, instance, end);
        assertThat(answer.verdict()).as(requestId).isEqualTo(Verdict.NOT_HOLDER);
        assertThat(answer.message()).contains(requestId, instance);
      }
    }

    assertHeld(wire, "second", instance);
    assertThat(assigned(wire, "third")).isEqualTo(other);
    assertThat(instances(key)).containsExactlyInAnyOrder(instance, other);
  }

  @ParameterizedTest
  @EnumSource
  void aReleaseAfterTheLeaseRanOutIsRefusedAndTheInstanceNeverHandedOutAgain(Wire wire) {
    String instance = wire.assign(channel, "late", new Wanted(key, 1, 1)).instanceId();
    await().until(() -> !instances(key).contains(instance));

    for (End end : End.values()) {
      Answer answer = released(wire, "late", instance, end);
      assertThat(answer.verdict()).isEqualTo(Verdict.NOT_HOLDER);
      assertThat(answer.message()).contains("late", instance);
    }
    assertThat(assigned(wire, "next")).isNotEqualTo(instance);
  }

  @ParameterizedTest
  @EnumSource
  void aFinishedRequestGetsNoSecondInstance(Wire wire) {
    String instance = assigned(wire, "once");
    assertReleased(wire, "once", instance);

    assertThat(wire.assign(channel, "once", function).verdict()).isEqualTo(Verdict.NOT_HOLDER);
    assertThat(instances(key)).containsExactly(instance);
  }

  static Stream<Arguments> endsOfInstances() {
    return onBoth(End.FAILED, End.DESTROY);
  }

  @ParameterizedTest
  @MethodSource("endsOfInstances")
  void anInstanceThatFailedOrIsToBeDestroyedIsNeverHandedOutAgain(Wire wire, End end) {
    String instance = assigned(wire, "first");
    assertThat(released(wire, "first", instance, end).verdict()).isEqualTo(Verdict.OK);

    for (int i = 0; i < 5; i++) {
      assertThat(assigned(wire, "next-" + i)).isNotEqualTo(instance);
    }
    assertThat(released(wire, "first", instance, End.OK).verdict()).isEqualTo(Verdict.OK);
    await().until(() -> !instances(key).contains(instance));
    assertThat(assigned(wire, "last")).isNotEqualTo(instance);
  }

  @Test
  void healthSaysThatBothContractsAreServed() {
    for (String service :
        List.of("", "scaler.v1.Scaler", "serverless.simulator.Scaler", "scaler.v1.Platform")) {
      assertThat(health(service)).as(service).isEqualTo(ServingStatus.SERVING);
    }
  }

  @Test
  void reflectionListsWhatIsServed() throws Exception {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> asking =
        ServerReflectionGrpc.newStub(channel)
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

    assertThat(answer.get(30, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
        .extracting(ServiceResponse::getName)
        .contains(
            "grpc.health.v1.Health",
            "scaler.v1.Scaler",
            "scaler.v1.Platform",
            "serverless.simulator.Scaler",
            "serverless.simulator.Platform");
    asking.onCompleted();
  }

  @Test
  void theHealthEndpointsSayThatItLivesAndIsReady() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    for (String path : List.of("/health/live", "/health/ready")) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
                  .build(),
              BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }
  }

  @Test
  void thePlatformWithinTellsWhatWasUsed() {
    GetUsageResponse before = usage();
    String instance = assigned(Wire.V1, "r");
    assertThat(usage().getSlotsCreated()).isEqualTo(before.getSlotsCreated() + 1);

    released(Wire.V1, "r", instance, End.DESTROY);
    await().until(() -> usage().getSlotsDestroyed() > before.getSlotsDestroyed());
    GetUsageResponse after = usage();
    assertThat(after.getSlotGbSeconds()).isGreaterThan(before.getSlotGbSeconds());
    assertThat(after.getSlotsCreated() - after.getSlotsDestroyed())
        .isEqualTo(after.getSlotsRunning());
  }

  @Test
  void provisionedInstancesAreThereWithoutDemandAndAgainWhenTheyEnd() {
    await().until(() -> instances("provisioned").size() == 3);
    Wanted provisioned = Wanted.of("provisioned");
    Answer first = Wire.V1.assign(channel, "r", provisioned);
    assertThat(instances("provisioned")).hasSize(3).contains(first.instanceId());

    Held held = new Held("provisioned", "r", first.instanceId());
    assertThat(Wire.V1.release(channel, held, End.FAILED).verdict()).isEqualTo(Verdict.OK);
    await()
        .until(
            () -> {
              List<String> now = instances("provisioned");
              return now.size() == 3 && !now.contains(first.instanceId());
            });
  }
}
