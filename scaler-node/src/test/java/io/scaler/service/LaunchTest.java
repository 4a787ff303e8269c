package io.scaler.service;

import static io.scaler.service.RequestsTest.failure;
import static io.scaler.service.RequestsTest.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.Assignment;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.Plan;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.permit.Claim;
import io.scaler.pool.Instance;
import io.scaler.service.PlatformException.Kind;
import io.scaler.service.Requests.AssignCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting and destroying instances when things go wrong. */
class LaunchTest {
  private static final FunctionSpec F = new FunctionSpec("f", "java", 128, Duration.ofSeconds(60));
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FakeCluster cluster = new FakeCluster();

  LaunchTest() {
    cluster.leader = "a";
  }

  @Test
  void aSlotWhoseInitFailsIsDestroyedAndTheLaunchAttemptedAgain() {
    cluster.platform.initFailures.add(failed("exit status 1"));
    AssignCall call = cluster.node("a").requests.assign(F, "r1", PATIENCE);
    cluster.run(Duration.ofSeconds(2));

    assertThat(join(call.answer()).instanceId()).isEqualTo(cluster.platform.created.get(1));
    assertThat(cluster.platform.destroyed).containsExactly(cluster.platform.created.get(0));
    assertThat(cluster.platform.slots()).hasSize(1);
    assertThat(cluster.pool("f").instances()).hasSize(1);
  }

  @Test
  void aLaunchThatFailsEveryTimeFailsItsWaiterWithTheReason() {
    for (int i = 0; i < FakeCluster.LIMITS.launchAttempts(); i++) {
      cluster.platform.initFailures.add(failed("exit status 1"));
    }
    AssignCall call = cluster.node("a").requests.assign(F, "r1", PATIENCE);
    cluster.run(Duration.ofSeconds(5));

    ScalerException refusal = failure(call.answer());
    assertThat(refusal.reason()).isEqualTo(Reason.LAUNCH_FAILED);
    assertThat(refusal).hasMessageContaining("exit status 1");
    assertThat(cluster.platform.created).hasSize(FakeCluster.LIMITS.launchAttempts());
    assertThat(cluster.platform.slots()).isEmpty();
  }

  @Test
  void aNodeThatHearsNobodyForAMomentReportsItsFailedLaunchesAndReturnsTheirPermitsWhenItDoes() {
    cluster.launchLimits = new LaunchLimits(1_024, 10, 10, Duration.ofSeconds(30));
    AssignCall call = cluster.node("a").requests.assign(F, "r1", PATIENCE);
    cluster.timer.advance(Duration.ofMillis(50));
    assertThat(cluster.permitsHeld(LaunchLimits.LAUNCHES)).isEqualTo(1);

    cluster.cutOff.add("a");
    cluster.run(Duration.ofSeconds(2));
    assertThat(cluster.permitsHeld(LaunchLimits.LAUNCHES)).isEqualTo(1);
    cluster.cutOff.clear();
    cluster.run(Duration.ofSeconds(10));

    assertThat(cluster.permitsHeld(LaunchLimits.LAUNCHES)).isZero();
    assertThat(cluster.pool("f").starting()).isZero();
    assertThat(call.answer().toCompletableFuture()).isDone();
    assertThat(cluster.permitsHeld(LaunchLimits.MEMORY))
        .isEqualTo(128L * cluster.platform.slots().size());
  }

  @Test
  void aPlatformThatIsDownFailsWaitersAtOnceWithItsRetryHintAndWarmRequestsGoOn() {
    AssignCall first = cluster.node("a").requests.assign(F, "r1", PATIENCE);
    cluster.run(Duration.ofSeconds(1));
    Assignment warm = join(first.answer());
    cluster.node("a").requests.release("f", "r1", warm.instanceId(), Outcome.OK, null, "");
    cluster.platform.createFailures.add(
        new PlatformException(Kind.UNAVAILABLE, false, "breaker open", Duration.ofSeconds(7)));

    Assignment again = join(cluster.node("a").requests.assign(F, "r2", PATIENCE).answer());
    AssignCall cold =
        cluster
            .node("a")
            .requests
            .assign(new FunctionSpec("g", "", 128, Duration.ofSeconds(1)), "r1", PATIENCE);
    cluster.timer.advance(Duration.ofMillis(150));

    assertThat(again.instanceId()).isEqualTo(warm.instanceId());
    assertThat(failure(cold.answer()).reason()).isEqualTo(Reason.PLATFORM_UNAVAILABLE);
    assertThat(failure(cold.answer()).retryAfter()).contains(Duration.ofSeconds(7));
  }

  @Test
  void aSlotThatMayExistAllTheSameIsDestroyed() {
    cluster.platform.createFailures.add(
        new PlatformException(Kind.FAILED, true, "timed out", null));
    AssignCall call = cluster.node("a").requests.assign(F, "r1", PATIENCE);
    cluster.run(Duration.ofSeconds(2));
    assertThat(join(call.answer())).isNotNull();
    assertThat(cluster.platform.destroyed).hasSize(1);
  }

  @Test
  void aDestructionThatFailsIsAskedForAgainUntilItIsConfirmed() {
    cluster.plan = Plan.keeping("test", Duration.ZERO);
    cluster.platform.destroyFailures.add(
        new PlatformException(Kind.UNAVAILABLE, true, "down", null));
    Assignment got = cold("f", "r1");
    cluster.node("a").requests.release("f", "r1", got.instanceId(), Outcome.OK, null, "");

    assertThat(cluster.pool("f").find(got.instanceId()).state()).isEqualTo(Instance.State.RETIRING);
    cluster.run(FakeCluster.LIMITS.destroyAgainAfter().plusSeconds(1));
    assertThat(cluster.platform.destroyed).containsExactly(got.instanceId());
    assertThat(cluster.pool("f").instances()).isEmpty();
  }

  @Test
  void noMoreLaunchesAreOnTheirWayThanTheClusterAllows() {
    cluster.launchLimits = new LaunchLimits(0, 2, 0, Duration.ofMinutes(1));
    List<AssignCall> calls = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      calls.add(assign("f" + i, "r"));
    }
    cluster.timer.advance(FakePlatform.CREATE.plusMillis(1));
    assertThat(cluster.platform.created).hasSize(2);
    assertThat(cluster.permitsHeld(LaunchLimits.LAUNCHES)).isEqualTo(2);

    cluster.run(Duration.ofSeconds(5));
    calls.forEach(call -> join(call.answer()));
    assertThat(cluster.permitsHeld(LaunchLimits.LAUNCHES)).isZero();
  }

  @Test
  void memoryIsHeldUntilTheInstanceIsGone() {
    cluster.launchLimits = new LaunchLimits(256, 0, 0, Duration.ofMinutes(1));
    cluster.plan = Plan.keeping("test", Duration.ZERO);
    Assignment first = cold("f", "r1");
    cold("g", "r1");
    AssignCall third = assign("h", "r1");
    cluster.run(Duration.ofSeconds(2));
    assertThat(third.answer().toCompletableFuture()).isNotDone();
    assertThat(cluster.permitsHeld(LaunchLimits.MEMORY)).isEqualTo(256);

    cluster.node("a").requests.release("f", "r1", first.instanceId(), Outcome.OK, null, "");
    cluster.run(Duration.ofSeconds(1));
    join(third.answer());
    assertThat(cluster.permitsHeld(LaunchLimits.MEMORY)).isEqualTo(256);
  }

  /** The platform is not asked for what nobody would know of. */
  @ParameterizedTest(name = "{0} min later")
  @ValueSource(ints = {0, 30})
  void aLaunchThatGetsItsMemoryAfterItWasGivenUpGivesItBack(int later) {
    cluster.launchLimits = new LaunchLimits(128, 0, 0, Duration.ofHours(1));
    cluster.plan = Plan.keeping("test", Duration.ZERO);
    FunctionSpec slow = new FunctionSpec("f", "java", 128, Duration.ofHours(1));
    AssignCall call = cluster.node("a").requests.assign(slow, "r1", PATIENCE);
    cluster.timer.advance(Duration.ofMillis(400));
    Assignment first = join(call.answer());
    AssignCall second = assign("g", "r1");
    cluster.run(FakeCluster.LIMITS.launchTimeout().plusSeconds(1));
    assertThat(failure(second.answer()).reason()).isEqualTo(Reason.TIMED_OUT);
    cluster.run(Duration.ofMinutes(later));
    assertThat(cluster.hasPool("g")).as("g has a pool").isEqualTo(later == 0);
    assertThat(cluster.permitsHeld(LaunchLimits.MEMORY)).isEqualTo(128);

    cluster.node("a").requests.release("f", "r1", first.instanceId(), Outcome.OK, null, "");
    cluster.run(Duration.ofSeconds(5));

    assertThat(cluster.platform.created).containsExactly(first.instanceId());
    assertThat(cluster.permitsHeld(LaunchLimits.MEMORY)).isZero();
    assertThat(cluster.node("a").client.launching()).isZero();
  }

  @Test
  void aLaunchThatGetsNoPermitInTimeFailsItsWaiterAsOverload() {
    cluster.launchLimits = new LaunchLimits(128, 0, 0, Duration.ofSeconds(2));
    cold("f", "r1");
    AssignCall second = assign("g", "r1");
    cluster.run(Duration.ofSeconds(3));
    assertThat(failure(second.answer()).reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(failure(second.answer()).retryAfter()).isPresent();
  }

  @Test
  void whatALostNodeWasStartingIsFinishedByAnother() {
    cluster.node("a");
    cluster.launchLimits = new LaunchLimits(0, 4, 0, Duration.ofMinutes(1));
    cluster.node("b").requests.assign(F, "r1", PATIENCE);
    AssignCall waiting = cluster.node("a").requests.assign(F, "r2", PATIENCE);
    cluster.timer.advance(FakePlatform.CREATE.plusMillis(10));
    cluster.kill("b");
    cluster.run(Duration.ofSeconds(3));

    assertThat(join(waiting.answer())).isNotNull();
    assertThat(cluster.pool("f").waiters()).isEmpty();
    assertThat(cluster.pool("f").starting()).isZero();
    assertThat(cluster.platform.slots()).hasSize(2);
    assertThat(cluster.permitsHeld(LaunchLimits.LAUNCHES)).isZero();
  }

  @Test
  void launchesThatANodeTakesOverKeepTheirPermitsSinceThePlatformGoesOnWithThem() {
    cluster.node("a");
    cluster.launchLimits = new LaunchLimits(0, 2, 2, Duration.ofMinutes(1));
    cluster.node("b").requests.assign(F, "r1", PATIENCE);
    cluster.node("b").requests.assign(F, "r2", PATIENCE);
    List<AssignCall> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(assign("g" + i, "r"));
    }
    cluster.timer.advance(FakePlatform.CREATE.plusMillis(50));
    cluster.kill("b");
    cluster.run(Duration.ofSeconds(3));

    calls.forEach(call -> join(call.answer()));
    assertThat(cluster.platform.mostAtOnce).isEqualTo(2);
    assertThat(cluster.permitsHeld(LaunchLimits.LAUNCHES)).isZero();
    assertThat(cluster.permitsHeld(LaunchLimits.launchesOf("f"))).isZero();
  }

  /** Nobody takes over what the pool no longer takes for a launch. */
  @Test
  void permitsThatALostNodeDidNotComeToGiveBackAreFreeLater() {
    cluster.node("a");
    cluster.launchLimits = new LaunchLimits(0, 1, 0, Duration.ofMinutes(1));
    holdsALaunch("b", "ready");
    cluster.kill("b");
    AssignCall call = assign("f", "r1");
    cluster.run(Duration.ofMillis(900));
    assertThat(cluster.permitsHeld(LaunchLimits.LAUNCHES)).isEqualTo(1);
    cluster.run(Duration.ofSeconds(3));
    assertThat(join(call.answer())).isNotNull();
  }

  @Test
  void aNodeThatIsBackGoesOnWithItsOwnLaunches() {
    cluster.node("a");
    cluster.node("b").requests.assign(F, "r1", PATIENCE);
    cluster.node("a").lostNodes.lost("b");
    cluster.node("a").lostNodes.returned("b");
    cluster.run(Duration.ofMillis(200));
    assertThat(cluster.pool("f").instances()).extracting(Instance::node).containsExactly("b");
  }

  @Test
  void aLaunchOfUnknownOutcomeKeepsItsPermitsUntilItsSlotIsKnownToBeGone() {
    cluster.launchLimits = new LaunchLimits(1_024, 1, 1, Duration.ofMinutes(1));
    cluster.platform.createFailures.add(hung());
    cluster.platform.destroyFailures.add(hung());
    AssignCall first = assign("f", "r1");
    cluster.run(Duration.ofSeconds(1));
    assertThat(failure(first.answer()).reason()).isEqualTo(Reason.PLATFORM_UNAVAILABLE);
    AssignCall second = assign("g", "r1");
    cluster.run(Duration.ofSeconds(1));
    assertThat(second.answer().toCompletableFuture()).as("f's launch may go on").isNotDone();
    assertThat(cluster.permitsHeld(LaunchLimits.launchesOf("f"))).isEqualTo(1);

    cluster.run(FakeCluster.LIMITS.destroyAgainAfter());

    join(second.answer());
    assertThat(cluster.permitsHeld(LaunchLimits.LAUNCHES)).isZero();
    assertThat(cluster.permitsHeld(LaunchLimits.launchesOf("f"))).isZero();
    assertThat(cluster.permitsHeld(LaunchLimits.MEMORY)).isEqualTo(128);
  }

  /** The owner's answer was lost, and so its node takes the launch for failed. */
  @Test
  void aLaunchThatFailedThoughItsInstanceIsThereGivesItsPermitsBack() {
    cluster.launchLimits = new LaunchLimits(0, 1, 1, Duration.ofMinutes(1));
    assign("f", "r1");
    cluster.timer.advance(Duration.ofMillis(150));
    cluster.answering = Duration.ofMillis(1);
    cluster.answersLost = true;
    cluster.timer.advance(Duration.ofMillis(155));
    cluster.answersLost = false;
    cluster.run(Duration.ofSeconds(2));

    assertThat(cluster.pool("f").instances()).hasSize(1);
    assertThat(cluster.pool("f").starting()).isZero();
    assertThat(cluster.permitsHeld(LaunchLimits.LAUNCHES)).isZero();
    assertThat(cluster.permitsHeld(LaunchLimits.launchesOf("f"))).isZero();
  }

  @Test
  void wherePermitsAreAllInUseAPlatformThatIsKnownToBeDownFailsWaitersAtOnce() {
    cluster.launchLimits = new LaunchLimits(0, 1, 0, Duration.ofMinutes(1));
    holdsALaunch("a", "stuck");
    cluster.platform.down =
        new PlatformException(Kind.UNAVAILABLE, false, "breaker open", Duration.ofSeconds(2));
    AssignCall call = assign("f", "r1");
    cluster.timer.advance(Duration.ofMillis(10));

    assertThat(failure(call.answer()).reason()).isEqualTo(Reason.PLATFORM_UNAVAILABLE);
    assertThat(failure(call.answer()).retryAfter()).contains(Duration.ofSeconds(2));
  }

  private void holdsALaunch(String node, String holder) {
    cluster
        .node(node)
        .launching
        .semaphores()
        .acquire(LaunchLimits.LAUNCHES, holder, 1, 1, Claim.When.AT_ONCE, PATIENCE);
  }

  private AssignCall assign(String function, String request) {
    return cluster
        .node("a")
        .requests
        .assign(new FunctionSpec(function, "java", 128, Duration.ofSeconds(60)), request, PATIENCE);
  }

  private Assignment cold(String function, String request) {
    AssignCall call = assign(function, request);
    cluster.timer.advance(Duration.ofMillis(400));
    return join(call.answer());
  }

  private static PlatformException hung() {
    return new PlatformException(Kind.UNAVAILABLE, true, "no answer", null);
  }

  private static PlatformException failed(String message) {
    return new PlatformException(Kind.FAILED, false, message, null);
  }
}
