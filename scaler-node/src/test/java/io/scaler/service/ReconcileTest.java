package io.scaler.service;

import static io.scaler.service.RequestsTest.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.Assignment;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.pool.Command;
import io.scaler.pool.Instance;
import io.scaler.service.PlatformException.Kind;
import io.scaler.service.Requests.AssignCall;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the leader does about pools and memory that are not as the platform has it. */
class ReconcileTest {
  private static final FunctionSpec F = new FunctionSpec("f", "java", 128, Duration.ofSeconds(60));
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FakeCluster cluster = new FakeCluster();
  private final FakeCluster.FakeNode a = cluster.node("a");
  private final FakeCluster.FakeNode b = cluster.node("b");
  private final ReconcileDuty duty =
      new ReconcileDuty(
          a.leadership,
          a.shared,
          a.client,
          a.launching,
          a.memory,
          FakeCluster.LIMITS.launchTimeout(),
          Runnable::run);

  ReconcileTest() {
    cluster.leader = "a";
  }

  @Test
  void aRunningInstanceThatNoPoolKnowsIsAdoptedAndItsHolderMayStillReleaseIt() {
    cluster.platform.add(new Platform.Slot("s9", "old", 128, cluster.timer.instant(), "old", F));
    duty.run();
    assertThat(cluster.hasPool("f")).isFalse();
    duty.run();
    assertThat(cluster.pool("f").find("old")).isNotNull();

    join(b.requests.release("f", "r-before", "old", Outcome.OK, null, ""));
    Assignment got = join(a.requests.assign(F, "r2", Duration.ofSeconds(1)).answer());
    assertThat(got.instanceId()).isEqualTo("old");
  }

  @Test
  void anAdoptedInstanceThatNobodyReleasesIsDestroyedWhenALeaseWouldHaveRunOut() {
    cluster.platform.add(new Platform.Slot("s9", "old", 128, cluster.timer.instant(), "old", F));
    duty.run();
    duty.run();
    cluster.run(F.timeout().plus(FakeCluster.LIMITS.leaseGrace()).plusSeconds(1));
    assertThat(cluster.platform.destroyed).containsExactly("old");
  }

  @Test
  void aSlotThatBecameNoInstanceIsDestroyedOnceItIsTooOldToBeALaunch() {
    cluster.platform.add(
        new Platform.Slot("s9", "stale", 128, cluster.timer.instant(), null, null));
    duty.run();
    duty.run();
    assertThat(cluster.platform.slots()).hasSize(1);
    cluster.run(FakeCluster.LIMITS.launchTimeout().plusSeconds(1));
    duty.run();
    assertThat(cluster.platform.slots()).isEmpty();
  }

  @Test
  void whatThePoolsKnowIsLeftAlone() {
    used("r1");
    duty.run();
    duty.run();
    assertThat(cluster.pool("f").idle()).hasSize(1);
    assertThat(cluster.platform.slots()).hasSize(1);
  }

  /** It was listed twice, and destroyed before the pool was asked. */
  @Test
  void whatHasGoneSinceThePlatformWasAskedIsNotAdopted() {
    String gone = used("r1");
    duty.run();
    cluster.platform.asked(
        () -> {
          cluster.node("a").client.submit("f", new Command.Destroy(gone, "unwanted"));
          cluster.timer.advance(Duration.ofSeconds(1));
        });
    duty.run();
    assertThat(cluster.platform.destroyed).containsExactly(gone);
    assertThat(cluster.pool("f").find(gone)).isNull();
    duty.run();
    assertThat(cluster.pool("f").find(gone)).isNull();
  }

  @Test
  void anIdleInstanceThatThePlatformNoLongerRunsIsGivenUpInTheSecondPass() {
    String gone = used("r1");
    cluster.platform.lose(gone);
    duty.run();
    assertThat(cluster.pool("f").find(gone).state()).isEqualTo(Instance.State.IDLE);

    duty.run();
    cluster.run(Duration.ofSeconds(1));

    assertThat(cluster.pool("f").find(gone)).isNull();
    Assignment next = assign("r2", Duration.ofMillis(400));
    assertThat(next.instanceId()).isNotEqualTo(gone);
  }

  @Test
  void whatIsFoundIsLookedAtAgainASecondLater() {
    String gone = used("r1");
    cluster.platform.lose(gone);
    duty.run();
    cluster.run(Duration.ofMillis(900));
    assertThat(cluster.pool("f").find(gone)).isNotNull();

    cluster.run(Duration.ofMillis(200));
    assertThat(cluster.pool("f").find(gone)).isNull();
  }

  @Test
  void whatASecondLookFindsWaitsForTheNextTurn() {
    used("r", 2);
    List<String> idle = List.copyOf(cluster.pool("f").idle());
    cluster.platform.lose(idle.get(0));
    duty.run();
    cluster.platform.lose(idle.get(1));
    cluster.run(Duration.ofSeconds(3));
    assertThat(cluster.platform.listed).isEqualTo(2);
    assertThat(cluster.pool("f").idle()).containsExactly(idle.get(1));

    duty.run();
    assertThat(cluster.pool("f").idle()).isEmpty();
  }

  @Test
  void aPassThatFailsIsRepeatedMoreAndMoreSeldomUntilOneSucceeds() {
    String gone = used("r1");
    cluster.platform.lose(gone);
    cluster.platform.listFailures.addAll(Collections.nCopies(3, down()));
    duty.run();
    assertThat(cluster.platform.listed).isEqualTo(1);
    cluster.run(Duration.ofSeconds(1));
    assertThat(cluster.platform.listed).isEqualTo(2);
    cluster.run(Duration.ofSeconds(2));
    assertThat(cluster.platform.listed).isEqualTo(3);
    cluster.run(Duration.ofSeconds(4));
    assertThat(cluster.platform.listed).isEqualTo(4);
    assertThat(cluster.pool("f").find(gone)).isNotNull();

    cluster.run(Duration.ofSeconds(1));
    assertThat(cluster.pool("f").find(gone)).isNull();
    assertThat(cluster.platform.listed).isEqualTo(5);
    cluster.run(Duration.ofSeconds(60));
    assertThat(cluster.platform.listed).isEqualTo(5);
  }

  @Test
  void aNodeThatIsFrozenDoesNotKeepThePoolsOfOthersFromBeingCompared() {
    String gone = used("r1");
    FunctionSpec other = new FunctionSpec("other", "java", 128, Duration.ofSeconds(60));
    AssignCall held = a.requests.assign(other, "r2", PATIENCE);
    cluster.timer.advance(Duration.ofMillis(400));
    String goneOfOther = join(held.answer()).instanceId();
    join(b.requests.release("other", "r2", goneOfOther, Outcome.OK, null, ""));
    duty.run();

    cluster.platform.lose(gone);
    cluster.platform.lose(goneOfOther);
    cluster.frozenPools.add("other");
    duty.run();
    cluster.run(Duration.ofSeconds(15));
    assertThat(cluster.pool("f").idle()).isEmpty();
    assertThat(cluster.pool("other").idle()).containsExactly(goneOfOther);

    cluster.frozenPools.clear();
    cluster.run(Duration.ofSeconds(15));
    assertThat(cluster.pool("other").idle()).isEmpty();
  }

  @Test
  void oneThatIsHeldIsGivenUpWhenItComesBack() {
    Assignment held = assign("r1", Duration.ofMillis(400));
    cluster.platform.lose(held.instanceId());
    duty.run();
    duty.run();
    assertThat(cluster.pool("f").find(held.instanceId()).isCondemned()).isTrue();

    join(b.requests.release("f", "r1", held.instanceId(), Outcome.OK, null, ""));
    assertThat(cluster.pool("f").find(held.instanceId())).isNull();
  }

  @Test
  void whatBecameReadyAfterThePlatformWasAskedIsNotTakenForLost() {
    duty.run();
    String first = used("r1");
    cluster.platform.asked(() -> used("r2", 2));
    duty.run();
    cluster.platform.asked(() -> used("r3", 3));
    duty.run();
    assertThat(cluster.pool("f").instances()).hasSize(3);
    assertThat(cluster.pool("f").find(first)).isNotNull();
    assertThat(cluster.platform.destroyed).isEmpty();
  }

  @Test
  void aNewLeaderGivesNothingUpForWhatAFormerOneMissed() {
    cluster.platform.lose(used("r1"));
    duty.run();
    cluster.epoch = 2;
    duty.run();
    assertThat(cluster.pool("f").idle()).hasSize(1);
    duty.run();
    assertThat(cluster.pool("f").idle()).isEmpty();
  }

  @Test
  void aClusterThatBeginsCountsTheMemoryOfWhatRunsBeforeItLaunchesAnything() {
    cluster.launchLimits = new LaunchLimits(256, 0, 0, Duration.ofMinutes(1));
    assign("r1", Duration.ofMillis(400));
    cluster.forget();
    cluster.platform.listFailures.addAll(Collections.nCopies(4, down()));
    AssignCall first = a.requests.assign(F, "r2", PATIENCE);
    AssignCall second = a.requests.assign(F, "r3", PATIENCE);
    cluster.run(Duration.ofSeconds(1));
    assertThat(cluster.platform.created).as("nobody has counted").hasSize(1);

    cluster.run(Duration.ofSeconds(2));

    assertThat(List.of(first, second))
        .filteredOn(call -> call.answer().toCompletableFuture().isDone())
        .hasSize(1);
    assertThat(cluster.platform.memoryMb()).isEqualTo(256);
    assertThat(cluster.permitsHeld(LaunchLimits.MEMORY)).isEqualTo(256);
  }

  @Test
  void whatWasCountedIsAdoptedAndItsMemoryFreedWhenItIsGone() {
    cluster.launchLimits = new LaunchLimits(256, 0, 0, Duration.ofMinutes(1));
    assign("r1", Duration.ofMillis(400));
    cluster.forget();
    cluster.run(Duration.ofSeconds(2));
    assertThat(cluster.permitsHeld(LaunchLimits.MEMORY)).isEqualTo(128);
    duty.run();
    duty.run();
    assertThat(cluster.pool("f").instances()).hasSize(1);

    cluster.run(F.timeout().plus(FakeCluster.LIMITS.leaseGrace()).plusSeconds(1));

    assertThat(cluster.platform.slots()).isEmpty();
    assertThat(cluster.permitsHeld(LaunchLimits.MEMORY)).isZero();
  }

  @Test
  void memoryWithoutASlotIsFreeAgainWhenNoLaunchCanBeAtItAnyMore() {
    cluster.launchLimits = new LaunchLimits(256, 0, 0, Duration.ofMinutes(1));
    a.launching.semaphores().count(LaunchLimits.MEMORY, Map.of("of a lost pool", 256L), false);
    duty.run();
    cluster.run(FakeCluster.LIMITS.launchTimeout().minusSeconds(1));
    duty.run();
    assertThat(cluster.permitsHeld(LaunchLimits.MEMORY)).isEqualTo(256);
    cluster.run(Duration.ofSeconds(2));
    duty.run();
    assertThat(cluster.permitsHeld(LaunchLimits.MEMORY)).isZero();
  }

  @Test
  void aSlotThatTakesMemoryUncountedIsCountedInTheSecondPass() {
    cluster.launchLimits = new LaunchLimits(256, 0, 0, Duration.ofMinutes(1));
    cluster.platform.add(new Platform.Slot("s9", "late", 128, cluster.timer.instant(), null, null));
    duty.run();
    assertThat(cluster.permitsHeld(LaunchLimits.MEMORY)).isZero();
    duty.run();
    assertThat(cluster.permitsHeld(LaunchLimits.MEMORY)).isEqualTo(128);
  }

  @Test
  void withoutALimitOfMemoryNothingIsCounted() {
    used("r1");
    duty.run();
    duty.run();
    assertThat(cluster.permitsHeld(LaunchLimits.MEMORY)).isZero();
  }

  private static PlatformException down() {
    return new PlatformException(Kind.UNAVAILABLE, false, "down", null);
  }

  private Assignment assign(String request, Duration within) {
    AssignCall call = a.requests.assign(F, request, PATIENCE);
    cluster.timer.advance(within);
    return join(call.answer());
  }

  /** The instance that the request used. */
  private String used(String request) {
    Assignment got = assign(request, Duration.ofMillis(400));
    join(b.requests.release("f", request, got.instanceId(), Outcome.OK, null, ""));
    return got.instanceId();
  }

  /** So many requests at a time, which leave as many instances idle. */
  private void used(String request, int many) {
    List<AssignCall> calls =
        IntStream.range(0, many)
            .mapToObj(i -> a.requests.assign(F, request + i, PATIENCE))
            .toList();
    cluster.timer.advance(Duration.ofMillis(400));
    for (int i = 0; i < many; i++) {
      String instance = join(calls.get(i).answer()).instanceId();
      join(b.requests.release("f", request + i, instance, Outcome.OK, null, ""));
    }
  }
}
