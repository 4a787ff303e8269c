package io.scaler.service;

import static io.scaler.service.RequestsTest.failure;
import static io.scaler.service.RequestsTest.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.Assignment;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.Plan;
import io.scaler.model.Reason;
import io.scaler.pool.Command;
import io.scaler.service.Requests.AssignCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory for two instances of 128 MB, and more functions than that. */
class RoomTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Plan.Surplus KEEP = Plan.Surplus.KEEP;

  private final FakeCluster cluster = new FakeCluster();

  RoomTest() {
    cluster.leader = "a";
    cluster.plan = Plan.keeping("test", Plan.FOREVER);
    cluster.launchLimits = new LaunchLimits(256, 0, 0, Duration.ofSeconds(10));
    cluster.node("a");
    cluster.node("b");
  }

  @Test
  void aRequestThatFindsNoMemoryIsServedInsteadOfTheLongestIdle() {
    Assignment f = used("f", "r1");
    cluster.run(Duration.ofSeconds(1));
    used("g", "r1");
    Assignment h = cold("h", "r1");

    assertThat(h.functionKey()).isEqualTo("h");
    assertThat(cluster.platform.destroyed).containsExactly(f.instanceId());
    assertThat(cluster.platform.slots()).hasSize(2);
    assertThat(cluster.permitsHeld(LaunchLimits.MEMORY)).isEqualTo(256);
  }

  @Test
  void aDearerInstanceStaysThoughItIsIdleForLonger() {
    cluster.plans.put("f", dear(5));
    cluster.plans.put("g", dear(2));
    used("f", "r1");
    cluster.run(Duration.ofSeconds(1));
    Assignment g = used("g", "r1");
    cold("h", "r1");

    assertThat(cluster.platform.destroyed).containsExactly(g.instanceId());
  }

  @Test
  void aDearInstanceThatIsNotUsedGoesInTheEnd() {
    cluster.plans.put("f", dear(5));
    cluster.plans.put("g", dear(2));
    cluster.plans.put("h", dear(2));
    Assignment f = used("f", "r1");
    List<String> others = new ArrayList<>();
    for (int i = 0; i < 5 && !cluster.platform.destroyed.contains(f.instanceId()); i++) {
      cluster.run(Duration.ofSeconds(1));
      others.add(used(i % 2 == 0 ? "g" : "h", "r" + i).instanceId());
    }

    // The clock goes from 2 to 4: with the third, g's priority of 4 + 2 is above f's 5.
    assertThat(cluster.platform.destroyed)
        .containsExactly(others.get(0), others.get(1), f.instanceId());
  }

  @Test
  void whatIsBusyStaysAndTheRequestIsRefusedInTimeWithAHint() {
    cold("f", "r1");
    cold("g", "r1");
    AssignCall third = assign("h", "r1");
    cluster.run(cluster.launchLimits.patience().minusSeconds(1));
    assertThat(third.answer().toCompletableFuture()).isNotDone();
    cluster.run(Duration.ofSeconds(2));

    assertThat(failure(third.answer()).reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(failure(third.answer()).retryAfter()).isPresent();
    assertThat(cluster.platform.destroyed).isEmpty();
  }

  @Test
  void aRequestThatWaitsForMemoryGetsWhatIsReleasedMeanwhile() {
    cold("f", "r1");
    Assignment g = cold("g", "r1");
    AssignCall third = assign("h", "r1");
    cluster.run(Duration.ofSeconds(2));
    release(g);
    cluster.run(Duration.ofSeconds(1));

    assertThat(join(third.answer())).isNotNull();
    assertThat(cluster.platform.destroyed).containsExactly(g.instanceId());
  }

  @Test
  void noMoreAreRetiredThanWaitHoweverOftenItIsAskedFor() {
    FakeCluster larger = new FakeCluster();
    larger.leader = "a";
    larger.plan = cluster.plan;
    larger.launchLimits = new LaunchLimits(512, 0, 0, Duration.ofSeconds(10));
    larger.node("a");
    for (String function : List.of("f", "g", "h", "i")) {
      AssignCall call = larger.node("a").requests.assign(spec(function), "r1", PATIENCE);
      larger.run(Duration.ofSeconds(1));
      Assignment got = join(call.answer());
      larger
          .node("a")
          .requests
          .release(got.functionKey(), got.requestId(), got.instanceId(), Outcome.OK, null, "");
    }
    AssignCall one = larger.node("a").requests.assign(spec("j"), "r1", PATIENCE);
    AssignCall two = larger.node("a").requests.assign(spec("k"), "r1", PATIENCE);
    for (int i = 0; i < 20; i++) {
      larger.timer.after(Duration.ofMillis(3L * i), larger.node("a").room::wanted);
    }
    larger.run(Duration.ofSeconds(3));

    assertThat(List.of(join(one.answer()), join(two.answer()))).hasSize(2);
    assertThat(larger.platform.destroyed).hasSize(2);
    assertThat(larger.platform.slots()).hasSize(4);
  }

  @Test
  void nothingIsRetiredForLaunchesThatNoRequestWaitsFor() {
    used("f", "r1");
    used("g", "r1");
    cluster.node("a").client.submit("h", new Command.Prewarm(1, spec("h"), 2));
    cluster.run(Duration.ofSeconds(5));

    assertThat(cluster.platform.destroyed).isEmpty();
    assertThat(join(assign("f", "r2").answer())).isNotNull();
  }

  @Test
  void aPlansMinimumStays() {
    cluster.plans.put("f", new Plan("test", Plan.FOREVER, 9, 0, 0, Duration.ZERO, KEEP, 1, 9));
    used("f", "r1");
    cluster.run(Duration.ofSeconds(1));
    Assignment g = used("g", "r1");
    cold("h", "r1");

    assertThat(cluster.platform.destroyed).containsExactly(g.instanceId());
  }

  @Test
  void aMessageThatIsLostIsMadeGoodByTheNextRound() {
    used("f", "r1");
    used("g", "r1");
    List<Mailbox.Message> dropped = new ArrayList<>();
    cluster.lost =
        message ->
            (message instanceof Mailbox.Message.RoomAsked
                    || message instanceof Mailbox.Message.RoomOffered)
                && dropped.size() < 3
                && dropped.add(message);
    AssignCall third = assign("h", "r1");
    cluster.run(Duration.ofSeconds(2));

    assertThat(dropped).hasSize(3);
    assertThat(join(third.answer())).isNotNull();
    assertThat(cluster.platform.destroyed).hasSize(1);
  }

  @Test
  void theNextLeaderGoesOnWhereTheFirstDied() {
    used("f", "r1");
    used("g", "r1");
    cluster.leader = "nobody";
    AssignCall third = cluster.node("b").requests.assign(spec("h"), "r1", PATIENCE);
    cluster.run(Duration.ofSeconds(1));
    cluster.leader = "b";
    cluster.node("b").room.shortHere(LaunchLimits.MEMORY);
    cluster.run(Duration.ofSeconds(1));

    assertThat(join(third.answer())).isNotNull();
    assertThat(cluster.platform.destroyed).hasSize(1);
  }

  @Test
  void twoLeadersAtOnceRetireTheSame() {
    used("f", "r1");
    used("g", "r1");
    cluster.twoLeaders = true;
    AssignCall third = assign("h", "r1");
    cluster.run(Duration.ofSeconds(2));

    assertThat(join(third.answer())).isNotNull();
    assertThat(cluster.platform.destroyed).hasSize(1);
  }

  private static Plan dear(double priority) {
    return Plan.keeping("test", Plan.FOREVER).dear(priority);
  }

  private static FunctionSpec spec(String function) {
    return new FunctionSpec(function, "java", 128, Duration.ofSeconds(60));
  }

  private AssignCall assign(String function, String request) {
    return cluster.node("a").requests.assign(spec(function), request, PATIENCE);
  }

  private Assignment cold(String function, String request) {
    AssignCall call = assign(function, request);
    cluster.run(Duration.ofSeconds(1));
    return join(call.answer());
  }

  private Assignment used(String function, String request) {
    Assignment got = cold(function, request);
    release(got);
    return got;
  }

  private void release(Assignment held) {
    cluster
        .node("a")
        .requests
        .release(held.functionKey(), held.requestId(), held.instanceId(), Outcome.OK, null, "");
  }
}
