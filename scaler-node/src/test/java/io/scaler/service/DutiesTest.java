package io.scaler.service;

import static io.scaler.service.RequestsTest.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.Assignment;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.Plan;
import io.scaler.pool.Command;
import io.scaler.pool.Reply;
import io.scaler.service.Provisioning.Provisioned;
import io.scaler.service.Provisioning.Shift;
import io.scaler.service.Requests.AssignCall;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the leader has done, and that only the leader has it done. */
class DutiesTest {
  private static final FunctionSpec F = new FunctionSpec("f", "java", 128, Duration.ofSeconds(60));

  private final FakeCluster cluster = new FakeCluster();
  private final FakeCluster.FakeNode a = cluster.node("a");
  private final FakeCluster.FakeNode b = cluster.node("b");

  DutiesTest() {
    cluster.leader = "a";
  }

  @Test
  void theSweepDestroysWhatWasIdleForItsKeepAlive() {
    cluster.plan = Plan.keeping("test", Duration.ofSeconds(30));
    used("r1");
    cluster.run(Duration.ofMillis(29_900));
    assertThat(cluster.platform.slots()).hasSize(1);
    cluster.run(Duration.ofMillis(300));
    assertThat(cluster.platform.slots()).isEmpty();
  }

  @Test
  void anEmptyPoolIsForgottenWhenNothingNeedsRemembering() {
    cluster.plan = Plan.keeping("test", Duration.ZERO);
    used("r1");
    assertThat(cluster.hasPool("f")).isTrue();
    cluster.run(FakeCluster.LIMITS.rememberFor().plusSeconds(1));
    assertThat(cluster.hasPool("f")).isTrue();
    cluster.run(FakeCluster.LIMITS.levelsFor());
    assertThat(cluster.hasPool("f")).isFalse();
  }

  @Test
  void withoutALeaderNothingIsSweptAndTheNextLeaderMakesUpForIt() {
    cluster.plan = Plan.keeping("test", Duration.ofSeconds(5));
    used("r1");
    cluster.leader = "";
    cluster.run(Duration.ofSeconds(10));
    assertThat(cluster.platform.slots()).hasSize(1);

    cluster.leader = "b";
    cluster.epoch = 2;
    cluster.run(Duration.ofMillis(300));
    assertThat(cluster.platform.slots()).isEmpty();
  }

  @Test
  void betweenTheLeadersTicksANodeSweepsWhatIsDueUntilTheLeaderWasNotHeardForAWhile() {
    cluster.plan = Plan.keeping("test", Duration.ofSeconds(5));
    used("r1");
    a.sweeper.run(1);
    cluster.leader = "";
    cluster.run(Duration.ofMillis(5_100));
    a.sweeper.again();
    assertThat(cluster.platform.slots()).as("not heard for 5 s").hasSize(1);

    used("r2");
    cluster.run(Duration.ofMillis(4_500));
    a.sweeper.run(1);
    cluster.run(Duration.ofMillis(600));
    a.sweeper.again();
    cluster.run(Duration.ofMillis(50));
    assertThat(cluster.platform.slots()).isEmpty();
  }

  @Test
  void aLeaderThatWasSupersededIsRefused() {
    used("r1");
    cluster.epoch = 7;
    join(a.client.submit("f", new Command.Sweep(7)));
    Reply reply = join(b.client.submit("f", new Command.Sweep(6)));
    assertThat(reply).isInstanceOf(Reply.Refused.class);
    assertThat(join(b.client.submit("f", new Command.Prewarm(6, F, 5))))
        .isInstanceOf(Reply.Refused.class);
    assertThat(cluster.pool("f").instances()).hasSize(1);
  }

  @Test
  void provisionedFunctionsHaveTheirInstancesAndKeepThem() {
    cluster.plan =
        new Plan("test", Duration.ofSeconds(1), 10, 0, 0, Duration.ZERO, Plan.Surplus.KEEP, 3, 100);
    PrewarmDuty duty =
        new PrewarmDuty(
            a.leadership,
            a.client,
            new Provisioning(
                List.of(new Provisioned(F, 3)),
                function -> Duration.ZERO,
                cluster.timer.instant()));
    duty.run();
    cluster.run(Duration.ofSeconds(2));
    duty.run();
    cluster.run(Duration.ofMinutes(1));

    assertThat(cluster.pool("f").idle()).hasSize(3);
    assertThat(cluster.platform.created).hasSize(3);
    new PrewarmDuty(
            b.leadership,
            b.client,
            new Provisioning(
                List.of(new Provisioned(F, 9)), function -> Duration.ZERO, cluster.timer.instant()))
        .run();
    cluster.run(Duration.ofSeconds(2));
    assertThat(cluster.platform.created).hasSize(3);
  }

  @Test
  void aWindowsInstancesAreLaunchedInTheRunThatItBeginsWithAndNoneAreKeptForItAfterIt() {
    Instant begins = cluster.timer.instant().plus(Duration.ofMinutes(1));
    Shift shift = new Shift(once(begins), Duration.ofMinutes(5), 3);
    List<Provisioned> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(new Provisioned(new FunctionSpec("g" + i, "java", 128, Duration.ofSeconds(60)), 1));
    }
    all.add(new Provisioned(F, 0, List.of(shift)));
    Provisioning provisioning =
        new Provisioning(all, function -> Duration.ZERO, cluster.timer.instant());
    PrewarmDuty duty = new PrewarmDuty(a.leadership, a.client, provisioning);
    duty.run();
    cluster.run(Duration.ofSeconds(59));
    assertThat(provisioning.pass(cluster.timer.instant())).isEmpty();
    duty.run();
    assertThat(cluster.hasPool("f")).isFalse();

    cluster.run(Duration.ofSeconds(1));
    assertThat(provisioning.pass(cluster.timer.instant())).containsExactly("f");
    duty.run();
    assertThat(cluster.pool("f").instances()).hasSize(3);

    cluster.run(Duration.ofMinutes(5));
    assertThat(provisioning.pass(cluster.timer.instant())).containsExactly("f");
    assertThat(provisioning.of("f")).isZero();
  }

  private static Timetable once(Instant begins) {
    return new Timetable() {
      @Override
      public Optional<Instant> latest(Instant at) {
        return at.isBefore(begins) ? Optional.empty() : Optional.of(begins);
      }

      @Override
      public Optional<Instant> next(Instant after) {
        return after.isBefore(begins) ? Optional.of(begins) : Optional.empty();
      }
    };
  }

  private void used(String request) {
    AssignCall call = a.requests.assign(F, request, Duration.ofSeconds(5));
    cluster.timer.advance(Duration.ofMillis(400));
    Assignment got = join(call.answer());
    join(b.requests.release("f", request, got.instanceId(), Outcome.OK, null, ""));
  }
}
