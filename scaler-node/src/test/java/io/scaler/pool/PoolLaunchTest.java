package io.scaler.pool;

import static io.scaler.pool.PoolStory.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolLaunchTest {
  private final PoolStory story = new PoolStory();

  @Test
  void whatANodeSaysOfALaunchThatAnotherHasTakenOverCountsForNothing() {
    story.assign("r1");
    story.on("n2").submit(new Command.NodeLost("n1"));

    assertThat(story.on("n1").fails("i1", true, null)).isEqualTo(new Reply.Known());
    assertThat(story.events()).isEmpty();
    story.on("n2").fails("i1", true, null);
    assertThat(story.state("i1")).isEqualTo(Instance.State.RETIRING);
  }

  @Test
  void aFailedLaunchIsAttemptedAgainAfterAPauseThatDoubles() {
    story.assign("r1");
    story.fails("i1", false, null);
    assertThat(story.pool.find("i1")).isNull();
    assertThat(story.events(Event.LaunchBegun.class))
        .singleElement()
        .satisfies(
            begun -> {
              assertThat(begun.attempt()).isEqualTo(2);
              assertThat(begun.delay()).isEqualTo(Duration.ofMillis(100));
            });
    story.fails("i2", false, null);
    assertThat(story.events(Event.LaunchBegun.class))
        .singleElement()
        .satisfies(
            begun -> {
              assertThat(begun.attempt()).isEqualTo(3);
              assertThat(begun.delay()).isEqualTo(Duration.ofMillis(200));
            });
    assertThat(story.queue()).containsExactly("r1");
  }

  @Test
  void afterTheLastAttemptTheWaiterIsRefusedWithTheReason() {
    story.assign("r1");
    story.fails("i1", false, null);
    story.fails("i2", false, null);
    story.fails("i3", false, null);
    assertThat(story.events(Event.WaiterRefused.class))
        .singleElement()
        .satisfies(
            refused -> {
              assertThat(refused.requestId()).isEqualTo("r1");
              assertThat(refused.caller()).isEqualTo(caller("r1"));
              assertThat(refused.reason()).isEqualTo(Reason.LAUNCH_FAILED);
              assertThat(refused.message()).isEqualTo("no such image");
            });
    assertThat(story.queue()).isEmpty();
    assertThat(story.assign("r1")).as("a later try").isEqualTo(new Reply.Queued());
  }

  @Test
  void aPlatformThatAsksForAPauseIsNotAskedAgain() {
    story.assign("r1");
    story.fails("i1", false, Duration.ofSeconds(7));
    assertThat(story.events(Event.LaunchBegun.class)).isEmpty();
    assertThat(story.events(Event.WaiterRefused.class))
        .singleElement()
        .satisfies(refused -> assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
  }

  @Test
  void theYoungestWaitersAreRefusedAndThoseABusyInstanceMayServeStay() {
    story.started("r1");
    story.assign("r2");
    story.assign("r3");
    story.fails("i2", false, Duration.ofSeconds(1));
    assertThat(story.events(Event.WaiterRefused.class)).isEmpty();
    assertThat(story.due()).isEqualTo(story.now().plusSeconds(1));
    story.fails("i3", false, Duration.ofSeconds(1));
    assertThat(story.events(Event.WaiterRefused.class))
        .extracting(Event.WaiterRefused::requestId)
        .containsExactly("r3");
    assertThat(story.queue()).containsExactly("r2");
    story.pass(Duration.ofSeconds(1)).sweep();
    assertThat(story.pool.starting()).as("launched again").isEqualTo(1);
  }

  @Test
  void aFailedLaunchThatMayHaveASlotIsDestroyed() {
    story.assign("r1");
    story.fails("i1", true, null);
    assertThat(story.state("i1")).isEqualTo(Instance.State.RETIRING);
    story.slot("i2");
    story.fails("i2", false, null);
    assertThat(story.events(Event.Retired.class))
        .singleElement()
        .satisfies(retired -> assertThat(retired.slotId()).isEqualTo("si2"));
    assertThat(story.fails("i2", false, null)).isEqualTo(new Reply.GivenUp(false));
    assertThat(story.events()).isEmpty();
  }

  @Test
  void aFailedLaunchThatNobodyWaitsForIsNotRepeated() {
    story.prewarm(1);
    story.fails("i1", false, null);
    assertThat(story.events()).containsExactly(new Event.Gone("i1"));
  }

  @Test
  void preWarmingDoesNotChangeWhatTheFunctionsRequestsNeed() {
    story.idle(1);
    FunctionSpec asked = story.pool.spec();
    FunctionSpec configured = new FunctionSpec("f", "", 128, Duration.ofSeconds(5));
    story.submit(new Command.Prewarm(1, configured, 2));

    assertThat(story.pool.spec()).isEqualTo(asked);
    assertThat(story.pool.generation()).isZero();
    assertThat(story.pool.starting()).isEqualTo(1);
    assertThat(story.assign("r2")).isInstanceOf(Reply.Granted.class);
  }

  @Test
  void aFailedLaunchOfThePlansMinimumIsMadeGoodByASweepSoon() {
    story.with(PoolStory.plan(Duration.ofMinutes(1), 10, 0, 1, 10)).prewarm(0);
    story.sweep();
    assertThat(story.pool.starting()).isEqualTo(1);
    story.fails("i1", false, null);
    assertThat(story.due()).isEqualTo(story.now().plusSeconds(10));
    story.pass(Duration.ofSeconds(10)).sweep();
    assertThat(story.state("i2")).isEqualTo(Instance.State.CREATING);
  }

  @Test
  void aLaunchThatTakesTooLongIsRetiredAndAnotherBegins() {
    story.assign("r1");
    story.pass(Duration.ofSeconds(14));
    story.assign("r2", new Caller("n1", 2));
    story.pass(PoolStory.LIMITS.launchTimeout().minusSeconds(14));
    story.assign("r3");
    story.sweep();
    assertThat(story.state("i1")).isEqualTo(Instance.State.RETIRING);
    assertThat(story.queue()).as("the others waited too long").containsExactly("r3");
    assertThat(story.pool.starting()).isPositive();
    assertThat(story.slot("i1")).isEqualTo(new Reply.GivenUp(false));
    assertThat(story.fails("i1", true, null)).isEqualTo(new Reply.GivenUp(false));
    assertThat(story.events()).isEmpty();
  }

  @Test
  void aFailedExecutionsInstanceIsReplacedForWhoeverWaits() {
    story.with(PoolStory.plan(Duration.ofMinutes(1), 10, 0, 0, 1)).started("r1");
    story.assign("r2");
    assertThat(story.pool.starting()).isZero();
    story.release("r1", "i1", Outcome.FAILED);
    assertThat(story.pool.starting()).isEqualTo(1);
    story.launched("i2");
    assertThat(story.heldBy("r2")).isEqualTo("i2");
  }

  @Test
  void aLostNodesLaunchesAndDestructionsAreTakenOver() {
    story.started("r1");
    story.assign("r2");
    story.assign("r3");
    story.slot("i3");
    story.release("r1", "i1", Outcome.DESTROY);
    assertThat(story.on("n2").nodeLost("n1")).isEqualTo(new Reply.Done());
    assertThat(story.events(Event.LaunchTaken.class))
        .extracting(Event.LaunchTaken::instanceId, Event.LaunchTaken::slotId)
        .containsExactly(tuple("i2", null), tuple("i3", "si3"));
    assertThat(story.events(Event.RetiredAgain.class))
        .singleElement()
        .satisfies(
            again -> {
              assertThat(again.instanceId()).isEqualTo("i1");
              assertThat(again.node()).isEqualTo("n2");
            });
    story.nodeLost("n1");
    assertThat(story.events()).as("a second time").isEmpty();
  }

  @Test
  void aLaunchIsOneUntilItsInstanceIsThereOrItsSlotIsKnownToBeGone() {
    story.assign("r1");
    story.assign("r2");
    story.assign("r3");
    assertThat(launching()).containsExactly("i1", "i2", "i3");
    story.launched("i1");
    story.submit(
        new Command.LaunchFailed("i2", "n1", true, Reason.LAUNCH_FAILED, "timed out", null));
    assertThat(launching()).containsExactly("i2", "i3");

    story.submit(new Command.Destroyed("i2"));
    assertThat(launching()).containsExactly("i3");
    assertThat(story.events()).isEmpty();
  }

  private List<String> launching() {
    Reply reply = story.submit(new Command.AskLaunching(List.of("i1", "i2", "i3", "unknown")));
    return ((Reply.Launching) reply).instanceIds();
  }

  @Test
  void aLostNodesWaitersLeaveAndItsHoldersStay() {
    story.started("r1");
    story.assign("r2", new Caller("n2", 2));
    story.assign("r3");
    story.on("n2").nodeLost("n1");
    assertThat(story.queue()).containsExactly("r2");
    assertThat(story.heldBy("r1")).isEqualTo("i1");
    assertThat(story.release("r1", "i1")).isEqualTo(new Reply.Done());
    assertThat(story.heldBy("r2")).isEqualTo("i1");
  }

  @Test
  void aNodeThatAsksIsToldWhatItHasNotReportedAsDone() {
    story.started("r1");
    story.assign("r2");
    story.release("r1", "i1", Outcome.DESTROY);
    assertThat(story.pool.unfinished("n1"))
        .hasSize(2)
        .hasAtLeastOneElementOfType(Event.LaunchTaken.class)
        .hasAtLeastOneElementOfType(Event.RetiredAgain.class);
    assertThat(story.pool.unfinished("n2")).isEmpty();
    story.destroyed("i1");
    story.launched("i2");
    assertThat(story.pool.unfinished("n1")).isEmpty();
  }

  @Test
  void anUnconfirmedDestructionIsAskedForAgainUntilItIsConfirmed() {
    story.idle(1);
    story.with(PoolStory.plan(Duration.ZERO, 10, 0, 0, 10)).sweep();
    assertThat(story.state("i1")).isEqualTo(Instance.State.RETIRING);
    assertThat(story.due()).isEqualTo(story.now().plusSeconds(10));
    story.pass(Duration.ofSeconds(9)).sweep();
    assertThat(story.events()).isEmpty();
    for (int i = 0; i < 3; i++) {
      story.pass(Duration.ofSeconds(10)).on("n3").sweep();
      assertThat(story.events(Event.RetiredAgain.class))
          .singleElement()
          .satisfies(again -> assertThat(again.node()).isEqualTo("n3"));
    }
    assertThat(story.destroyed("i1")).isEqualTo(new Reply.Done());
    assertThat(story.pool.find("i1")).isNull();
    assertThat(story.destroyed("i1")).isEqualTo(new Reply.Done());
    assertThat(story.events()).isEmpty();
  }

  @Test
  void anInstanceThatIsNotRetiringIsNotForgottenWhenItsDestructionIsReported() {
    story.idle(1);
    assertThat(story.destroyed("i1")).isEqualTo(new Reply.Done());
    assertThat(story.state("i1")).isEqualTo(Instance.State.IDLE);
  }
}
