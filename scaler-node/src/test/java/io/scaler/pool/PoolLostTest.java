package io.scaler.pool;

import static io.scaler.pool.PoolStory.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of instances that the platform no longer runs. */
class PoolLostTest {
  private final PoolStory story = new PoolStory();

  private Reply compare(String... running) {
    return story.submit(new Command.Compare(List.of(running)));
  }

  private Reply lost(long epoch, String... instances) {
    return story.submit(new Command.Lost(epoch, List.of(instances)));
  }

  @Test
  void aComparisonSaysWhatIsMissingAndWhatIsUnknownAndChangesNothing() {
    story.started("r1", "r2").release("r1", "i1");

    assertThat(compare("i1", "i2")).isEqualTo(new Reply.Compared(List.of(), List.of()));
    assertThat(compare("i2", "o1")).isEqualTo(new Reply.Compared(List.of("i1"), List.of("o1")));
    assertThat(story.events()).isEmpty();
    assertThat(story.heldBy("r2")).isEqualTo("i2");
  }

  @Test
  void whatStartsOrGoesIsNotMissing() {
    story.started("r1").release("r1", "i1");
    story.submit(new Command.Destroy("i1", "unwanted"));
    story.assign("r2");

    assertThat(compare()).isEqualTo(new Reply.Compared(List.of(), List.of()));
  }

  @Test
  void anIdleInstanceThatIsLostIsRetiredAndAHeldOneWhenItComesBack() {
    story.started("r1", "r2").release("r1", "i1");

    assertThat(lost(1, "i1", "i2", "i3")).isEqualTo(new Reply.Done());

    assertThat(story.events(Event.Retired.class))
        .extracting(Event.Retired::instanceId, RetireReason::of)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("i1", RetireReason.PLATFORM_LOST));
    assertThat(story.heldBy("r2")).isEqualTo("i2");
    assertThat(compare()).as("known by now").isEqualTo(new Reply.Compared(List.of(), List.of()));
    story.release("r2", "i2");
    assertThat(story.state("i2")).isEqualTo(Instance.State.RETIRING);
  }

  @Test
  void repeatedItChangesNothing() {
    story.started("r1", "r2").release("r1", "i1");
    lost(1, "i1", "i2");

    assertThat(lost(1, "i1", "i2")).isEqualTo(new Reply.Done());
    assertThat(story.events()).isEmpty();
  }

  @Test
  void aFormerLeaderTakesNothingForLost() {
    story.started("r1").release("r1", "i1");
    lost(2);

    assertThat(reason(lost(1, "i1"))).isEqualTo(Reason.SUPERSEDED);
    assertThat(story.state("i1")).isEqualTo(Instance.State.IDLE);
  }
}
