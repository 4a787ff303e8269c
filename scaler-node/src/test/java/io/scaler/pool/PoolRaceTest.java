package io.scaler.pool;

import static io.scaler.pool.PoolStory.caller;
import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.StartKind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PoolRaceTest {
  private final PoolStory story = new PoolStory();

  @Test
  void theInstanceThatWasReleasedLastIsUsedFirst() {
    story.idle(3);
    assertThat(story.assign("r4"))
        .isInstanceOfSatisfying(
            Reply.Granted.class,
            granted -> {
              assertThat(granted.instanceId()).isEqualTo("i3");
              assertThat(granted.startKind()).isEqualTo(StartKind.WARM);
            });
    story.assign("r5");
    assertThat(story.heldBy("r5")).isEqualTo("i2");
    story.release("r4", "i3");
    story.assign("r6");
    assertThat(story.heldBy("r6")).isEqualTo("i3");
  }

  @Test
  void withoutAnIdleInstanceARequestWaitsAndALaunchBegins() {
    assertThat(story.assign("r1")).isEqualTo(new Reply.Queued());
    assertThat(story.queue()).containsExactly("r1");
    assertThat(story.events(Event.LaunchBegun.class))
        .singleElement()
        .satisfies(
            begun -> {
              assertThat(begun.node()).isEqualTo("n1");
              assertThat(begun.memoryMb()).isEqualTo(128);
              assertThat(begun.attempt()).isEqualTo(1);
              assertThat(begun.delay()).isZero();
            });
    assertThat(story.state("i1")).isEqualTo(Instance.State.CREATING);
    assertThat(story.due()).isEqualTo(story.now().plus(PoolStory.PATIENCE));
  }

  @Test
  void aReadyInstanceGoesToTheHeadOfTheQueue() {
    story.assign("r1");
    story.assign("r2");
    story.slot("i2");
    assertThat(story.state("i2")).isEqualTo(Instance.State.INITIALIZING);
    story.ready("i2");
    assertThat(story.events(Event.HandedOver.class))
        .singleElement()
        .satisfies(
            handed -> {
              assertThat(handed.requestId()).isEqualTo("r1");
              assertThat(handed.instanceId()).isEqualTo("i2");
              assertThat(handed.caller()).isEqualTo(caller("r1"));
              assertThat(handed.startKind()).isEqualTo(StartKind.COLD);
              assertThat(handed.until()).isEqualTo(story.now().plus(PoolStory.LEASE));
            });
    assertThat(story.queue()).containsExactly("r2");
  }

  @Test
  void aReleasedInstanceGoesToTheHeadOfTheQueueInTheSameDecision() {
    story.started("r1");
    story.assign("r2");
    story.assign("r3");
    story.release("r1", "i1");
    assertThat(story.heldBy("r2")).isEqualTo("i1");
    assertThat(story.events(Event.HandedOver.class))
        .singleElement()
        .satisfies(
            handed -> {
              assertThat(handed.caller()).isEqualTo(caller("r2"));
              assertThat(handed.startKind()).isEqualTo(StartKind.WAITED);
            });
    assertThat(story.queue()).containsExactly("r3");
    assertThat(story.assign("r2"))
        .isInstanceOfSatisfying(
            Reply.Granted.class,
            granted -> assertThat(granted.startKind()).isEqualTo(StartKind.WAITED));
  }

  @Test
  void waitersAreServedFirstComeFirstServed() {
    story.with(PoolStory.plan(Duration.ofMinutes(1), 10, 0, 0, 1)).started("r1");
    for (String request : PoolStory.requests(2, 5)) {
      story.assign(request);
    }
    assertThat(story.queue()).containsExactly("r2", "r3", "r4", "r5");
    for (int i = 1; i < 5; i++) {
      story.release("r" + i, "i1");
      assertThat(story.heldBy("r" + (i + 1))).isEqualTo("i1");
    }
  }

  @Test
  void everyWaiterHasOneLaunchOnItsWayAndNoMore() {
    story.assign("r1");
    story.assign("r2");
    assertThat(story.pool.starting()).isEqualTo(2);
    story.assign("r2");
    story.assign("r1");
    assertThat(story.pool.starting()).isEqualTo(2);
  }

  @Test
  void aLaunchOfAWaiterThatWasServedOtherwiseServesTheNext() {
    story.started("r1");
    story.assign("r2");
    story.release("r1", "i1");
    assertThat(story.assign("r3")).isEqualTo(new Reply.Queued());
    assertThat(story.events(Event.LaunchBegun.class)).isEmpty();
    story.launched("i2");
    assertThat(story.heldBy("r3")).isEqualTo("i2");
  }

  @Test
  void aLaunchThatNobodyNeedsAnyMoreIsKeptIdle() {
    story.started("r1");
    story.assign("r2");
    story.release("r1", "i1");
    assertThat(story.slot("i2")).isEqualTo(new Reply.Done());
    assertThat(story.ready("i2")).isEqualTo(new Reply.Done());
    assertThat(story.state("i2")).isEqualTo(Instance.State.IDLE);
  }

  @Test
  void aLaunchThatNobodyNeedsAnyMoreIsGivenUpBeforeInitIfThePlanSaysSo() {
    story.with(PoolStory.givingUp()).started("r1");
    story.assign("r2");
    story.release("r1", "i1");
    assertThat(story.slot("i2")).isEqualTo(new Reply.GivenUp(true));
    assertThat(story.events(Event.Retired.class))
        .singleElement()
        .satisfies(
            retired -> {
              assertThat(retired.instanceId()).isEqualTo("i2");
              assertThat(retired.slotId()).isEqualTo("si2");
            });
    assertThat(story.slot("i2")).isEqualTo(new Reply.GivenUp(false));
    assertThat(story.ready("i2")).isEqualTo(new Reply.GivenUp(false));
  }

  @Test
  void aLaunchThatSomebodyWaitsForIsNotGivenUp() {
    story.with(PoolStory.givingUp()).started("r1");
    story.assign("r2");
    story.assign("r3");
    story.release("r1", "i1");
    assertThat(story.slot("i3")).isEqualTo(new Reply.GivenUp(true));
    assertThat(story.slot("i2")).isEqualTo(new Reply.Done());
    story.ready("i2");
    assertThat(story.heldBy("r3")).isEqualTo("i2");
  }

  @Test
  void aLaunchThatIsInitializingIsFinishedEvenIfThePlanGivesUp() {
    story.with(PoolStory.givingUp()).started("r1");
    story.assign("r2");
    story.slot("i2");
    story.release("r1", "i1");
    assertThat(story.slot("i2")).isEqualTo(new Reply.Done());
    story.ready("i2");
    assertThat(story.state("i2")).isEqualTo(Instance.State.IDLE);
  }

  @Test
  void aSecondSlotForOneLaunchIsNotWanted() {
    story.assign("r1");
    story.slot("i1");
    assertThat(story.submit(new Command.SlotCreated("i1", "another")))
        .isEqualTo(new Reply.OtherSlot());
    assertThat(story.ready("i1")).isEqualTo(new Reply.Done());
    assertThat(story.submit(new Command.SlotCreated("i1", "another")))
        .isEqualTo(new Reply.OtherSlot());
  }

  @Test
  void anInstanceThatIsReadyTwiceIsHandedOverOnce() {
    story.assign("r1");
    story.assign("r2");
    story.launched("i1");
    assertThat(story.ready("i1")).isEqualTo(new Reply.Done());
    assertThat(story.events()).isEmpty();
    assertThat(story.queue()).containsExactly("r2");
  }

  @Test
  void aLaunchOfAnInstanceThatIsUnknownIsGivenUp() {
    story.assign("r1");
    assertThat(story.slot("x")).isEqualTo(new Reply.GivenUp(false));
    assertThat(story.ready("x")).isEqualTo(new Reply.GivenUp(false));
    assertThat(story.fails("x", true, null)).isEqualTo(new Reply.GivenUp(false));
    assertThat(story.destroyed("x")).isEqualTo(new Reply.Done());
    assertThat(story.events()).isEmpty();
  }

  @Test
  void aColdStartLaunchesAsManyMoreAsThePlanSays() {
    story.with(PoolStory.plan(Duration.ofMinutes(1), 10, 2, 0, 10));
    story.assign("r1");
    assertThat(story.events(Event.LaunchBegun.class)).hasSize(3);
    story.assign("r2");
    assertThat(story.events(Event.LaunchBegun.class))
        .as("a request that a launch is on its way for is no cold start")
        .isEmpty();
  }

  @Test
  void noLaunchExceedsThePlansMaximumOrTheLimit() {
    story.with(PoolStory.plan(Duration.ofMinutes(1), 10, 2, 0, 2));
    story.assign("r1");
    story.assign("r2");
    story.assign("r3");
    assertThat(story.pool.live()).isEqualTo(2);

    PoolLimits few =
        new PoolLimits(
            1,
            100,
            Duration.ZERO,
            8,
            Duration.ZERO,
            Duration.ZERO,
            1,
            Duration.ZERO,
            PoolStory.LEASE,
            PoolStory.LEASE);
    PoolStory limited = new PoolStory().with(few);
    limited.assign("r1");
    limited.assign("r2");
    assertThat(limited.pool.live()).isEqualTo(1);
    assertThat(limited.queue()).containsExactly("r1", "r2");
  }

  @Test
  void aMaximumThatGrewLetsTheNextSweepLaunch() {
    story.with(PoolStory.plan(Duration.ofMinutes(1), 10, 0, 0, 1));
    story.assign("r1");
    story.assign("r2");
    assertThat(story.pool.live()).isEqualTo(1);
    story.with(PoolStory.KEEPING).sweep();
    assertThat(story.pool.starting()).isEqualTo(2);
  }
}
