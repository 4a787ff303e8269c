package io.scaler.adapter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.scaler.service.FakeTimer;
import io.scaler.v1.CreateSlotRequest;
import io.scaler.v1.DestroySlotRequest;
import io.scaler.v1.Function;
import io.scaler.v1.InitRequest;
import io.scaler.v1.PlatformGrpc;
import io.scaler.v1.PlatformGrpc.PlatformBlockingStub;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlatformServiceTest {
  private static final Function RESIZE =
      Function.newBuilder()
          .setKey("resize")
          .setMemoryMb(512)
          .setTimeout(com.google.protobuf.Duration.newBuilder().setSeconds(60))
          .build();

  private final FakeTimer timer = new FakeTimer();
  private final SimulatedPlatform platform =
      new SimulatedPlatform(
          new SimulatedSettings(
              Duration.ZERO, Duration.ZERO, Map.of(), Duration.ZERO, 0, 0, 0, 0, 1_024),
          timer,
          timer,
          new Random(1));
  private PlatformServer server;
  private PlatformBlockingStub stub;

  @BeforeEach
  void start() throws IOException {
    server = PlatformServer.of(platform);
    stub = PlatformGrpc.newBlockingStub(server.channel);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String create(String requestId) {
    return stub.createSlot(
            CreateSlotRequest.newBuilder().setRequestId(requestId).setMemoryMb(512).build())
        .getSlotId();
  }

  private static StatusRuntimeException error(ThrowingCallable call) {
    return (StatusRuntimeException) catchThrowable(call);
  }

  private static <M extends Message> M detail(StatusRuntimeException error, Class<M> type) {
    for (Any detail : StatusProto.fromThrowable(error).getDetailsList()) {
      if (detail.is(type)) {
        try {
          return detail.unpack(type);
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
      }
    }
    throw new AssertionError("no " + type.getSimpleName() + " in " + error);
  }

  private static void assertInvalid(ThrowingCallable call, String field, String rule) {
    StatusRuntimeException error = error(call);
    assertThat(error.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(error.getStatus().getDescription()).isEqualTo(field + ": " + rule);
    BadRequest bad = detail(error, BadRequest.class);
    assertThat(bad.getFieldViolations(0).getField()).isEqualTo(field);
    assertThat(bad.getFieldViolations(0).getDescription()).isEqualTo(rule);
    assertThat(detail(error, ErrorInfo.class).getReason()).isEqualTo("INVALID_FIELD");
  }

  private static void assertProblem(ThrowingCallable call, Code code, String reason) {
    StatusRuntimeException error = error(call);
    assertThat(error.getStatus().getCode()).isEqualTo(code);
    ErrorInfo info = detail(error, ErrorInfo.class);
    assertThat(info.getReason()).isEqualTo(reason);
    assertThat(info.getDomain()).isEqualTo("scaler.io");
  }

  @Test
  void namesTheFieldOfACreationThatBreaksItsRule() {
    assertInvalid(
        () -> stub.createSlot(CreateSlotRequest.newBuilder().setMemoryMb(1).build()),
        "request_id",
        "must have 1 to 256 characters, has 0");
    assertInvalid(
        () -> stub.createSlot(CreateSlotRequest.newBuilder().setRequestId("r").build()),
        "memory_mb",
        "must be between 1 and 2147483647, is 0");
  }

  @Test
  void namesTheFieldOfAStartThatBreaksItsRule() {
    InitRequest start =
        InitRequest.newBuilder()
            .setSlotId(create("r-1"))
            .setInstanceId("r-1")
            .setFunction(RESIZE)
            .build();
    assertInvalid(
        () -> stub.init(start.toBuilder().clearInstanceId().build()),
        "instance_id",
        "must have 1 to 256 characters, has 0");
    assertInvalid(
        () -> stub.init(start.toBuilder().setToken(-1).build()),
        "token",
        "must be between 0 and 9223372036854775807, is -1");
    assertInvalid(
        () -> stub.init(start.toBuilder().clearFunction().build()),
        "function.key",
        "must have 1 to 256 characters, has 0");
    assertInvalid(
        () -> stub.init(start.toBuilder().setFunction(RESIZE.toBuilder().clearTimeout()).build()),
        "function.timeout",
        "must be above zero and at most PT24H, is PT0S");
  }

  @Test
  void wantsToKnowWhatToDestroy() {
    assertInvalid(
        () -> stub.destroySlot(DestroySlotRequest.getDefaultInstance()),
        "slot_id",
        "must be given, or request_id");
  }

  @Test
  void saysWhatKeptItFromServing() {
    String slot = create("r-1");
    InitRequest start =
        InitRequest.newBuilder()
            .setSlotId(slot)
            .setInstanceId("r-1")
            .setFunction(RESIZE)
            .setToken(5)
            .build();
    assertProblem(
        () -> stub.init(start.toBuilder().setSlotId("nowhere").build()),
        Code.NOT_FOUND,
        "SLOT_NOT_FOUND");
    assertProblem(
        () -> stub.init(start.toBuilder().setFunction(RESIZE.toBuilder().setMemoryMb(513)).build()),
        Code.FAILED_PRECONDITION,
        "SLOT_TOO_SMALL");
    assertThat(stub.init(start).hasDuration()).isTrue();
    assertProblem(
        () -> stub.init(start.toBuilder().setInstanceId("r-2").build()),
        Code.FAILED_PRECONDITION,
        "SLOT_TAKEN");
    assertProblem(
        () -> stub.init(start.toBuilder().setToken(4).build()),
        Code.FAILED_PRECONDITION,
        "STALE_TOKEN");
    stub.destroySlot(DestroySlotRequest.newBuilder().setSlotId(slot).build());
    assertProblem(() -> create("r-1"), Code.FAILED_PRECONDITION, "SLOT_DESTROYED");
  }

  @Test
  void saysWhenThereMayBeRoom() {
    create("r-1");
    create("r-2");
    StatusRuntimeException error = error(() -> create("r-3"));
    assertProblem(() -> create("r-3"), Code.RESOURCE_EXHAUSTED, "NO_ROOM");
    assertThat(detail(error, RetryInfo.class).getRetryDelay().getSeconds()).isEqualTo(1);
  }

  @Test
  void hasAWordOnTheWireForEveryProblem() {
    for (Problem problem : Problem.values()) {
      assertThat(problem.error.name()).isEqualTo(problem.name());
    }
  }
}
