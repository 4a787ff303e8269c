package io.scaler.pool;

import static io.scaler.pool.PoolStory.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.Outcome;
import io.scaler.model.Reason;
import org.junit.jupiter.api.Test;

/** What an operator's wish to destroy instances does. */
class PoolDestroyTest {
  private final PoolStory story = new PoolStory();

  private Reply destroy(String instanceId) {
    return story.submit(new Command.Destroy(instanceId, "unwanted"));
  }

  @Test
  void idleInstancesAreRetiredAtOnceAndBusyOnesWhenTheyComeBack() {
    story.started("r1", "r2").release("r1", "i1");

    assertThat(destroy("")).isEqualTo(new Reply.Destroying(1, 1, 0));

    assertThat(story.state("i1")).isEqualTo(Instance.State.RETIRING);
    assertThat(story.heldBy("r2")).isEqualTo("i2");
    story.release("r2", "i2");
    assertThat(story.events(Event.Retired.class))
        .extracting(Event.Retired::instanceId, Event.Retired::why)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("i2", "unwanted"));
  }

  @Test
  void repeatedItChangesNothingAndSaysTheSame() {
    story.started("r1", "r2").release("r1", "i1");
    Reply first = destroy("");

    assertThat(destroy("")).isEqualTo(first);
    assertThat(story.events()).isEmpty();
  }

  @Test
  void aRequestThatWaitsIsNotServedByACondemnedInstanceButByANewOne() {
    story.started("r1");
    destroy("i1");
    story.assign("r2");
    story.release("r1", "i1");

    assertThat(story.state("i1")).isEqualTo(Instance.State.RETIRING);
    assertThat(story.queue()).containsExactly("r2");
    story.launched("i2");
    assertThat(story.heldBy("r2")).isEqualTo("i2");
  }

  @Test
  void aHolderKeepsAndRenewsWhatIsCondemned() {
    story.started("r1");
    destroy("i1");

    assertThat(story.renew("r1", "i1")).isInstanceOf(Reply.Renewed.class);
    assertThat(story.assign("r1")).as("repeated").isInstanceOf(Reply.Granted.class);
    assertThat(story.release("r1", "i1", Outcome.OK)).isEqualTo(new Reply.Done());
  }

  @Test
  void oneInstanceIsChosenByItsIdWhateverItsState() {
    story.idle(2).assign("r3");
    story.assign("r4");
    story.assign("r5");
    assertThat(story.state("i3")).isEqualTo(Instance.State.CREATING);

    assertThat(destroy("i3")).isEqualTo(new Reply.Destroying(1, 0, 0));
    assertThat(story.events(Event.LaunchBegun.class))
        .as("for the request that waited for it")
        .hasSize(1);
    assertThat(destroy("i1")).isEqualTo(new Reply.Destroying(0, 1, 0));
    assertThat(story.state("i2")).isEqualTo(Instance.State.ASSIGNED);
  }

  @Test
  void anUnknownInstanceIsRefused() {
    story.started("r1");

    assertThat(reason(destroy("i9"))).isEqualTo(Reason.INSTANCE_NOT_FOUND);
    assertThat(story.events()).isEmpty();
  }

  @Test
  void moreThanOneStepTakesAreLeftForTheNext() {
    story.with(
        new PoolLimits(
            1_000,
            1_000,
            PoolStory.LIMITS.leaseGrace(),
            8,
            PoolStory.LIMITS.rememberFor(),
            PoolStory.LIMITS.levelsFor(),
            3,
            PoolStory.LIMITS.launchBackoff(),
            PoolStory.LIMITS.launchTimeout(),
            PoolStory.LIMITS.destroyAgainAfter()));
    story.idle(210);

    assertThat(destroy("")).isEqualTo(new Reply.Destroying(200, 0, 10));
    assertThat(destroy("")).isEqualTo(new Reply.Destroying(210, 0, 0));
  }
}
