package io.scaler.pool;

import static io.scaler.pool.PoolStory.plan;
import static io.scaler.pool.PoolStory.reason;
import static io.scaler.pool.PoolStory.sparing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolSweepTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final FunctionSpec LARGER =
      new FunctionSpec("f", "java", 256, Duration.ofSeconds(20));

  private final PoolStory story = new PoolStory();

  @Test
  void anIdleInstanceIsRetiredWhenItsKeepAliveIsOver() {
    story.with(plan(MINUTE, 10, 0, 0, 10)).idle(1);
    assertThat(story.due()).isBeforeOrEqualTo(story.now().plus(MINUTE));
    story.pass(MINUTE.minusMillis(1)).sweep();
    assertThat(story.state("i1")).isEqualTo(Instance.State.IDLE);
    assertThat(story.due()).isEqualTo(story.now().plusMillis(1));
    story.pass(Duration.ofMillis(1)).sweep();
    assertThat(retired()).containsExactly("i1");
  }

  @Test
  void useStartsAnInstancesKeepAliveAnew() {
    story.with(plan(MINUTE, 10, 0, 0, 10)).idle(2);
    story.pass(Duration.ofSeconds(50)).assign("r3");
    story.release("r3", "i2");
    story.pass(Duration.ofSeconds(50)).sweep();
    assertThat(retired()).containsExactly("i1");
  }

  @Test
  void withoutKeepAliveAnInstanceIsRetiredWhenItIsReleased() {
    story.with(plan(Duration.ZERO, 10, 0, 0, 10)).started("r1");
    story.assign("r2");
    story.release("r1", "i1");
    assertThat(story.heldBy("r2")).as("unless somebody waits").isEqualTo("i1");
    story.release("r2", "i1");
    assertThat(retired()).containsExactly("i1");
  }

  @Test
  void moreIdleInstancesThanThePlanKeepsAreRetiredAtOnceTheLongestIdleFirst() {
    story.with(plan(MINUTE, 2, 0, 0, 10)).started("r1", "r2", "r3");
    story.release("r1", "i1");
    story.release("r2", "i2");
    assertThat(retired()).isEmpty();
    story.release("r3", "i3");
    assertThat(retired()).containsExactly("i1");
    assertThat(story.pool.idle()).containsExactly("i2", "i3");
  }

  @Test
  void aPlanThatKeepsNoIdleInstancesRetiresTheOneThatBecomesIdle() {
    story.with(plan(MINUTE, 0, 0, 0, 10)).started("r1");
    story.release("r1", "i1");
    assertThat(retired()).containsExactly("i1");
    story.prewarm(1);
    story.launched("i2");
    assertThat(retired()).containsExactly("i2");
    assertThat(story.pool.starting()).isZero();
  }

  @Test
  void aPlanThatKeepsFewerThanBeforeIsMetByTheNextSweep() {
    story.idle(5);
    story.with(plan(MINUTE, 2, 0, 0, 10)).sweep();
    assertThat(retired()).containsExactly("i3", "i2", "i1");
    assertThat(story.pool.idle()).containsExactly("i4", "i5");
  }

  @Test
  void thePlansMinimumIsLaunchedWithoutDemandAndKept() {
    story.with(plan(Duration.ZERO, 0, 0, 2, 10)).prewarm(0);
    story.sweep();
    assertThat(story.events(Event.LaunchBegun.class)).hasSize(2);
    story.launched("i1", "i2");
    assertThat(story.pool.idle()).containsExactly("i1", "i2");
    story.pass(Duration.ofHours(1)).sweep();
    assertThat(story.events()).isEmpty();
    assertThat(story.due()).as("nothing more to do").isNull();
    story.assign("r1");
    story.assign("r2");
    story.assign("r3");
    story.launched("i3");
    story.release("r1", "i2");
    assertThat(retired()).as("beyond the minimum").containsExactly("i2");
  }

  @Test
  void anInstanceOfTheMinimumThatFailedIsReplaced() {
    story.with(plan(MINUTE, 10, 0, 1, 10)).prewarm(1);
    story.launched("i1");
    story.assign("r1");
    story.release("r1", "i1", Outcome.FAILED);
    story.sweep();
    assertThat(story.events(Event.LaunchBegun.class))
        .singleElement()
        .satisfies(begun -> assertThat(begun.why()).isEqualTo("the plan keeps 1"));
  }

  @Test
  void aSweepLeavesAPoolBelowItsMaximumAlone() {
    story.with(plan(MINUTE, 10, 0, 0, 10)).idle(3);
    story.sweep();
    assertThat(story.events()).containsExactly(new Event.EpochRaised(1));
    story.sweep();
    assertThat(story.events()).isEmpty();
  }

  @Test
  void sparesAreCutBackAfterOneIntervalAndToNoneAfterTwo() {
    story.with(sparing(2, MINUTE)).prewarm(4);
    story.launched("i1", "i2", "i3", "i4");
    story.pass(MINUTE.minusMillis(1)).sweep();
    assertThat(retired()).isEmpty();
    story.pass(Duration.ofMillis(1)).sweep();
    assertThat(retired()).containsExactly("i2", "i1");
    assertThat(story.due()).isBeforeOrEqualTo(story.now().plus(MINUTE));
    story.pass(MINUTE).sweep();
    assertThat(retired()).containsExactly("i4", "i3");
  }

  @Test
  void aSpareThatWasUsedIsASpareNoMore() {
    story.with(sparing(0, MINUTE)).prewarm(2);
    story.launched("i1", "i2");
    story.assign("r1");
    story.release("r1", "i2");
    story.pass(MINUTE).sweep();
    assertThat(retired()).containsExactly("i1");
    story.pass(MINUTE).sweep();
    assertThat(retired()).isEmpty();
  }

  @Test
  void prewarmingLaunchesWhatIsMissingAndNothingWhenRepeated() {
    story.prewarm(3);
    assertThat(story.events(Event.LaunchBegun.class)).hasSize(3);
    story.prewarm(3);
    assertThat(story.events()).isEmpty();
    story.launched("i1");
    assertThat(story.pool.idle()).containsExactly("i1");
    assertThat(story.assign("r1")).isInstanceOf(Reply.Granted.class);
  }

  @Test
  void aFunctionThatNeedsOtherInstancesUsesNoneOfTheFormer() {
    story.idle(2);
    story.with(LARGER).assign("r3");
    assertThat(story.events(Event.Respecified.class))
        .containsExactly(new Event.Respecified(LARGER, true));
    assertThat(story.queue()).containsExactly("r3");
    assertThat(story.due()).as("the former are to be retired").isEqualTo(story.now());
    assertThat(story.events(Event.LaunchBegun.class))
        .singleElement()
        .satisfies(begun -> assertThat(begun.memoryMb()).isEqualTo(256));
    story.sweep();
    assertThat(retired()).containsExactly("i2", "i1");
  }

  @Test
  void aFormerInstanceThatIsReleasedOrReadyIsRetiredAndTheWaiterGetsANewOne() {
    story.started("r1");
    story.assign("r2");
    story.with(LARGER).assign("r3");
    story.release("r1", "i1");
    assertThat(retired()).containsExactly("i1");
    story.launched("i2");
    assertThat(retired()).containsExactly("i2");
    assertThat(story.queue()).containsExactly("r2", "r3");
    assertThat(story.pool.starting()).isEqualTo(2);
    story.launched("i3");
    assertThat(story.heldBy("r2")).isEqualTo("i3");
  }

  @Test
  void aFunctionWhoseTimeoutChangedKeepsItsInstances() {
    story.idle(1);
    story.with(new FunctionSpec("f", "java", 128, Duration.ofSeconds(50)));
    assertThat(story.assign("r2"))
        .isInstanceOfSatisfying(
            Reply.Granted.class,
            granted -> assertThat(granted.remaining()).isEqualTo(Duration.ofSeconds(60)));
  }

  @Test
  void aFormerLeaderIsRefusedAndChangesNothing() {
    story.idle(1);
    story.submit(new Command.Sweep(5));
    assertThat(story.pool.epoch()).isEqualTo(5);
    story.pass(Duration.ofHours(1));
    assertThat(reason(story.submit(new Command.Sweep(4)))).isEqualTo(Reason.SUPERSEDED);
    assertThat(reason(story.submit(new Command.Prewarm(4, LARGER, 9))))
        .isEqualTo(Reason.SUPERSEDED);
    assertThat(reason(story.submit(new Command.Adopt(4, LARGER, "o1", "s1", 128))))
        .isEqualTo(Reason.SUPERSEDED);
    assertThat(story.events()).isEmpty();
    assertThat(story.submit(new Command.Sweep(5))).isEqualTo(new Reply.Done());
    assertThat(retired()).containsExactly("i1");
  }

  @Test
  void aSweepThatHasTooMuchToDoLeavesTheRestToTheNextAtOnce() {
    story.with(PoolLimits.DEFAULT).with(plan(MINUTE, 1_000, 0, 0, 1));
    for (String request : PoolStory.requests(1, 250)) {
      story.assign(request);
    }
    story.pass(PoolStory.PATIENCE).sweep();
    assertThat(story.events(Event.WaiterRefused.class)).hasSizeBetween(100, 200);
    assertThat(story.due()).isBeforeOrEqualTo(story.now());
    story.sweep();
    assertThat(story.queue()).isEmpty();
  }

  @Test
  void aPoolIsClosedWhenNothingIsLeftAndNothingIsRemembered() {
    story.with(plan(MINUTE, 10, 0, 0, 10)).idle(1);
    story.pass(MINUTE).sweep();
    story.destroyed("i1");
    story.sweep();
    assertThat(story.pool.isClosed()).as("it remembers r1").isFalse();
    assertThat(story.due()).isNotNull();
    story.pass(PoolStory.LIMITS.rememberFor()).sweep();
    assertThat(story.events()).contains(new Event.Closed());
    assertThat(story.pool.isClosed()).isTrue();
  }

  @Test
  void aPoolWithAWaiterOrAMinimumIsNotClosed() {
    story.with(plan(MINUTE, 10, 0, 1, 10)).prewarm(0);
    story.sweep();
    assertThat(story.pool.isClosed()).isFalse();
    PoolStory waiting = new PoolStory();
    waiting.assign("r1");
    waiting.fails("i1", false, null);
    waiting.sweep();
    assertThat(waiting.pool.isClosed()).isFalse();
  }

  // As a value

  @Test
  void aPoolThatIsRestoredFromItsStateDecidesAsTheOneItWas() {
    story.started("r1", "r2", "r3");
    story.release("r2", "i2");
    story.adopt("o1");
    story.with(LARGER).assign("r4");
    Pool restored = Pool.of(story.pool.state());
    assertThat(restored.state()).isEqualTo(story.pool.state());
    List<Command> commands =
        List.of(
            new Command.Sweep(3),
            new Command.Assign(LARGER, "r5", PoolStory.caller("r5"), PoolStory.PATIENCE),
            new Command.Release("r1", "i1", Outcome.OK, ""),
            new Command.Release("r9", "o1", Outcome.OK, ""),
            new Command.SlotCreated("i4", "s4"),
            new Command.NodeLost("n1"));
    for (Command command : commands) {
      assertThat(decide(restored, command)).isEqualTo(decide(story.pool, command));
    }
  }

  @Test
  void aChangeThatFollowsAnotherVersionIsNotApplied() {
    story.idle(1);
    Change late = new Change(1, story.now(), List.of(new Event.Gone("i1")));
    PoolState before = story.pool.state();
    assertThatThrownBy(() -> story.pool.apply(late))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("follows version 1");
    assertThat(story.pool.state()).isEqualTo(before);
  }

  @Test
  void aChangeWithoutEventsLeavesTheVersionAsItIs() {
    story.idle(1);
    long version = story.pool.version();
    story.cancel("r9", PoolStory.caller("r9"));
    assertThat(story.pool.version()).isEqualTo(version);
    story.assign("r2");
    assertThat(story.pool.version()).isEqualTo(version + 1);
  }

  private Decision decide(Pool pool, Command command) {
    return pool.decide(
        command,
        new Terms(story.now(), "n2", plan(MINUTE, 1, 1, 1, 10), PoolStory.LIMITS, () -> "new"));
  }

  private List<String> retired() {
    return story.events(Event.Retired.class).stream().map(Event.Retired::instanceId).toList();
  }
}
