package io.scaler.service;

import static io.scaler.service.RequestsTest.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandTally;
import io.scaler.model.Assignment;
import io.scaler.model.FunctionSpec;
import io.scaler.model.LevelGap;
import io.scaler.model.Outcome;
import io.scaler.model.Plan;
import io.scaler.model.StartKind;
import io.scaler.policy.Fleet;
import io.scaler.policy.Policies;
import io.scaler.policy.PolicySettings;
import io.scaler.pool.Instance;
import io.scaler.service.Requests.AssignCall;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A function that a timer calls every three seconds, on a cluster that has nothing else to do. */
class ForeseenLaunchTest {
  private static final FunctionSpec F = new FunctionSpec("f", "java", 512, Duration.ofSeconds(60));
  private static final Duration GAP = Duration.ofSeconds(3);
  private static final Duration COLD_START = FakePlatform.CREATE.plus(FakePlatform.INIT);

  /** As in the configuration's defaults. */
  private static final Duration TICK = Duration.ofMillis(100);

  private static final Duration SWEEP = Duration.ofMillis(10);
  private static final Duration STEP = Duration.ofMillis(1);

  private final FakeCluster cluster = new FakeCluster();
  private final FakeCluster.FakeNode node = cluster.node("a");
  private Duration passed = Duration.ZERO;

  /**
   * @param phase after the last sweep, in ms, the first call comes
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 9, 10, 55, 99})
  void beginsWithinASweepOfWhenItIsDueAndIsReadyForTheCall(int phase) {
    cluster.leader = "a";
    cluster.plan = planOfTimer();
    assertThat(cluster.plan.foresight().levels().get(0).until()).isGreaterThan(GAP);
    pass(Duration.ofMillis(phase));
    AssignCall first = node.requests.assign(F, "r0", Duration.ofSeconds(10));
    pass(COLD_START.plusMillis(5));
    Assignment held = join(first.answer());

    for (int call = 1; call <= 5; call++) {
      release(held);
      Instant released = cluster.timer.instant();
      Instant due =
          released
              .plus(cluster.plan.foresight().levels().get(0).from())
              .minus(cluster.plan.foresight().coldStart());
      pass(Duration.between(released, due).minusMillis(1));
      assertThat(cluster.pool("f").live()).as("before it is due").isZero();
      pass(SWEEP.plusMillis(2));

      assertThat(cluster.pool("f").instances())
          .filteredOn(each -> each.state() == Instance.State.CREATING)
          .singleElement()
          .satisfies(
              launched -> {
                assertThat(launched.reason()).isEqualTo("foreseen");
                assertThat(launched.since()).isBetween(due, due.plus(SWEEP));
              });
      pass(Duration.between(cluster.timer.instant(), released.plus(GAP)));
      AssignCall warm = node.requests.assign(F, "r" + call, Duration.ofSeconds(10));
      held = join(warm.answer());
      assertThat(held.startKind()).isEqualTo(StartKind.WARM);
      pass(Duration.ofMillis(20));
    }
  }

  private static Plan planOfTimer() {
    DemandTally tally = new DemandTally();
    for (int call = 0; call < 12; call++) {
      tally.arrived(Instant.EPOCH.plus(GAP.multipliedBy(call)));
      tally.executed(Duration.ofMillis(20));
      tally.launched(COLD_START);
      tally.reached(new LevelGap(1, GAP));
      tally.left(new LevelGap(1, Duration.ofMillis(20)));
    }
    Instant now = Instant.EPOCH.plus(GAP.multipliedBy(12));
    return Policies.named("cost-optimal", PolicySettings.DEFAULT)
        .plan(F, Demand.of(tally.batch(now)), Fleet.UNKNOWN, now);
  }

  private void release(Assignment held) {
    join(
        node.requests.release(
            "f", held.requestId(), held.instanceId(), Outcome.OK, Duration.ofMillis(20), ""));
  }

  /** Lets time pass as a node does: a tick of its leader, and between them sweeps of its own. */
  private void pass(Duration time) {
    for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = left.minus(STEP)) {
      cluster.timer.advance(STEP);
      passed = passed.plus(STEP);
      if (passed.toMillis() % TICK.toMillis() == 0) {
        node.sweep.run();
      }
      if (passed.toMillis() % SWEEP.toMillis() == 0) {
        node.sweeper.again();
      }
    }
  }
}
