package io.scaler.service;

import static io.scaler.service.RequestsTest.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.FunctionSpec;
import io.scaler.permit.Claim;
import io.scaler.service.PlatformException.Kind;
import io.scaler.service.Requests.AssignCall;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of permits to launch that nobody is there to give back. */
class LaunchCountTest {
  private static final FunctionSpec F = new FunctionSpec("f", "java", 128, Duration.ofSeconds(60));
  private static final FunctionSpec G = new FunctionSpec("g", "java", 128, Duration.ofSeconds(60));
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FakeCluster cluster = new FakeCluster();
  private final FakeCluster.FakeNode a = cluster.node("a");

  LaunchCountTest() {
    cluster.leader = "a";
  }

  @ParameterizedTest(name = "{0} launches of a function at a time")
  @ValueSource(ints = {4, 0})
  void permitsThatAreHeldForNoLaunchAreFreeAfterTheSecondLook(int ofFunction) {
    cluster.launchLimits = new LaunchLimits(0, 4, ofFunction, Duration.ofMinutes(1));
    assign(F);
    holds("f", "ended");
    AssignCall cold = a.requests.assign(G, "r2", PATIENCE);
    cluster.timer.advance(FakePlatform.CREATE.plusMillis(1));
    a.launchCount.run();
    assertThat(held()).containsExactly(2L, 1L, 1L);

    a.launchCount.run();

    assertThat(held()).as("of the launch that is on its way").containsExactly(1L, 0L, 1L);
    cluster.timer.advance(Duration.ofMillis(400));
    join(cold.answer());
    assertThat(held()).containsExactly(0L, 0L, 0L);
  }

  /** So long as the slot of a launch that failed may be there, the platform may be at it. */
  @Test
  void whatALaunchThatIsBeingDestroyedHoldsIsNotFree() {
    cluster.launchLimits = new LaunchLimits(0, 4, 4, Duration.ofMinutes(1));
    PlatformException hung = new PlatformException(Kind.UNAVAILABLE, true, "no answer", null);
    cluster.platform.createFailures.add(hung);
    cluster.platform.destroyFailures.add(hung);
    a.requests.assign(F, "r1", PATIENCE);
    cluster.timer.advance(FakePlatform.CREATE.plusMillis(50));
    a.launchCount.run();
    a.launchCount.run();
    assertThat(held()).containsExactly(1L, 1L, 0L);
  }

  @Test
  void whatIsHeldForAFunctionWithoutAPoolIsFreeToo() {
    cluster.launchLimits = new LaunchLimits(0, 4, 4, Duration.ofMinutes(1));
    holds("f", "of a lost pool");
    a.launchCount.run();
    a.launchCount.run();
    assertThat(held()).containsExactly(0L, 0L, 0L);
  }

  @Test
  void whatAPoolThatDoesNotAnswerMayBeLaunchingIsNotFreeAndWhatOthersLeftIs() {
    cluster.launchLimits = new LaunchLimits(0, 4, 4, Duration.ofMinutes(1));
    assign(F);
    assign(G);
    holds("f", "ended");
    cluster.silentPools.add("g");
    holds("g", "unknown");
    a.launchCount.run();
    a.launchCount.run();
    assertThat(held()).containsExactly(1L, 0L, 1L);
  }

  @Test
  void aNewLeaderFreesNothingForWhatItDidNotSeeTwice() {
    cluster.launchLimits = new LaunchLimits(0, 4, 4, Duration.ofMinutes(1));
    assign(F);
    holds("f", "ended");
    a.launchCount.run();
    cluster.leader = "";
    a.launchCount.run();
    cluster.leader = "a";
    a.launchCount.run();
    assertThat(held()).containsExactly(1L, 1L, 0L);
    a.launchCount.run();
    assertThat(held()).containsExactly(0L, 0L, 0L);
  }

  private void assign(FunctionSpec function) {
    AssignCall call = a.requests.assign(function, "of " + function.key(), PATIENCE);
    cluster.timer.advance(Duration.ofMillis(400));
    join(call.answer());
  }

  private void holds(String function, String holder) {
    for (String semaphore : List.of(LaunchLimits.LAUNCHES, LaunchLimits.launchesOf(function))) {
      a.launching.semaphores().acquire(semaphore, holder, 1, 4, Claim.When.AT_ONCE, PATIENCE);
    }
  }

  /** Permits of the cluster, of f, and of g. */
  private List<Long> held() {
    return Stream.of(
            LaunchLimits.LAUNCHES, LaunchLimits.launchesOf("f"), LaunchLimits.launchesOf("g"))
        .map(cluster::permitsHeld)
        .toList();
  }
}
