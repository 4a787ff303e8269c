package io.scaler.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.Assignment;
import io.scaler.model.Lease;
import io.scaler.model.Outcome;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.model.StartKind;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import serverless.simulator.AssignReply;
import serverless.simulator.AssignRequest;
import serverless.simulator.IdleReply;
import serverless.simulator.IdleRequest;
import serverless.simulator.Meta;
import serverless.simulator.Result;
import serverless.simulator.ScalerGrpc;
import serverless.simulator.Status;

class ContestScalerServiceTest {
  private static final Assignment ASSIGNMENT =
      new Assignment("f", "r", "i", new Lease(7, Duration.ofSeconds(70)), StartKind.COLD);
  private static final serverless.simulator.Assignment HELD =
      serverless.simulator.Assignment.newBuilder()
          .setMetaKey("f")
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
        .setTimestamp(1_690_000_000_000L)
        .setMetaData(
            Meta.newBuilder().setKey("f").setRuntime("go").setMemoryInMb(128).setTimeoutInSecs(3));
  }

  private static IdleRequest.Builder idle() {
    return IdleRequest.newBuilder().setAssigment(HELD);
  }

  @Test
  void answersAnAssignWithTheInstance() {
    requests.assignment = ASSIGNMENT;

    AssignReply reply = scaler.assign(request().build());

    assertThat(reply)
        .isEqualTo(AssignReply.newBuilder().setStatus(Status.Ok).setAssigment(HELD).build());
    FakeRequests.Assigning asked = requests.assigned.remove();
    assertThat(asked.requestId()).isEqualTo("r");
    assertThat(asked.function().key()).isEqualTo("f");
    assertThat(asked.function().runtime()).isEqualTo("go");
    assertThat(asked.function().memoryMb()).isEqualTo(128);
    assertThat(asked.function().timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(asked.patience()).isEqualTo(Loopback.RULES.defaultWait());
  }

  @Test
  void takesATimeoutOfZeroForTheDefault() {
    requests.assignment = ASSIGNMENT;
    AssignRequest.Builder request = request();
    request.getMetaDataBuilder().clearTimeoutInSecs();
    scaler.assign(request.build());

    assertThat(requests.assigned.remove().function().timeout())
        .isEqualTo(Loopback.RULES.defaultTimeout());
  }

  @Test
  void waitsNoLongerThanTheCallsDeadline() {
    requests.assignment = ASSIGNMENT;
    scaler.withDeadlineAfter(10, TimeUnit.SECONDS).assign(request().build());

    assertThat(requests.assigned.remove().patience())
        .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
  }

  @Test
  void cancelsTheCallWhoseCallerGoesAway() throws Exception {
    Future<?> open = ScalerGrpc.newFutureStub(loopback.channel).assign(request().build());
    FakeRequests.Assigning asked = requests.assigned.take();

    assertThat(open.cancel(true)).isTrue();

    assertThat(asked.cancelled().await(10, TimeUnit.SECONDS)).isTrue();
  }

  static Stream<Arguments> reasons() {
    return Stream.of(
        Arguments.of(Reason.INVALID_FIELD, Status.InvalidArgument),
        Arguments.of(Reason.FUNCTION_NOT_FOUND, Status.NotFound),
        Arguments.of(Reason.INSTANCE_NOT_FOUND, Status.NotFound),
        Arguments.of(Reason.NOT_HOLDER, Status.InvalidAssigment),
        Arguments.of(Reason.REQUEST_FINISHED, Status.InvalidAssigment),
        Arguments.of(Reason.OVERLOADED, Status.Throttle),
        Arguments.of(Reason.TIMED_OUT, Status.Throttle),
        Arguments.of(Reason.PLATFORM_UNAVAILABLE, Status.Throttle),
        Arguments.of(Reason.LAUNCH_FAILED, Status.InternalError),
        Arguments.of(Reason.NODE_UNAVAILABLE, Status.Throttle),
        Arguments.of(Reason.CANCELLED, Status.Throttle),
        Arguments.of(Reason.SUPERSEDED, Status.InternalError));
  }

  @Test
  void theTableOfReasonsHasAllOfThem() {
    assertThat(reasons().map(row -> row.get()[0])).containsExactly((Object[]) Reason.values());
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void mapsEveryReasonToItsStatus(Reason reason, Status status) {
    requests.failure = ScalerException.of(reason, "said why");

    AssignReply assigned = scaler.assign(request().build());
    IdleReply idled = scaler.idle(idle().build());

    assertThat(assigned.getStatus()).isEqualTo(status);
    assertThat(assigned.getErrorMessage()).isEqualTo("said why");
    assertThat(assigned.hasAssigment()).isFalse();
    assertThat(idled.getStatus()).isEqualTo(status);
    assertThat(idled.getErrorMessage()).isEqualTo("said why");
  }

  @Test
  void saysWhenToRepeat() {
    requests.failure =
        ScalerException.retryable(Reason.OVERLOADED, "full", Duration.ofMillis(1_500));

    assertThat(scaler.assign(request().build()).getErrorMessage())
        .isEqualTo("full; repeat after 1500 ms");
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
        new BadAssign("meta_data", "is missing", r -> r.clearMetaData()),
        new BadAssign("request_id", "1 to 256 characters, has 0", r -> r.clearRequestId()),
        new BadAssign("request_id", "has 257", r -> r.setRequestId(tooLong)),
        new BadAssign("meta_data.key", "has 0", r -> r.getMetaDataBuilder().clearKey()),
        new BadAssign("meta_data.key", "has 257", r -> r.getMetaDataBuilder().setKey(tooLong)),
        new BadAssign(
            "meta_data.runtime", "has 257", r -> r.getMetaDataBuilder().setRuntime(tooLong)),
        new BadAssign(
            "meta_data.memory_in_mb",
            "between 1 and 2048, is 0",
            r -> r.getMetaDataBuilder().clearMemoryInMb()),
        new BadAssign(
            "meta_data.memory_in_mb", "is 2049", r -> r.getMetaDataBuilder().setMemoryInMb(2049)),
        new BadAssign(
            "meta_data.memory_in_mb",
            "between 1 and 2048",
            r -> r.getMetaDataBuilder().setMemoryInMb(-1)),
        new BadAssign(
            "meta_data.timeout_in_secs",
            "is 86401",
            r -> r.getMetaDataBuilder().setTimeoutInSecs(86_401)),
        new BadAssign(
            "meta_data.timeout_in_secs",
            "is 4294967295",
            r -> r.getMetaDataBuilder().setTimeoutInSecs(-1)));
  }

  @ParameterizedTest
  @MethodSource("badAssigns")
  void refusesABadAssignNamingFieldAndRule(BadAssign bad) {
    AssignRequest.Builder request = request();
    bad.breaking().accept(request);

    AssignReply reply = scaler.assign(request.build());

    assertThat(reply.getStatus()).isEqualTo(Status.InvalidArgument);
    assertThat(reply.getErrorMessage()).startsWith(bad.field() + ": ").contains(bad.rule());
    assertThat(requests.assigned).isEmpty();
  }

  private record BadIdle(String field, Consumer<IdleRequest.Builder> breaking) {
    @Override
    public String toString() {
      return field;
    }
  }

  static Stream<BadIdle> badIdles() {
    return Stream.of(
        new BadIdle("assigment", r -> r.clearAssigment()),
        new BadIdle("assigment.meta_key", r -> r.getAssigmentBuilder().clearMetaKey()),
        new BadIdle("assigment.request_id", r -> r.getAssigmentBuilder().clearRequestId()),
        new BadIdle("assigment.instance_id", r -> r.getAssigmentBuilder().clearInstanceId()),
        new BadIdle("result.duration_in_ms", r -> r.getResultBuilder().setDurationInMs(-1)));
  }

  @ParameterizedTest
  @MethodSource("badIdles")
  void refusesABadIdleNamingTheField(BadIdle bad) {
    IdleRequest.Builder request = idle();
    bad.breaking().accept(request);

    IdleReply reply = scaler.idle(request.build());

    assertThat(reply.getStatus()).isEqualTo(Status.InvalidArgument);
    assertThat(reply.getErrorMessage()).startsWith(bad.field() + ": ");
    assertThat(requests.released).isEmpty();
  }

  static Stream<Arguments> outcomes() {
    return Stream.of(
        Arguments.of(0, false, Outcome.OK),
        Arguments.of(200, false, Outcome.OK),
        Arguments.of(200, true, Outcome.DESTROY),
        Arguments.of(0, true, Outcome.DESTROY),
        Arguments.of(500, false, Outcome.FAILED),
        Arguments.of(500, true, Outcome.FAILED),
        Arguments.of(204, false, Outcome.FAILED));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void readsTheOutcomeFromStatusCodeAndNeedDestroy(int code, boolean destroy, Outcome meant) {
    Result result =
        Result.newBuilder()
            .setStatusCode(code)
            .setNeedDestroy(destroy)
            .setDurationInMs(5)
            .setReason("why")
            .build();

    IdleReply reply = scaler.idle(idle().setResult(result).build());

    assertThat(reply).isEqualTo(IdleReply.newBuilder().setStatus(Status.Ok).build());
    assertThat(requests.released)
        .containsExactly(
            new FakeRequests.Releasing("f", "r", "i", meant, Duration.ofMillis(5), "why"));
  }

  @Test
  void takesAnIdleWithoutAResultForSuccess() {
    scaler.idle(idle().build());

    assertThat(requests.released)
        .containsExactly(new FakeRequests.Releasing("f", "r", "i", Outcome.OK, null, ""));
  }

  @Test
  void cutsAReasonThatIsTooLongForTheLog() {
    scaler.idle(idle().setResult(Result.newBuilder().setReason("x".repeat(5_000))).build());

    assertThat(requests.released.remove().reason()).hasSize(1024);
  }

  @Test
  void tellsTheCallerNothingAboutABug() {
    requests.failure = new IllegalStateException("secret");
    AssignReply failed = scaler.assign(request().build());
    requests.failure = null;
    requests.thrown = new NullPointerException("secret");
    IdleReply thrown = scaler.idle(idle().build());

    assertThat(failed.getStatus()).isEqualTo(Status.InternalError);
    assertThat(failed.getErrorMessage()).isEqualTo("internal error");
    assertThat(thrown.getStatus()).isEqualTo(Status.InternalError);
    assertThat(thrown.getErrorMessage()).isEqualTo("internal error");
    assertThat(loopback.failures).containsExactly("Assign bug", "Idle bug");
  }
}
