package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.Assignment;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.Plan;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.model.StartKind;
import io.scaler.permit.Claim;
import io.scaler.pool.Waiter;
import io.scaler.service.Mailbox.Message;
import io.scaler.service.Requests.AssignCall;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What gateways see, through two nodes. */
class RequestsTest {
  private static final FunctionSpec F = new FunctionSpec("f", "java", 128, Duration.ofSeconds(10));
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration COLD_START = FakePlatform.CREATE.plus(FakePlatform.INIT);

  private final FakeCluster cluster = new FakeCluster();
  private final FakeCluster.FakeNode a = cluster.node("a");
  private final FakeCluster.FakeNode b = cluster.node("b");

  RequestsTest() {
    cluster.leader = "a";
  }

  @Test
  void theFirstRequestGetsANewInstance() {
    AssignCall call = a.requests.assign(F, "r1", PATIENCE);
    cluster.timer.advance(COLD_START);
    assertThat(call.answer().toCompletableFuture()).isNotDone();

    cluster.timer.advance(Duration.ofMillis(1));
    Assignment got = answer(call);
    assertThat(got.startKind()).isEqualTo(StartKind.COLD);
    assertThat(got.lease().remaining()).isEqualTo(Duration.ofSeconds(20));
    assertThat(cluster.platform.slots()).hasSize(1);
    assertThat(cluster.launches).containsExactly(COLD_START);
  }

  @Test
  void theNextRequestGetsTheIdleInstanceAtOnce() {
    Assignment first = cold("r1");
    release(b, first, Outcome.OK);
    Assignment second = answer(b.requests.assign(F, "r2", PATIENCE));
    assertThat(second.instanceId()).isEqualTo(first.instanceId());
    assertThat(second.startKind()).isEqualTo(StartKind.WARM);
    assertThat(second.lease().token()).isGreaterThan(first.lease().token());
  }

  @Test
  void onlyAnExecutionWhoseReleaseIsAcceptedCountsAsDemand() {
    Assignment held = cold("r1");
    for (String request : List.of("another", "r1")) {
      var unused =
          b.requests.release(
              "f", request, held.instanceId(), Outcome.OK, Duration.ofMillis(20), "");
      cluster.timer.advance(Duration.ofMillis(1));
    }
    var unused = b.requests.release("nobody's", "r1", "i", Outcome.OK, Duration.ofDays(1), "");
    cluster.timer.advance(Duration.ofMillis(1));

    assertThat(cluster.executed).containsExactly("f 20");
  }

  @Test
  void aReleaseThroughOneNodeServesARequestWaitingAtAnotherBeforeItsLaunchIsDone() {
    Assignment first = cold("r1");
    AssignCall waiting = a.requests.assign(F, "r2", PATIENCE);
    cluster.timer.advance(Duration.ofMillis(50));

    release(b, first, Outcome.OK);
    cluster.timer.advance(Duration.ofMillis(1));

    assertThat(answer(waiting).instanceId()).isEqualTo(first.instanceId());
    assertThat(answer(waiting).startKind()).isEqualTo(StartKind.WAITED);
    cluster.timer.advance(COLD_START);
    assertThat(cluster.pool("f").idle()).hasSize(1);
  }

  @Test
  void aHandOffTakesAsLongAsItsMessage() {
    Assignment first = cold("r1");
    a.requests.assign(F, "r2", PATIENCE);
    cluster.timer.advance(Duration.ofMillis(50));
    AssignCall repeated = a.requests.assign(F, "r2", PATIENCE);
    AssignCall behind = a.requests.assign(F, "r3", PATIENCE);
    cluster.timer.advance(Duration.ofMillis(20));
    cluster.handOffs.clear();

    release(b, first, Outcome.OK);
    cluster.timer.advance(Duration.ofMillis(1));
    assertThat(repeated.answer().toCompletableFuture()).isDone();
    assertThat(cluster.handOffs).as("of a call that did not queue its request").isEmpty();
    release(b, answer(repeated), Outcome.OK);
    cluster.timer.advance(Duration.ofMillis(1));

    assertThat(behind.answer().toCompletableFuture()).isDone();
    assertThat(cluster.handOffs).containsExactly(Duration.ofMillis(1));
  }

  @Test
  void whatIsDoneForARequestIsAPartOfItOnWhicheverNodeItIsDone() {
    AssignCall first = a.requests.assign(F, "r1", PATIENCE, "t1");
    cluster.timer.advance(COLD_START.plusMillis(1));
    assertThat(cluster.traced)
        .containsExactly(
            "t1/scaler.hand-off",
            "t1/scaler.launch",
            "t1/scaler.launch/scaler.create",
            "t1/scaler.launch/scaler.init",
            "t1/scaler.launch/scaler.permits",
            "t1/scaler.queue",
            "t1/scaler.taken");
    cluster.traced.clear();
    cluster.plan = cluster.plan.within(0, 1);
    AssignCall second = a.requests.assign(F, "r2", PATIENCE, "t2");
    assertThat(cluster.platform.created).hasSize(1);

    release(b, answer(first), Outcome.DESTROY);
    cluster.timer.advance(COLD_START.plusMillis(100));

    assertThat(second.answer().toCompletableFuture()).isDone();
    assertThat(cluster.traced)
        .as("the other node launches")
        .contains("t2/scaler.queue", "t2/scaler.launch/scaler.create", "t2/scaler.hand-off");
  }

  @Test
  void nothingIsFollowedOfARequestThatNobodyFollows() {
    cold("r1");

    assertThat(cluster.traced).isEmpty();
  }

  @Test
  void aSurplusLaunchIsGivenUpBeforeInitIfThePlanSaysSo() {
    cluster.plan =
        new Plan(
            "test", Duration.ofMinutes(1), 10, 0, 0, Duration.ZERO, Plan.Surplus.GIVE_UP, 0, 100);
    Assignment first = cold("r1");
    AssignCall waiting = a.requests.assign(F, "r2", PATIENCE);
    release(b, first, Outcome.OK);
    cluster.timer.advance(COLD_START);

    assertThat(answer(waiting).startKind()).isEqualTo(StartKind.WAITED);
    assertThat(cluster.platform.slots()).hasSize(1);
    assertThat(cluster.pool("f").instances()).hasSize(1);
  }

  @Test
  void aLostMessageIsMadeGoodByAskingAgain() {
    Assignment first = cold("r1");
    AssignCall waiting = a.requests.assign(F, "r2", PATIENCE);
    cluster.lost = Message.HandedOver.class::isInstance;
    release(b, first, Outcome.OK);
    cluster.timer.advance(Duration.ofMillis(100));
    assertThat(waiting.answer().toCompletableFuture()).isNotDone();

    cluster.timer.advance(CallLimits.DEFAULT.askAgainAfter());
    assertThat(answer(waiting).instanceId()).isEqualTo(first.instanceId());
  }

  /** After 300 ms, then 600, 1,200, and 2,400; so 4.5 s after the first time, and 6.9. */
  @Test
  void whoWaitsForLongAsksMoreSeldom() {
    AssignCall waiting = waiting(Duration.ofSeconds(30), Duration.ofMillis(4_510));
    cluster.timer.advance(Duration.ofMillis(2_380));
    assertThat(waiting.answer().toCompletableFuture()).isNotDone();
    cluster.timer.advance(Duration.ofMillis(20));
    assertThat(answer(waiting).requestId()).isEqualTo("r2");
  }

  /** At 2.1 s it would ask next at 4.5; it does at 3.5. */
  @Test
  void whoHasLittleTimeLeftAsksWhenHalfOfItIsOver() {
    AssignCall waiting = waiting(Duration.ofSeconds(5), Duration.ofMillis(2_110));
    cluster.timer.advance(Duration.ofMillis(1_500));
    assertThat(answer(waiting).requestId()).isEqualTo("r2");
  }

  /** One that waits for so long until it is handed something over, and is not told. */
  private AssignCall waiting(Duration patience, Duration waits) {
    Assignment first = cold("r1");
    cluster.launchLimits = new LaunchLimits(0, 1, 0, Duration.ofMinutes(1));
    a.launching
        .semaphores()
        .acquire(LaunchLimits.LAUNCHES, "another", 1, 1, Claim.When.AT_ONCE, patience);
    AssignCall waiting = a.requests.assign(F, "r2", patience);
    cluster.lost = Message.HandedOver.class::isInstance;
    cluster.timer.advance(waits);
    release(b, first, Outcome.OK);
    return waiting;
  }

  @Test
  void aRepeatedCallThroughAnotherNodeGetsTheSameInstanceAndTheFirstCallsEndTakesNothingAway() {
    AssignCall first = a.requests.assign(F, "r1", PATIENCE);
    cluster.timer.advance(Duration.ofMillis(50));
    AssignCall repeated = b.requests.assign(F, "r1", PATIENCE);
    first.cancel();
    cluster.timer.advance(COLD_START);

    Assignment got = answer(repeated);
    assertThat(refusal(first).reason()).isEqualTo(Reason.CANCELLED);
    assertThat(answer(a.requests.assign(F, "r1", PATIENCE)).instanceId())
        .isEqualTo(got.instanceId());
    assertThat(cluster.platform.created).hasSize(1);
  }

  @Test
  void aCancelledCallLeavesTheQueue() {
    Assignment first = cold("r1");
    AssignCall waiting = a.requests.assign(F, "r2", PATIENCE);
    waiting.cancel();
    release(b, first, Outcome.OK);

    assertThat(refusal(waiting).reason()).isEqualTo(Reason.CANCELLED);
    assertThat(cluster.pool("f").waiters()).isEmpty();
    assertThat(cluster.pool("f").idle()).containsExactly(first.instanceId());
  }

  @Test
  void thoseWhoWaitAtANodeThatStopsAreToldToAskAnotherAndLoseNothingThere() {
    Assignment first = cold("r1");
    AssignCall waiting = a.requests.assign(F, "r2", PATIENCE);
    AssignCall elsewhere = b.requests.assign(F, "r3", PATIENCE);
    AssignCall again = b.requests.assign(F, "r2", PATIENCE);
    AssignCall nowhere = a.requests.assign(F, "r4", PATIENCE);
    a.requests.turnAway();
    assertThat(refusal(nowhere).reason()).isEqualTo(Reason.NODE_UNAVAILABLE);
    assertThat(cluster.pool("f").waiters())
        .extracting(Waiter::requestId)
        .containsExactlyInAnyOrder("r2", "r3");
    assertThat(refusal(waiting).reason()).isEqualTo(Reason.NODE_UNAVAILABLE);
    assertThat(elsewhere.answer().toCompletableFuture()).isNotDone();

    release(b, first, Outcome.OK);
    cluster.timer.advance(COLD_START.plusMillis(10));
    assertThat(answer(again).requestId()).isEqualTo("r2");
    assertThat(answer(elsewhere).requestId()).isEqualTo("r3");
    assertThat(a.requests.waiting()).isZero();
  }

  @Test
  void whatACancelledCallWasHandedTooLateGoesToTheNextInLine() {
    Assignment first = cold("r1");
    AssignCall leaving = a.requests.assign(F, "r2", PATIENCE);
    AssignCall next = b.requests.assign(F, "r3", PATIENCE);
    release(b, first, Outcome.OK);
    leaving.cancel();
    cluster.timer.advance(Duration.ofMillis(5));

    assertThat(answer(next).instanceId()).isEqualTo(first.instanceId());
    assertThat(cluster.pool("f").assigned()).isEqualTo(1);
  }

  @Test
  void aCallThatGoesAwayWhileItsAnswerIsOnTheWayGivesTheInstanceBack() {
    AssignCall call = a.requests.assign(F, "r1", PATIENCE);
    cluster.timer.advance(COLD_START.plusMillis(1));
    Assignment got = answer(call);
    call.cancel();

    assertThat(cluster.pool("f").idle()).containsExactly(got.instanceId());
    assertThat(cluster.pool("f").holding("r1")).isNull();
  }

  @Test
  void aCallThatGoesAwayAfterTheRequestWasRepeatedTakesNothingFromIt() {
    AssignCall first = a.requests.assign(F, "r1", PATIENCE);
    cluster.timer.advance(COLD_START.plusMillis(1));
    Assignment again = answer(b.requests.assign(F, "r1", PATIENCE));
    first.cancel();

    assertThat(cluster.pool("f").holding("r1").id()).isEqualTo(again.instanceId());
  }

  @Test
  void whoeverWaitsTooLongIsRefusedWithARetryHint() {
    Plan limited = new Plan("test", PATIENCE, 10, 0, 0, Duration.ZERO, Plan.Surplus.KEEP, 0, 1);
    cluster.plan = limited;
    cold("r1");
    AssignCall waiting = b.requests.assign(F, "r2", Duration.ofSeconds(2));
    cluster.run(Duration.ofSeconds(3));

    assertThat(refusal(waiting).reason()).isEqualTo(Reason.TIMED_OUT);
    assertThat(refusal(waiting).retryAfter()).isPresent();
    assertThat(cluster.pool("f").waiters()).isEmpty();
  }

  @Test
  void withoutALeaderACallStillEndsByItself() {
    cluster.leader = "";
    cluster.plan = new Plan("test", PATIENCE, 10, 0, 0, Duration.ZERO, Plan.Surplus.KEEP, 0, 1);
    cold("r1");
    AssignCall waiting = b.requests.assign(F, "r2", Duration.ofSeconds(2));
    cluster.timer.advance(Duration.ofSeconds(3));
    assertThat(refusal(waiting).reason()).isEqualTo(Reason.TIMED_OUT);
    assertThat(cluster.pool("f").waiters()).isEmpty();
  }

  @Test
  void aCallEndsByItsPatienceHoweverLateItsPoolAnswersFirst() {
    cluster.leader = "";
    cluster.plan = new Plan("test", PATIENCE, 10, 0, 0, Duration.ZERO, Plan.Surplus.KEEP, 0, 1);
    cold("r1");
    cluster.asking = Duration.ofMillis(900);
    cluster.answering = Duration.ofMillis(900);
    AssignCall waiting = b.requests.assign(F, "r2", Duration.ofSeconds(2));

    cluster.timer.advance(Duration.ofMillis(2_099));
    assertThat(waiting.answer().toCompletableFuture()).isNotDone();
    cluster.timer.advance(Duration.ofMillis(1));

    assertThat(refusal(waiting).reason()).isEqualTo(Reason.TIMED_OUT);
    cluster.timer.advance(Duration.ofSeconds(5));
    assertThat(cluster.pool("f").waiters()).isEmpty();
  }

  @Test
  void aCallWhosePoolDoesNotAnswerEndsByItsPatienceAndGivesBackWhatItIsGrantedThen() {
    Assignment first = cold("r1");
    release(b, first, Outcome.OK);
    cluster.asking = Duration.ofSeconds(20);
    AssignCall call = b.requests.assign(F, "r2", Duration.ofSeconds(2));
    cluster.asking = Duration.ZERO;

    cluster.timer.advance(Duration.ofMillis(2_099));
    assertThat(call.answer().toCompletableFuture()).isNotDone();
    cluster.timer.advance(Duration.ofMillis(1));

    assertThat(refusal(call).reason()).isEqualTo(Reason.NODE_UNAVAILABLE);
    assertThat(refusal(call).retryAfter()).isPresent();
    assertThat(b.requests.waiting()).isZero();
    cluster.timer.advance(Duration.ofSeconds(20));
    assertThat(cluster.pool("f").idle()).containsExactly(first.instanceId());
  }

  @Test
  void aCallThatHasEndedGivesBackWhatItMayHaveBeenGranted() {
    Assignment first = cold("r1");
    release(b, first, Outcome.OK);
    cluster.asking = Duration.ofSeconds(20);
    cluster.answersLost = true;
    AssignCall call = b.requests.assign(F, "r2", Duration.ofSeconds(2));
    cluster.asking = Duration.ZERO;
    cluster.answersLost = false;
    cluster.timer.advance(Duration.ofSeconds(3));
    assertThat(refusal(call).reason()).isEqualTo(Reason.NODE_UNAVAILABLE);

    cluster.timer.advance(Duration.ofSeconds(20));

    assertThat(cluster.pool("f").idle()).containsExactly(first.instanceId());
  }

  @Test
  void aCallThatIsAnsweredAtOnceLeavesNothingToBeDoneLater() {
    Assignment first = cold("r1");
    release(b, first, Outcome.OK);
    int pending = cluster.timer.pending();

    answer(b.requests.assign(F, "r2", PATIENCE));
    assertThat(cluster.timer.pending()).isEqualTo(pending);

    cluster.asking = Duration.ofMillis(1);
    AssignCall later = b.requests.assign(F, "r2", PATIENCE);
    cluster.timer.advance(Duration.ofMillis(1));
    answer(later);
    assertThat(cluster.timer.pending()).isEqualTo(pending);
  }

  @Test
  void aVanishedClientsInstanceIsDestroyedWhenItsLeaseRunsOut() {
    Assignment got = cold("r1");
    cluster.run(F.timeout().plus(FakeCluster.LIMITS.leaseGrace()).plusMillis(200));

    assertThat(cluster.platform.destroyed).containsExactly(got.instanceId());
    assertThat(failure(tryRelease(a, got, Outcome.OK)).reason()).isEqualTo(Reason.NOT_HOLDER);
  }

  @Test
  void aRenewedLeaseLasts() {
    Assignment got = cold("r1");
    for (int i = 0; i < 4; i++) {
      cluster.run(Duration.ofSeconds(15));
      assertThat(join(b.requests.renew("f", "r1", got.instanceId())).remaining())
          .isEqualTo(Duration.ofSeconds(20));
    }
    assertThat(cluster.platform.destroyed).isEmpty();
    release(b, got, Outcome.OK);
  }

  @Test
  void aFailedExecutionsInstanceIsDestroyed() {
    Assignment got = cold("r1");
    release(b, got, Outcome.FAILED);
    assertThat(cluster.platform.destroyed).containsExactly(got.instanceId());
    assertThat(cluster.pool("f").instances()).isEmpty();
  }

  @Test
  void aSecondReleaseIsHarmlessAndOneByAnotherRequestIsRefused() {
    Assignment got = cold("r1");
    release(a, got, Outcome.OK);
    release(b, got, Outcome.OK);
    Assignment next = answer(b.requests.assign(F, "r2", PATIENCE));

    release(a, got, Outcome.DESTROY);
    assertThat(cluster.pool("f").holding("r2")).isNotNull();
    assertThat(
            failure(a.requests.release("f", "r9", next.instanceId(), Outcome.OK, null, ""))
                .reason())
        .isEqualTo(Reason.NOT_HOLDER);
    assertThat(cluster.pool("f").holding("r2")).isNotNull();
  }

  @Test
  void releasingWhatNobodyKnowsIsRefused() {
    assertThat(failure(a.requests.release("g", "r1", "i1", Outcome.OK, null, "")).reason())
        .isEqualTo(Reason.FUNCTION_NOT_FOUND);
    cold("r1");
    assertThat(failure(a.requests.release("f", "r1", "other", Outcome.OK, null, "")).reason())
        .isEqualTo(Reason.INSTANCE_NOT_FOUND);
  }

  @Test
  void aNodeThatMayNotServeRefusesAtOnce() {
    a.serving = false;
    ScalerException refusal = refusal(a.requests.assign(F, "r1", PATIENCE));
    assertThat(refusal.reason()).isEqualTo(Reason.NODE_UNAVAILABLE);
    assertThat(refusal.retryAfter()).isPresent();
    assertThat(cluster.hasPool("f")).isFalse();
  }

  private Assignment cold(String request) {
    AssignCall call = a.requests.assign(F, request, PATIENCE);
    cluster.timer.advance(COLD_START.plusMillis(1));
    return answer(call);
  }

  private static void release(FakeCluster.FakeNode node, Assignment held, Outcome outcome) {
    join(tryRelease(node, held, outcome));
  }

  private static CompletionStage<Void> tryRelease(
      FakeCluster.FakeNode node, Assignment held, Outcome outcome) {
    return node.requests.release(
        held.functionKey(), held.requestId(), held.instanceId(), outcome, null, "");
  }

  private static Assignment answer(AssignCall call) {
    return join(call.answer());
  }

  private static ScalerException refusal(AssignCall call) {
    return failure(call.answer());
  }

  static ScalerException failure(CompletionStage<?> stage) {
    CompletableFuture<?> future = stage.toCompletableFuture();
    assertThat(future).isCompletedExceptionally();
    try {
      future.join();
    } catch (CompletionException e) {
      return (ScalerException) Failures.cause(e);
    }
    throw new AssertionError("did not fail");
  }

  /** The value of a stage that is done; fails the test if it is not. */
  static <T> T join(CompletionStage<T> stage) {
    assertThat(stage.toCompletableFuture()).isDone();
    return stage.toCompletableFuture().join();
  }
}
