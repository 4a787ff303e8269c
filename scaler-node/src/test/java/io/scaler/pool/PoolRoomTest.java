package io.scaler.pool;

import static io.scaler.pool.PoolStory.plan;
import static io.scaler.pool.PoolStory.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Idle instances that are retired because others wait for their memory. */
class PoolRoomTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final PoolStory story = new PoolStory().with(plan(HOUR, 10, 0, 0, 10));

  @Test
  void retiresTheInstancesThatWereChosen() {
    story.idle(3);
    assertThat(makeRoom("i1", "i3")).isEqualTo(new Reply.Done());
    assertThat(retired()).containsExactly("i1", "i3");
    assertThat(story.state("i2")).isEqualTo(Instance.State.IDLE);
  }

  @Test
  void retiresNoneTwice() {
    story.idle(2);
    makeRoom("i1");
    makeRoom("i1");
    assertThat(story.events()).isEmpty();
    story.destroyed("i1");
    makeRoom("i1");
    assertThat(story.events()).isEmpty();
  }

  @Test
  void leavesWhatIsHeldOrStarting() {
    story.started("r1").assign("r2");
    story.slot("i2");
    story.sweep();
    makeRoom("i1", "i2");
    assertThat(story.events()).isEmpty();
  }

  @Test
  void leavesWhatWasUsedSinceItWasChosen() {
    story.idle(1);
    Instant chosen = story.now();
    story.pass(Duration.ofSeconds(1)).assign("r2");
    story.pass(Duration.ofSeconds(1)).release("r2", "i1");
    story.sweep();
    story.submit(new Command.MakeRoom(1, List.of("i1"), chosen));
    assertThat(story.events()).isEmpty();
  }

  @Test
  void leavesThePlansMinimum() {
    story.idle(3);
    story.with(plan(HOUR, 10, 0, 2, 10));
    makeRoom("i1", "i2", "i3");
    assertThat(retired()).containsExactly("i1");
  }

  @Test
  void obeysNoFormerLeader() {
    story.idle(1);
    story.submit(new Command.Sweep(7));
    assertThat(reason(makeRoom("i1"))).isEqualTo(Reason.SUPERSEDED);
    assertThat(story.state("i1")).isEqualTo(Instance.State.IDLE);
  }

  @Test
  void tellsOfWhatItHasTheLongestIdleFirst() {
    story.idle(3);
    makeRoom("i1");

    Room room = story.pool.room(8);
    assertThat(room.live()).isEqualTo(2);
    assertThat(room.idle()).extracting(Room.Idle::instanceId).containsExactly("i2", "i3");
    assertThat(room.idle()).extracting(Room.Idle::memoryMb).containsOnly(128L);
    assertThat(room.retiringMb()).isEqualTo(128);
    assertThat(room.wantedMb()).isZero();
    assertThat(story.pool.room(1).idle()).hasSize(1);
  }

  @Test
  void tellsOfTheLaunchesThatRequestsWaitForAndOfNoOthers() {
    story.prewarm(2);
    assertThat(story.pool.room(8).isEmpty()).isTrue();
    story.assign("r1");
    assertThat(story.pool.room(8).wantedMb()).isEqualTo(128);
    story.slot("i1");
    assertThat(story.pool.room(8).isEmpty()).isTrue();
  }

  private Reply makeRoom(String... instanceIds) {
    return story.submit(new Command.MakeRoom(1, List.of(instanceIds), story.now()));
  }

  private List<String> retired() {
    return story.events(Event.Retired.class).stream().map(Event.Retired::instanceId).toList();
  }
}
