package io.scaler.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.Foresight;
import io.scaler.model.Foresight.Window;
import io.scaler.model.Plan;
import io.scaler.model.Plan.Surplus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a pool keeps and launches where its plan says when each level is wanted again. */
class PoolForesightTest {
  private static final Duration COLD_START = Duration.ofSeconds(2);
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Retired at its release, launched to be there from 30 s to 40 s later. */
  private static final Window RETURNING =
      new Window(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(30), Duration.ofSeconds(40));

  private final PoolStory story = new PoolStory();

  private static Plan plan(Window... levels) {
    return plan(Duration.ZERO, Duration.ZERO, levels);
  }

  private static Plan plan(Duration execution, Duration waitAtMost, Window... levels) {
    return new Plan(
        "test",
        Duration.ofHours(1),
        100,
        0,
        0,
        Duration.ZERO,
        Surplus.GIVE_UP,
        0,
        100,
        new Foresight(List.of(levels), COLD_START, execution, 1, waitAtMost));
  }

  private static Window keeping(int seconds) {
    return Window.keeping(Duration.ofSeconds(seconds));
  }

  @Test
  void anInstanceIsKeptForItsLevelsReturnAndNotForThePlansKeepAlive() {
    story.with(plan(keeping(10))).idle(1);
    assertThat(story.due()).isEqualTo(story.now().plusSeconds(10));

    story.pass(Duration.ofMillis(9_999)).sweep();
    assertThat(story.state("i1")).isEqualTo(Instance.State.IDLE);

    story.pass(Duration.ofMillis(1)).sweep();
    assertThat(retired()).containsExactly("i1");
  }

  @Test
  void anInstanceOfALevelThatIsNotKeptIsRetiredAtItsRelease() {
    story.with(plan(keeping(10), keeping(0))).started("r1", "r2");

    story.release("r2", "i2");
    assertThat(retired()).as("the second level's").containsExactly("i2");

    story.release("r1", "i1");
    assertThat(retired()).as("the first level's").isEmpty();
  }

  @Test
  void theLevelsOutliveTheRequestsNotTheInstances() {
    story.with(plan(keeping(10), keeping(5))).started("r1", "r2");
    story.release("r1", "i1");
    story.pass(SECOND).release("r2", "i2");
    assertThat(story.due()).isEqualTo(story.now().plusSeconds(10));

    story.pass(Duration.ofSeconds(4)).sweep();
    assertThat(retired())
        .as("5 s after the second level fell; the one that was used last is kept for the first")
        .containsExactly("i1");
    story.pass(Duration.ofSeconds(5)).sweep();
    assertThat(retired()).isEmpty();
    story.pass(SECOND).sweep();
    assertThat(retired()).containsExactly("i2");
  }

  @Test
  void aLevelThatIsExpectedBackGetsAnInstanceAColdStartBefore() {
    Instant fell = story.with(plan(RETURNING)).idle(1).now();
    assertThat(story.state("i1")).isEqualTo(Instance.State.RETIRING);
    story.destroyed("i1");
    story.sweep();
    assertThat(story.due()).isEqualTo(fell.plusSeconds(28));
    story.pass(Duration.ofSeconds(27)).sweep();
    assertThat(story.events(Event.LaunchBegun.class)).isEmpty();
    assertThat(story.due()).isEqualTo(fell.plusSeconds(28));

    story.pass(SECOND).sweep();
    assertThat(story.events(Event.LaunchBegun.class)).hasSize(1);

    story.pass(COLD_START).launched("i2");
    story.sweep();
    assertThat(story.state("i2")).isEqualTo(Instance.State.IDLE);
    assertThat(story.due()).isEqualTo(fell.plusSeconds(40));

    story.pass(Duration.ofSeconds(10)).sweep();
    assertThat(retired()).as("it was waited for in vain").containsExactly("i2");
  }

  @Test
  void aRequestThatComesInTimeFindsTheInstanceThatWasForeseen() {
    story.with(plan(RETURNING)).idle(1);
    story.pass(Duration.ofSeconds(28)).sweep();
    story.pass(COLD_START).launched("i2");
    story.sweep();

    Reply reply = story.pass(SECOND).assign("r2");

    assertThat(reply).isInstanceOf(Reply.Granted.class);
    assertThat(story.heldBy("r2")).isEqualTo("i2");
  }

  @Test
  void aForeseenLaunchThatARequestComesBeforeServesIt() {
    story.with(plan(RETURNING)).idle(1);
    story.pass(Duration.ofSeconds(28)).sweep();

    story.pass(SECOND).assign("r2");

    assertThat(story.events(Event.LaunchBegun.class)).as("one is on its way").isEmpty();
    story.launched("i2");
    assertThat(story.heldBy("r2")).isEqualTo("i2");
  }

  @Test
  void aLevelThatIsMissingAnInstanceGetsOneWhileThatIsWorthIt() {
    Window window =
        new Window(Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ZERO, Duration.ZERO);
    story.with(plan(keeping(0))).idle(1);
    story.pass(Duration.ofSeconds(19)).with(plan(window)).sweep();
    assertThat(story.events(Event.LaunchBegun.class)).hasSize(1);

    story.launched("i2");
    story.sweep();
    story.pass(Duration.ofSeconds(2)).sweep();
    assertThat(story.state("i2"))
        .as("kept for longer than launched")
        .isEqualTo(Instance.State.IDLE);
    assertThat(story.events(Event.LaunchBegun.class)).isEmpty();
  }

  @Test
  void anInstanceThatNoLevelHasUsedIsKeptAsTheNextLevelWouldBe() {
    story.with(plan(keeping(10), keeping(5))).assign("r1");
    story.slot("i1");
    story.submit(new Command.Cancel("r1", PoolStory.caller("r1")));
    story.ready("i1");
    story.sweep();
    assertThat(story.state("i1")).isEqualTo(Instance.State.IDLE);

    story.pass(Duration.ofSeconds(10)).sweep();
    assertThat(retired()).containsExactly("i1");
  }

  @Test
  void aRequestThatABusyInstanceWillServeSoonerDoesNotLaunch() {
    story.with(plan(SECOND, Duration.ofSeconds(2), keeping(10))).started("r1");

    story.assign("r2");
    assertThat(story.events(Event.LaunchBegun.class)).as("served after 1 s").isEmpty();
    story.assign("r3");
    assertThat(story.events(Event.LaunchBegun.class)).as("served after 2 s").isEmpty();
    story.assign("r4");
    assertThat(story.events(Event.LaunchBegun.class)).as("not before 3 s").hasSize(1);
  }

  @Test
  void aRequestThatWasNotServedAsExpectedLaunchesAfterAll() {
    story.with(plan(SECOND, Duration.ofSeconds(2), keeping(10))).started("r1");
    story.assign("r2");
    assertThat(story.due()).as("it is looked after").isEqualTo(story.now().plusSeconds(1));

    story.pass(SECOND).sweep();
    assertThat(story.events(Event.LaunchBegun.class)).as("any moment now").isEmpty();
    story.pass(Duration.ofMillis(1_001)).sweep();
    assertThat(story.events(Event.LaunchBegun.class))
        .as("what has run twice as long as expected may run as long again")
        .hasSize(1);
  }

  @Test
  void aBurstOfShortRequestsLaunchesAsManyAsServeItWhileOneMoreWouldStart() {
    Duration execution = Duration.ofMillis(100);
    story.with(plan(execution, COLD_START.plus(execution.multipliedBy(3)), keeping(10)));

    for (int i = 1; i <= 9; i++) {
      story.assign("r" + i);
    }

    assertThat(story.pool.starting()).as("each begins four within 300 ms").isEqualTo(3);
  }

  @Test
  void whatIsForgottenOfALevelIsNotLaunchedForAnyMore() {
    story.with(plan(RETURNING)).idle(1);
    story.destroyed("i1");
    story.pass(PoolStory.LIMITS.levelsFor()).sweep();

    assertThat(story.events(Event.LevelsForgotten.class)).hasSize(1);
    assertThat(story.pool.isClosed()).isTrue();
  }

  private List<String> retired() {
    return story.events(Event.Retired.class).stream().map(Event.Retired::instanceId).toList();
  }
}
