package io.scaler.pool;

import static io.scaler.pool.PoolStory.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.Outcome;
import io.scaler.pool.Shortage.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is remembered of requests that started cold, and what it says. */
class ColdStartTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final PoolStory story = new PoolStory();

  private List<ColdStart> coldStarts() {
    return story.pool.state().coldStarts();
  }

  private ColdStart last() {
    return coldStarts().get(coldStarts().size() - 1);
  }

  @Test
  void theFirstCallFoundNothing() {
    story.assign("r1");
    story.pass(SECOND).launched("i1");

    assertThat(last().shortage().cause()).isEqualTo(Cause.FIRST_CALL);
    assertThat(last().requestId()).isEqualTo("r1");
    assertThat(last().instanceId()).isEqualTo("i1");
    assertThat(last().words())
        .isEqualTo(
            "it was the first call, or none before it is remembered; served after 1.0 s by a new"
                + " instance (a request waits)");
  }

  @Test
  void theOnlyInstanceWasRetiredWhenThePlanKeptItNoLonger() {
    story.with(plan(Duration.ofMinutes(1), 10, 0, 0, 10)).idle(1);
    story.pass(Duration.ofMinutes(1)).sweep();
    story.destroyed("i1");
    story.pass(Duration.ofSeconds(5)).assign("r2");
    story.launched("i2");

    assertThat(last().shortage().cause()).isEqualTo(Cause.NONE_LEFT);
    assertThat(last().words())
        .startsWith(
            "none was left: the last was destroyed 5.0 s before, after 60.0 s idle (the plan keeps"
                + " idle instances for 60.0 s); served after 0 ms by");
  }

  @Test
  void oneWasStartingAndTwoWere() {
    assertThat(new Shortage(0, 1, 0, null).words(Instant.EPOCH))
        .isEqualTo("1 was starting, none was ready");
    assertThat(new Shortage(0, 2, 0, null).words(Instant.EPOCH))
        .isEqualTo("2 were starting, none was ready");
    assertThat(new Shortage(1, 1, 0, null).words(Instant.EPOCH))
        .isEqualTo("the only instance was busy, 1 more was starting");
  }

  @Test
  void allInstancesWereBusy() {
    story.started("r1", "r2").assign("r3");
    story.launched("i3");

    assertThat(last().shortage().cause()).isEqualTo(Cause.ALL_BUSY);
    assertThat(last().words()).startsWith("all 2 instances were busy; served after");
  }

  @Test
  void anInstanceOfAFailedExecutionWasDestroyed() {
    story.started("r1").release("r1", "i1", Outcome.FAILED);
    story.pass(SECOND).assign("r2");
    story.launched("i2");

    assertThat(last().words())
        .startsWith("none was left: the last was destroyed 1.0 s before (its execution failed);");
  }

  @Test
  void aLeaseRanOut() {
    story.started("r1").pass(PoolStory.LEASE).sweep();
    story.assign("r2");
    story.launched("i2");

    assertThat(last().words()).contains("(the lease of its holder ran out)");
  }

  @Test
  void aLaunchFailedBeforeTheOneThatServed() {
    story.assign("r1");
    story.fails("i1", false, null);
    story.launched("i2");

    assertThat(last().attempt()).isEqualTo(2);
    assertThat(last().words())
        .endsWith("by a new instance (attempt 2: stands in for a launch that failed)");
  }

  @Test
  void aRequestThatWasRefusedIsRememberedToo() {
    story.assign("r1");
    story.fails("i1", false, SECOND);

    assertThat(last().isServed()).isFalse();
    assertThat(last().words()).endsWith("refused after 0 ms: no such image");
  }

  @Test
  void aRequestThatWasServedByAReleaseDidNotStartCold() {
    story.started("r1").assign("r2");
    story.release("r1", "i1");

    assertThat(story.heldBy("r2")).isEqualTo("i1");
    assertThat(coldStarts()).extracting(ColdStart::requestId).containsExactly("r1");
  }

  @Test
  void onlyTheLatestAreRemembered() {
    story.started(PoolStory.requests(1, 10));

    assertThat(coldStarts())
        .extracting(ColdStart::requestId)
        .containsExactly("r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10");
  }
}
