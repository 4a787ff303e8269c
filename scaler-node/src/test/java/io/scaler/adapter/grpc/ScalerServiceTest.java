package io.scaler.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.scaler.model.Assignment;
import io.scaler.model.Lease;
import io.scaler.model.Outcome;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.model.StartKind;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.AssignResponse;
import io.scaler.v1.Function;
import io.scaler.v1.ReleaseRequest;
import io.scaler.v1.ReleaseResponse;
import io.scaler.v1.RenewRequest;
import io.scaler.v1.ScalerError;
import io.scaler.v1.ScalerGrpc;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScalerServiceTest {
  private static final io.scaler.v1.Assignment HELD =
      io.scaler.v1.Assignment.newBuilder()
          .setFunctionKey("f")
          .setRequestId("r")
          .setInstanceId("i")
          .build();

  private Loopback loopback;
  private FakeRequests requests;
  private ScalerGrpc.ScalerBlockingStub scaler;

  @BeforeEach
  void start() throws Exception {
    loopback = new Loopback();
    requests = loopback.requests;
    scaler = ScalerGrpc.newBlockingStub(loopback.channel);
  }

  @AfterEach
  void stop() throws Exception {
    loopback.stop();
  }

  private static AssignRequest.Builder request() {
    return AssignRequest.newBuilder()
        .setRequestId("r")
        .setFunction(Function.newBuilder().setKey("f").setRuntime("java").setMemoryMb(128));
  }

  private static ReleaseRequest.Builder release() {
    return ReleaseRequest.newBuilder().setAssignment(HELD);
  }

  @ParameterizedTest
  @EnumSource(StartKind.class)
  void answersAnAssignWithTheInstanceAndItsLease(StartKind kind) {
    requests.assignment =
        new Assignment("f", "r", "i", new Lease(7, java.time.Duration.ofMillis(70_500)), kind);

    AssignResponse response =
        scaler.assign(
            request()
                .setFunction(
                    request().getFunction().toBuilder()
                        .setTimeout(Duration.newBuilder().setSeconds(3)))
                .build());

    assertThat(response.getAssignment())
        .isEqualTo(
            HELD.toBuilder()
                .setLease(
                    io.scaler.v1.Lease.newBuilder()
                        .setToken(7)
                        .setRemaining(Duration.newBuilder().setSeconds(70).setNanos(500_000_000)))
                .setStartKind(io.scaler.v1.StartKind.valueOf(kind.name()))
                .build());
    FakeRequests.Assigning asked = requests.assigned.remove();
    assertThat(asked.requestId()).isEqualTo("r");
    assertThat(asked.function().key()).isEqualTo("f");
    assertThat(asked.function().runtime()).isEqualTo("java");
    assertThat(asked.function().memoryMb()).isEqualTo(128);
    assertThat(asked.function().timeout()).isEqualTo(java.time.Duration.ofSeconds(3));
  }

  @Test
  void givesAFunctionWithoutATimeoutTheDefault() {
    requests.assignment =
        new Assignment("f", "r", "i", new Lease(1, java.time.Duration.ZERO), StartKind.WARM);
    scaler.assign(request().build());

    assertThat(requests.assigned.remove().function().timeout())
        .isEqualTo(Loopback.RULES.defaultTimeout());
  }

  @Test
  void waitsNoLongerThanTheCallsDeadline() throws Exception {
    requests.assignment =
        new Assignment("f", "r", "i", new Lease(1, java.time.Duration.ZERO), StartKind.WARM);
    scaler.withDeadlineAfter(10, TimeUnit.SECONDS).assign(request().build());
    scaler.assign(request().build());

    assertThat(requests.assigned.take().patience())
        .isBetween(java.time.Duration.ofSeconds(5), java.time.Duration.ofSeconds(10));
    assertThat(requests.assigned.take().patience()).isEqualTo(Loopback.RULES.defaultWait());
  }

  @Test
  void cancelsTheCallWhoseCallerGoesAwayAndAnswersNothing() throws Exception {
    Future<?> open = ScalerGrpc.newFutureStub(loopback.channel).assign(request().build());
    FakeRequests.Assigning asked = requests.assigned.take();
    assertThat(asked.cancelled().getCount()).isOne();

    assertThat(open.cancel(true)).isTrue();

    assertThat(asked.cancelled().await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(
            asked
                .answer()
                .complete(
                    new Assignment(
                        "f", "r", "i", new Lease(1, java.time.Duration.ZERO), StartKind.COLD)))
        .isTrue();
  }

  @Test
  void cancelsTheCallWhoseDeadlineHasPassed() throws Exception {
    StatusRuntimeException error =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> scaler.withDeadlineAfter(200, TimeUnit.MILLISECONDS).assign(request().build()));

    assertThat(error.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(requests.assigned.take().cancelled().await(10, TimeUnit.SECONDS)).isTrue();
  }

  static Stream<Arguments> reasons() {
    return Stream.of(
        Arguments.of(Reason.INVALID_FIELD, Code.INVALID_ARGUMENT, ScalerError.INVALID_FIELD),
        Arguments.of(Reason.FUNCTION_NOT_FOUND, Code.NOT_FOUND, ScalerError.FUNCTION_NOT_FOUND),
        Arguments.of(Reason.INSTANCE_NOT_FOUND, Code.NOT_FOUND, ScalerError.INSTANCE_NOT_FOUND),
        Arguments.of(Reason.NOT_HOLDER, Code.FAILED_PRECONDITION, ScalerError.NOT_HOLDER),
        Arguments.of(
            Reason.REQUEST_FINISHED, Code.FAILED_PRECONDITION, ScalerError.REQUEST_FINISHED),
        Arguments.of(Reason.OVERLOADED, Code.RESOURCE_EXHAUSTED, ScalerError.OVERLOADED),
        Arguments.of(Reason.TIMED_OUT, Code.RESOURCE_EXHAUSTED, ScalerError.TIMED_OUT),
        Arguments.of(
            Reason.PLATFORM_UNAVAILABLE, Code.UNAVAILABLE, ScalerError.PLATFORM_UNAVAILABLE),
        Arguments.of(Reason.LAUNCH_FAILED, Code.UNAVAILABLE, ScalerError.LAUNCH_FAILED),
        Arguments.of(Reason.NODE_UNAVAILABLE, Code.UNAVAILABLE, ScalerError.NODE_UNAVAILABLE),
        Arguments.of(Reason.CANCELLED, Code.CANCELLED, ScalerError.CANCELLED),
        Arguments.of(Reason.SUPERSEDED, Code.INTERNAL, ScalerError.SCALER_ERROR_UNSPECIFIED));
  }

  @Test
  void theTableOfReasonsHasAllOfThem() {
    assertThat(reasons().map(row -> row.get()[0])).containsExactly((Object[]) Reason.values());
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void mapsEveryReasonToItsStatusAndDetails(Reason reason, Code code, ScalerError error)
      throws Exception {
    requests.failure = new CompletionException(ScalerException.of(reason, "said why"));

    for (StatusRuntimeException refused :
        new StatusRuntimeException[] {
          refused(() -> scaler.assign(request().build())),
          refused(() -> scaler.release(release().build())),
          refused(() -> scaler.renew(RenewRequest.newBuilder().setAssignment(HELD).build()))
        }) {
      assertThat(refused.getStatus().getCode()).isEqualTo(code);
      assertThat(refused.getStatus().getDescription()).isEqualTo("said why");
      ErrorInfo info = detail(refused, ErrorInfo.class).orElseThrow();
      assertThat(info.getReason()).isEqualTo(error.name());
      assertThat(info.getDomain()).isEqualTo("scaler.io");
      assertThat(detail(refused, RetryInfo.class).isPresent())
          .isEqualTo(code == Code.RESOURCE_EXHAUSTED || code == Code.UNAVAILABLE);
    }
  }

  @Test
  void saysWhenToRepeat() throws Exception {
    requests.failure =
        ScalerException.retryable(Reason.OVERLOADED, "full", java.time.Duration.ofMillis(1_500));

    StatusRuntimeException refused = refused(() -> scaler.assign(request().build()));

    assertThat(detail(refused, RetryInfo.class).orElseThrow().getRetryDelay())
        .isEqualTo(Duration.newBuilder().setSeconds(1).setNanos(500_000_000).build());
  }

  private record BadAssign(String field, String rule, Consumer<AssignRequest.Builder> breaking) {
    @Override
    public String toString() {
      return field + " " + rule;
    }
  }

  static Stream<BadAssign> badAssigns() {
    String tooLong = "x".repeat(257);
    return Stream.of(
        new BadAssign("function", "is missing", r -> r.clearFunction()),
        new BadAssign("request_id", "1 to 256 characters, has 0", r -> r.clearRequestId()),
        new BadAssign("request_id", "has 257", r -> r.setRequestId(tooLong)),
        new BadAssign(
            "function.key", "1 to 256 characters, has 0", r -> r.getFunctionBuilder().clearKey()),
        new BadAssign("function.key", "has 257", r -> r.getFunctionBuilder().setKey(tooLong)),
        new BadAssign(
            "function.runtime", "has 257", r -> r.getFunctionBuilder().setRuntime(tooLong)),
        new BadAssign(
            "function.memory_mb",
            "between 1 and 2048, is 0",
            r -> r.getFunctionBuilder().clearMemoryMb()),
        new BadAssign(
            "function.memory_mb",
            "between 1 and 2048, is 2049",
            r -> r.getFunctionBuilder().setMemoryMb(2049)),
        new BadAssign(
            "function.memory_mb",
            "between 1 and 2048",
            r -> r.getFunctionBuilder().setMemoryMb(-1)),
        new BadAssign(
            "function.timeout",
            "above zero",
            r -> r.getFunctionBuilder().setTimeout(Duration.getDefaultInstance())),
        new BadAssign(
            "function.timeout",
            "at most PT24H",
            r -> r.getFunctionBuilder().setTimeout(Duration.newBuilder().setSeconds(86_401))),
        new BadAssign(
            "function.timeout",
            "a valid duration",
            r ->
                r.getFunctionBuilder()
                    .setTimeout(
                        Duration.newBuilder()
                            .setSeconds(Long.MAX_VALUE)
                            .setNanos(Integer.MAX_VALUE))));
  }

  @ParameterizedTest
  @MethodSource("badAssigns")
  void refusesABadAssignNamingFieldAndRule(BadAssign bad) throws Exception {
    AssignRequest.Builder request = request();
    bad.breaking().accept(request);

    assertRefused(refused(() -> scaler.assign(request.build())), bad.field(), bad.rule());
    assertThat(requests.assigned).isEmpty();
  }

  private record BadRelease(String field, String rule, Consumer<ReleaseRequest.Builder> breaking) {
    @Override
    public String toString() {
      return field + " " + rule;
    }
  }

  static Stream<BadRelease> badReleases() {
    return Stream.of(
        new BadRelease("assignment", "is missing", r -> r.clearAssignment()),
        new BadRelease(
            "assignment.function_key", "has 0", r -> r.getAssignmentBuilder().clearFunctionKey()),
        new BadRelease(
            "assignment.request_id", "has 0", r -> r.getAssignmentBuilder().clearRequestId()),
        new BadRelease(
            "assignment.instance_id", "has 0", r -> r.getAssignmentBuilder().clearInstanceId()),
        new BadRelease("outcome", "is 9", r -> r.setOutcomeValue(9)),
        new BadRelease(
            "duration", "zero or more", r -> r.setDuration(Duration.newBuilder().setSeconds(-1))),
        new BadRelease("reason", "at most 1024", r -> r.setReason("x".repeat(1025))));
  }

  @ParameterizedTest
  @MethodSource("badReleases")
  void refusesABadReleaseNamingFieldAndRule(BadRelease bad) throws Exception {
    ReleaseRequest.Builder request = release();
    bad.breaking().accept(request);

    assertRefused(refused(() -> scaler.release(request.build())), bad.field(), bad.rule());
    assertThat(requests.released).isEmpty();
  }

  @Test
  void refusesARenewalWithoutAnAssignment() throws Exception {
    assertRefused(
        refused(() -> scaler.renew(RenewRequest.getDefaultInstance())), "assignment", "is missing");
    assertThat(requests.renewed).isEmpty();
  }

  static Stream<Arguments> outcomes() {
    return Stream.of(
        Arguments.of(io.scaler.v1.Outcome.OUTCOME_UNSPECIFIED, Outcome.OK),
        Arguments.of(io.scaler.v1.Outcome.OK, Outcome.OK),
        Arguments.of(io.scaler.v1.Outcome.FAILED, Outcome.FAILED),
        Arguments.of(io.scaler.v1.Outcome.DESTROY, Outcome.DESTROY));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void givesBackWithTheOutcome(io.scaler.v1.Outcome sent, Outcome meant) {
    assertThat(
            scaler.release(
                release()
                    .setOutcome(sent)
                    .setDuration(Duration.newBuilder().setNanos(5_000_000))
                    .setReason("why")
                    .build()))
        .isEqualTo(ReleaseResponse.getDefaultInstance());
    scaler.release(release().setOutcome(sent).build());

    assertThat(requests.released)
        .containsExactly(
            new FakeRequests.Releasing("f", "r", "i", meant, java.time.Duration.ofMillis(5), "why"),
            new FakeRequests.Releasing("f", "r", "i", meant, null, ""));
  }

  @Test
  void renewsALease() {
    requests.lease = new Lease(8, java.time.Duration.ofSeconds(70));

    io.scaler.v1.Lease lease =
        scaler.renew(RenewRequest.newBuilder().setAssignment(HELD).build()).getLease();

    assertThat(lease.getToken()).isEqualTo(8);
    assertThat(lease.getRemaining().getSeconds()).isEqualTo(70);
    assertThat(requests.renewed).containsExactly("f/r/i");
  }

  @Test
  void tellsTheCallerNothingAboutABug() throws Exception {
    requests.failure = new IllegalStateException("table users has no column password");
    StatusRuntimeException failed = refused(() -> scaler.assign(request().build()));
    requests.failure = null;
    requests.thrown = new NullPointerException("secret");
    StatusRuntimeException thrown = refused(() -> scaler.release(release().build()));

    for (StatusRuntimeException error : new StatusRuntimeException[] {failed, thrown}) {
      assertThat(error.getStatus().getCode()).isEqualTo(Code.INTERNAL);
      assertThat(error.getStatus().getDescription()).isEqualTo("internal error");
      assertThat(detail(error, ErrorInfo.class).orElseThrow().getReason())
          .isEqualTo("SCALER_ERROR_UNSPECIFIED");
    }
    assertThat(loopback.failures).containsExactly("Assign bug", "Release bug");
  }

  private static void assertRefused(StatusRuntimeException refused, String field, String rule)
      throws Exception {
    assertThat(refused.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(refused.getStatus().getDescription()).startsWith(field + ": ").contains(rule);
    BadRequest.FieldViolation violation =
        detail(refused, BadRequest.class).orElseThrow().getFieldViolations(0);
    assertThat(violation.getField()).isEqualTo(field);
    assertThat(violation.getDescription()).contains(rule).doesNotContain(field + ":");
  }

  private static StatusRuntimeException refused(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run);
  }

  private static <T extends Message> Optional<T> detail(StatusRuntimeException error, Class<T> type)
      throws InvalidProtocolBufferException {
    for (Any detail : StatusProto.fromThrowable(error).getDetailsList()) {
      if (detail.is(type)) {
        return Optional.of(detail.unpack(type));
      }
    }
    return Optional.empty();
  }
}
