package io.scaler.pool;

import static io.scaler.pool.PoolStory.caller;
import static io.scaler.pool.PoolStory.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.Reason;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PoolLeaseTest {
  private final PoolStory story = new PoolStory();

  @Test
  void aLeaseLastsTheFunctionsTimeoutAndTheGrace() {
    story.idle(1);
    assertThat(story.assign("r2"))
        .isInstanceOfSatisfying(
            Reply.Granted.class,
            granted -> assertThat(granted.remaining()).isEqualTo(PoolStory.LEASE));
    assertThat(story.due()).isEqualTo(story.now().plus(PoolStory.LEASE));
  }

  @Test
  void anInstanceWhoseLeaseRanOutIsRetiredAndNotReused() {
    story.started("r1");
    story.pass(PoolStory.LEASE.minusMillis(1)).sweep();
    assertThat(story.heldBy("r1")).isEqualTo("i1");
    story.assign("r2");
    story.pass(Duration.ofMillis(1)).sweep();
    assertThat(story.events())
        .startsWith(new Event.Expired("r1", "i1"))
        .hasAtLeastOneElementOfType(Event.Retired.class);
    assertThat(story.state("i1")).isEqualTo(Instance.State.RETIRING);
    assertThat(story.queue()).containsExactly("r2");
    assertThat(story.pool.starting()).as("another is launched for whoever waits").isEqualTo(1);
  }

  @Test
  void aReleaseAfterTheLeaseRanOutIsRefused() {
    story.started("r1");
    story.pass(PoolStory.LEASE).sweep();
    assertThat(reason(story.release("r1", "i1"))).isEqualTo(Reason.NOT_HOLDER);
    assertThat(story.events()).isEmpty();
    story.destroyed("i1");
    assertThat(reason(story.release("r1", "i1"))).isEqualTo(Reason.NOT_HOLDER);
    assertThat(reason(story.renew("r1", "i1"))).isEqualTo(Reason.INSTANCE_NOT_FOUND);
  }

  @Test
  void aRenewalAfterTheLeaseRanOutIsRefusedBeforeAndAfterTheSweep() {
    story.started("r1");
    story.pass(PoolStory.LEASE);
    assertThat(reason(story.renew("r1", "i1"))).isEqualTo(Reason.NOT_HOLDER);
    assertThat(story.events()).isEmpty();
    story.sweep();
    assertThat(reason(story.renew("r1", "i1"))).isEqualTo(Reason.NOT_HOLDER);
  }

  @Test
  void anAssignAfterTheLeaseRanOutIsRefusedBeforeAndAfterTheSweep() {
    story.started("r1");
    story.pass(PoolStory.LEASE);
    assertThat(reason(story.assign("r1"))).isEqualTo(Reason.REQUEST_FINISHED);
    story.sweep();
    assertThat(reason(story.assign("r1"))).isEqualTo(Reason.REQUEST_FINISHED);
  }

  @Test
  void aRenewalExtendsTheLease() {
    story.started("r1");
    story.pass(Duration.ofSeconds(20));
    assertThat(story.renew("r1", "i1"))
        .isInstanceOfSatisfying(
            Reply.Renewed.class,
            renewed -> {
              assertThat(renewed.remaining()).isEqualTo(PoolStory.LEASE);
              assertThat(renewed.token()).isEqualTo(story.pool.holding("r1").token());
            });
    story.pass(PoolStory.LEASE.minusSeconds(1)).sweep();
    assertThat(story.heldBy("r1")).isEqualTo("i1");
    story.pass(Duration.ofSeconds(1)).sweep();
    assertThat(story.heldBy("r1")).isNull();
  }

  @Test
  void aRenewalUnderAShorterTimeoutTakesNothingAway() {
    story.started("r1", "r2");
    story.with(new FunctionSpec("f", "java", 128, Duration.ofSeconds(1)));
    story.release("r2", "i2");
    story.assign("r3");
    assertThat(story.renew("r1", "i1"))
        .isInstanceOfSatisfying(
            Reply.Renewed.class,
            renewed -> assertThat(renewed.remaining()).isEqualTo(PoolStory.LEASE));
  }

  @Test
  void onlyTheHolderRenews() {
    story.started("r1", "r2");
    assertThat(reason(story.renew("r2", "i1"))).isEqualTo(Reason.NOT_HOLDER);
    assertThat(reason(story.renew("r1", "x"))).isEqualTo(Reason.INSTANCE_NOT_FOUND);
    assertThat(reason(story.renew("r9", "i1"))).isEqualTo(Reason.NOT_HOLDER);
    assertThat(story.events()).isEmpty();
  }

  @Test
  void tokensGrowWithEveryGrantLaunchAndRetirement() {
    story.started("r1");
    long first = story.pool.holding("r1").token();
    story.release("r1", "i1");
    story.assign("r2");
    long second = story.pool.holding("r2").token();
    story.release("r2", "i1", Outcome.DESTROY);
    long third = story.pool.find("i1").token();
    assertThat(first).isLessThan(second);
    assertThat(second).isLessThan(third);
    assertThat(story.pool.lastToken()).isEqualTo(third);
  }

  @Test
  void tokensOfAPoolThatWasForgottenAndBeganAnewGrowOn() {
    story.idle(1);
    PoolStory anew = new PoolStory();
    anew.pass(Duration.ofSeconds(1)).idle(1);
    assertThat(anew.pool.lastToken()).isGreaterThan(story.pool.lastToken());
  }

  @Test
  void timeThatGoesBackwardsStandsStill() {
    story.started("r1");
    Instant latest = story.now();
    story.pass(Duration.ofHours(-1)).assign("r2");
    assertThat(story.pool.lastChange()).isEqualTo(latest);
    assertThat(story.pool.waiting("r2").until()).isEqualTo(latest.plus(PoolStory.PATIENCE));
    story.sweep();
    assertThat(story.heldBy("r1")).isEqualTo("i1");
    story.launched("i2");
    assertThat(story.pool.holding("r2").hold().until()).isEqualTo(latest.plus(PoolStory.LEASE));
    assertThat(story.assign("r1"))
        .isInstanceOfSatisfying(
            Reply.Granted.class,
            granted -> assertThat(granted.remaining()).isEqualTo(PoolStory.LEASE));
  }

  // Instances that were found on the platform

  @Test
  void anInstanceFoundOnThePlatformIsHeldByNobodyKnowsWhom() {
    assertThat(story.adopt("o1")).isEqualTo(new Reply.Done());
    assertThat(story.state("o1")).isEqualTo(Instance.State.ASSIGNED);
    assertThat(story.assign("r1")).as("it is not given away").isEqualTo(new Reply.Queued());
    assertThat(story.adopt("o1")).isEqualTo(new Reply.Known());
    assertThat(story.events()).isEmpty();
  }

  @Test
  void whoeverReleasesAnAdoptedInstanceFirstIsTakenForItsHolder() {
    story.adopt("o1");
    assertThat(story.release("r1", "o1")).isEqualTo(new Reply.Done());
    assertThat(story.state("o1")).isEqualTo(Instance.State.IDLE);
    assertThat(story.release("r1", "o1")).isEqualTo(new Reply.Done());
    assertThat(reason(story.release("r2", "o1"))).isEqualTo(Reason.NOT_HOLDER);
    assertThat(story.assign("r2")).isInstanceOf(Reply.Granted.class);
    assertThat(story.assign("r1")).isInstanceOf(Reply.Refused.class);
  }

  @Test
  void anAdoptedInstanceThatIsReleasedGoesToTheHeadOfTheQueue() {
    story.adopt("o1");
    story.assign("r2", caller("r2"));
    story.release("r1", "o1");
    assertThat(story.heldBy("r2")).isEqualTo("o1");
  }

  @Test
  void anAdoptedInstanceThatNobodyReleasesIsRetiredWhenItsLeaseRunsOut() {
    story.adopt("o1");
    story.pass(PoolStory.LEASE).sweep();
    assertThat(story.state("o1")).isEqualTo(Instance.State.RETIRING);
    assertThat(story.pool.finished()).isEmpty();
  }

  @Test
  void aRepeatedReleaseDoesNotFreeAnInstanceThatWasAdoptedSince() {
    story.started("r1");
    story.release("r1", "i1", Outcome.DESTROY);
    story.destroyed("i1");
    story.adopt("i1");
    assertThat(story.release("r1", "i1", Outcome.DESTROY)).isEqualTo(new Reply.Done());
    assertThat(story.events()).isEmpty();
    assertThat(story.state("i1")).isEqualTo(Instance.State.ASSIGNED);
  }

  @Test
  void anInstanceThatIsRetiringIsNotAdopted() {
    story.started("r1");
    story.release("r1", "i1", Outcome.DESTROY);
    assertThat(story.adopt("i1")).isEqualTo(new Reply.Known());
    assertThat(story.state("i1")).isEqualTo(Instance.State.RETIRING);
  }
}
