package io.scaler.pool;

import static io.scaler.pool.PoolStory.caller;
import static io.scaler.pool.PoolStory.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PoolRequestsTest {
  private static final Caller ELSEWHERE = new Caller("n2", 7);

  private final PoolStory story = new PoolStory();

  @Test
  void aRepeatedAssignGetsTheSameInstanceAndToken() {
    story.idle(2);
    Reply first = story.assign("r3");
    story.pass(Duration.ofSeconds(3));
    Reply second = story.assign("r3");
    assertThat(first).isInstanceOf(Reply.Granted.class);
    Reply.Granted granted = (Reply.Granted) first;
    assertThat(second)
        .isEqualTo(
            new Reply.Granted(
                granted.instanceId(),
                granted.token(),
                granted.remaining().minusSeconds(3),
                granted.startKind()));
    assertThat(story.events()).isEmpty();
  }

  @Test
  void aRepeatedAssignThatWaitsKeepsItsPlace() {
    story.assign("r1");
    story.assign("r2");
    assertThat(story.assign("r1")).isEqualTo(new Reply.Queued());
    assertThat(story.events()).isEmpty();
    assertThat(story.queue()).containsExactly("r1", "r2");
  }

  @Test
  void aWaiterThatAsksThroughAnotherNodeKeepsItsPlaceAndIsToldThere() {
    story.assign("r1");
    story.assign("r2");
    assertThat(story.assign("r1", ELSEWHERE)).isEqualTo(new Reply.Queued());
    assertThat(story.queue()).containsExactly("r1", "r2");
    story.launched("i1");
    assertThat(story.events(Event.HandedOver.class))
        .singleElement()
        .satisfies(handed -> assertThat(handed.caller()).isEqualTo(ELSEWHERE));
  }

  @Test
  void theCancelOfACallThatWasReplacedIsIgnored() {
    story.assign("r1");
    story.assign("r1", ELSEWHERE);
    assertThat(story.cancel("r1", caller("r1"))).isEqualTo(new Reply.Done());
    assertThat(story.queue()).containsExactly("r1");
    assertThat(story.cancel("r1", ELSEWHERE)).isEqualTo(new Reply.Done());
    assertThat(story.queue()).isEmpty();
  }

  @Test
  void aCancelledCallGivesBackWhatItWasHandedTooLateAndTheNextGetsIt() {
    story.started("r1");
    story.assign("r2");
    story.cancel("r1", caller("r1"));
    assertThat(story.heldBy("r1")).isNull();
    assertThat(story.heldBy("r2")).isEqualTo("i1");
    assertThat(story.cancel("r1", caller("r1"))).isEqualTo(new Reply.Done());
    assertThat(story.events()).isEmpty();
    assertThat(story.assign("r1")).as("it may try again").isEqualTo(new Reply.Queued());
  }

  @Test
  void aCallThatTheClientLeftCannotGiveBackWhatAnotherCallToldIt() {
    story.started("r1");
    story.assign("r1", ELSEWHERE);
    story.assign("r2");
    story.cancel("r1", ELSEWHERE);
    assertThat(story.heldBy("r1")).isEqualTo("i1");
    story.cancel("r1", caller("r1"));
    assertThat(story.heldBy("r1")).isEqualTo("i1");
    story.assign("r1", ELSEWHERE);
    assertThat(story.events()).as("nothing more to note").isEmpty();
    assertThat(story.release("r1", "i1")).isEqualTo(new Reply.Done());
    assertThat(story.heldBy("r2")).isEqualTo("i1");
  }

  @Test
  void aReleaseByAnotherRequestIsRefusedAndChangesNothing() {
    story.started("r1", "r2");
    PoolState before = story.pool.state();
    assertThat(reason(story.release("r2", "i1"))).isEqualTo(Reason.NOT_HOLDER);
    assertThat(reason(story.release("r9", "i1"))).isEqualTo(Reason.NOT_HOLDER);
    assertThat(story.pool.state()).isEqualTo(before);
  }

  @Test
  void aReleaseOfAnIdleInstanceByAStrangerIsRefused() {
    story.idle(1);
    assertThat(reason(story.release("r9", "i1"))).isEqualTo(Reason.NOT_HOLDER);
    assertThat(story.events()).isEmpty();
  }

  @Test
  void aReleaseOfAnUnknownInstanceIsRefused() {
    story.started("r1");
    assertThat(reason(story.release("r1", "x"))).isEqualTo(Reason.INSTANCE_NOT_FOUND);
    assertThat(story.heldBy("r1")).isEqualTo("i1");
  }

  @Test
  void aSecondReleaseIsHarmlessEvenIfAnotherHoldsTheInstanceByNow() {
    story.idle(1);
    assertThat(story.release("r1", "i1")).isEqualTo(new Reply.Done());
    assertThat(story.events()).isEmpty();
    story.assign("r2");
    assertThat(story.release("r1", "i1")).isEqualTo(new Reply.Done());
    assertThat(story.heldBy("r2")).isEqualTo("i1");
  }

  @Test
  void aSecondReleaseIsHarmlessAfterTheInstanceIsGone() {
    story.started("r1");
    story.release("r1", "i1", Outcome.FAILED);
    story.destroyed("i1");
    assertThat(story.release("r1", "i1", Outcome.FAILED)).isEqualTo(new Reply.Done());
    assertThat(story.events()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      names = {"FAILED", "DESTROY"})
  void anInstanceThatFailedOrIsToBeDestroyedIsNeverHandedOutAgain(Outcome outcome) {
    story.started("r1");
    story.assign("r2");
    story.release("r1", "i1", outcome);
    assertThat(story.state("i1")).isEqualTo(Instance.State.RETIRING);
    assertThat(story.heldBy("r2")).isNull();
    assertThat(story.assign("r3")).isEqualTo(new Reply.Queued());
    assertThat(story.release("r3", "i1")).isInstanceOf(Reply.Refused.class);
  }

  @Test
  void theReasonOfADestructionIsPassedOn() {
    story.started("r1");
    story.submit(new Command.Release("r1", "i1", Outcome.FAILED, "out of memory"));
    assertThat(story.events(Event.Retired.class))
        .singleElement()
        .satisfies(
            retired -> assertThat(retired.why()).isEqualTo("its execution failed: out of memory"));
  }

  @Test
  void aFinishedRequestIsNotAssignedAgainWhileItIsRemembered() {
    story.idle(1);
    assertThat(reason(story.assign("r1"))).isEqualTo(Reason.REQUEST_FINISHED);
    story.pass(PoolStory.LIMITS.rememberFor()).sweep();
    assertThat(story.pool.finished()).isEmpty();
    assertThat(story.assign("r1")).isInstanceOf(Reply.Granted.class);
  }

  @Test
  void noMoreFinishedRequestsAreRememberedThanTheLimitSays() {
    story.started("r1");
    for (int i = 1; i < 40; i++) {
      story.assign("r" + (i + 1));
      story.release("r" + i, "i1");
      assertThat(story.pool.finished().size()).isLessThanOrEqualTo(PoolStory.LIMITS.remembered());
      assertThat(reason(story.assign("r" + i))).isEqualTo(Reason.REQUEST_FINISHED);
    }
  }

  @Test
  void noMoreLeasesThatRanOutAreRememberedThanTheLimitSays() {
    story.started(PoolStory.requests(1, 20));
    story.pass(PoolStory.LEASE).sweep();
    assertThat(story.events(Event.Expired.class)).hasSize(20);
    assertThat(story.pool.finished())
        .extracting(Finished::requestId)
        .containsExactly(PoolStory.requests(13, 20));
  }

  @Test
  void aRequestMoreThanMayWaitIsRefusedAndChangesNothing() {
    PoolLimits few =
        new PoolLimits(
            100,
            2,
            Duration.ofSeconds(10),
            8,
            Duration.ofMinutes(2),
            Duration.ofMinutes(2),
            3,
            Duration.ofMillis(100),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10));
    story.with(few);
    story.assign("r1");
    story.assign("r2");
    PoolState before = story.pool.state();
    story.with(new FunctionSpec("f", "java", 256, Duration.ofSeconds(20)));
    assertThat(story.assign("r3"))
        .isInstanceOfSatisfying(
            Reply.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.OVERLOADED);
              assertThat(refused.retryAfter()).isPositive();
            });
    assertThat(story.pool.state()).isEqualTo(before);
    story.with(PoolStory.FUNCTION);
    assertThat(story.assign("r1")).as("who waits, waits").isEqualTo(new Reply.Queued());
  }

  @Test
  void aWaiterIsRefusedWhenItsPatienceEndsAndNotBefore() {
    story.with(PoolStory.plan(Duration.ofMinutes(1), 10, 0, 0, 1)).started("r1");
    story.assign("r2");
    story.pass(Duration.ofSeconds(1));
    story.assign("r3");
    story.pass(PoolStory.PATIENCE.minusSeconds(2)).sweep();
    assertThat(story.events(Event.WaiterRefused.class)).isEmpty();
    story.pass(Duration.ofSeconds(1)).sweep();
    assertThat(story.events(Event.WaiterRefused.class))
        .singleElement()
        .satisfies(
            refused -> {
              assertThat(refused.requestId()).isEqualTo("r2");
              assertThat(refused.reason()).isEqualTo(Reason.TIMED_OUT);
              assertThat(refused.message()).contains("f").contains("within 15 s");
            });
    assertThat(story.queue()).containsExactly("r3");
  }

  @Test
  void aCancelOfARequestThatIsUnknownChangesNothing() {
    story.started("r1");
    assertThat(story.cancel("r9", ELSEWHERE)).isEqualTo(new Reply.Done());
    assertThat(story.events()).isEmpty();
  }
}
