package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandBatch;
import io.scaler.model.Foresight;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.Plan;
import io.scaler.policy.Fleet;
import io.scaler.policy.Policies;
import io.scaler.policy.PolicySettings;
import io.scaler.pool.Caller;
import io.scaler.pool.Command;
import io.scaler.pool.Event;
import io.scaler.pool.Observation;
import io.scaler.pool.Pool;
import io.scaler.pool.PoolLimits;
import io.scaler.pool.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same calls through three nodes whose clocks differ. */
class ClockSkewTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final FunctionSpec FUNCTION =
      new FunctionSpec("f", "java17", 512, Duration.ofMinutes(1));
  private static final Plan KEEPING = Plan.keeping("test", Duration.ofHours(1));
  private static final Duration RUNNING = Duration.ofMillis(300);
  private static final int CALLS = 120;

  private Demand agreed;

  @BeforeEach
  void callNodesWhoseClocksAgree() {
    agreed = demand(new Cluster(0, 0, 0), CALLS);
  }

  @ParameterizedTest
  @CsvSource({"0, 1000, -1000", "1000, -1000, 0", "-1000, 1000, 0", "1000, 1000, -1000"})
  void plansAndWhatIsShownAreTheSame(long first, long second, long third) {
    Demand skewed = demand(new Cluster(first, second, third), CALLS);

    assertThat(skewed.gaps().quantile(0.5)).isEqualTo(agreed.gaps().quantile(0.5));
    assertThat(skewed.arrivals()).isEqualTo(agreed.arrivals());
    assertThat(skewed.peakConcurrency()).isCloseTo(agreed.peakConcurrency(), within(0.01));
    for (String policy : List.of("cost-optimal", "hybrid")) {
      assertAlike(plan(policy, skewed), plan(policy, agreed), Duration.ofMillis(2));
    }
  }

  /** One gap is wrong by the difference, of the latest 24 and of all. */
  @ParameterizedTest
  @CsvSource({"0, 1000, -1000", "1000, -1000, 0", "-1000, 1000, 0"})
  void soTheyAreWhereThePoolCameToAnotherOwnerButForOneGap(long first, long second, long third) {
    Demand skewed = demand(new Cluster(first, second, third), CALLS / 2);

    assertThat(skewed.gaps().quantile(0.5)).isEqualTo(agreed.gaps().quantile(0.5));
    assertThat(skewed.arrivals()).isEqualTo(agreed.arrivals());
    assertThat(skewed.peakConcurrency()).isBetween(0.9, 2.1);
    for (String policy : List.of("cost-optimal", "hybrid")) {
      assertAlike(plan(policy, skewed), plan(policy, agreed), Duration.ofMillis(20));
    }
  }

  @Test
  void theMedianIsThatOfTheCallsHoweverManyNodesTheyGoThrough() {
    assertThat(agreed.gaps().quantile(0.5).toMillis()).isCloseTo(2_000, within(125L));
    assertThat(agreed.gaps().total()).isCloseTo(CALLS - 1, within(1.0));
  }

  private static Plan plan(String policy, Demand demand) {
    Instant now = START.plusSeconds(2L * CALLS);
    return Policies.named(policy, PolicySettings.DEFAULT)
        .plan(FUNCTION, demand, Fleet.UNKNOWN, now);
  }

  private static void assertAlike(Plan one, Plan other, Duration tolerance) {
    assertThat(one.keepAlive()).isCloseTo(other.keepAlive(), tolerance);
    assertThat(one.maxIdle()).isEqualTo(other.maxIdle());
    List<Foresight.Window> windows = one.foresight().levels();
    assertThat(windows).hasSameSizeAs(other.foresight().levels());
    for (int i = 0; i < windows.size(); i++) {
      Foresight.Window expected = other.foresight().levels().get(i);
      assertThat(windows.get(i).keep()).isCloseTo(expected.keep(), tolerance);
      assertThat(windows.get(i).launchBefore()).isCloseTo(expected.launchBefore(), tolerance);
      assertThat(windows.get(i).from()).isCloseTo(expected.from(), tolerance);
      assertThat(windows.get(i).until()).isCloseTo(expected.until(), tolerance);
    }
    assertThat(one.foresight().coldStart()).isCloseTo(other.foresight().coldStart(), tolerance);
    assertThat(one.foresight().execution()).isCloseTo(other.foresight().execution(), tolerance);
  }

  /**
   * Calls about every two seconds, through each node in turn.
   *
   * @param moving the call before which the pool comes from the first node to the second
   */
  private static Demand demand(Cluster cluster, int moving) {
    Random random = new Random(7);
    for (int call = 0; call < CALLS; call++) {
      cluster.owner = call < moving ? 0 : 1;
      cluster.through = call % 3;
      cluster.call("r" + call);
      cluster.pass(Duration.ofMillis(1_690 + random.nextInt(20)));
      if (call % 2 == 0) {
        cluster.flush();
      }
    }
    cluster.flush();
    return cluster.demands.demands.get("f");
  }

  private static final class Cluster {
    final FakeDemands demands = new FakeDemands();
    private final List<Instant> clocks = new ArrayList<>();
    private final List<DemandRecorder> recorders = new ArrayList<>();
    private final Pool pool = Pool.unopened(FUNCTION);
    private int owner;
    private int through;
    private int ids;

    Cluster(long... aheadMillis) {
      for (int node = 0; node < aheadMillis.length; node++) {
        int index = node;
        clocks.add(START.plusMillis(aheadMillis[node]));
        recorders.add(new DemandRecorder(() -> clocks.get(index), 10));
      }
    }

    void pass(Duration time) {
      clocks.replaceAll(each -> each.plus(time));
    }

    /** One call from beginning to end. */
    void call(String request) {
      recorders.get(through).arrived(FUNCTION);
      for (Event event : submit(new Command.Assign(FUNCTION, request, CALLER, RUNNING))) {
        if (event instanceof Event.LaunchBegun begun) {
          pass(Duration.ofMillis(500));
          submit(new Command.SlotCreated(begun.instanceId(), "s"));
          submit(new Command.Ready(begun.instanceId()));
          recorders.get(through).launched(FUNCTION, Duration.ofMillis(500));
        }
      }
      pass(RUNNING);
      submit(new Command.Release(request, "i1", Outcome.OK, ""));
      recorders.get(through).executed("f", RUNNING);
    }

    private static final Caller CALLER = new Caller("n", 1);

    private List<Event> submit(Command command) {
      Terms terms =
          new Terms(clocks.get(owner), "n", KEEPING, PoolLimits.DEFAULT, () -> "i" + ++ids);
      var decision = pool.decide(command, terms);
      Observation observation = pool.apply(decision.change());
      recorders.get(owner).observed(FUNCTION, KEEPING, observation);
      return decision.events();
    }

    void flush() {
      for (DemandRecorder recorder : recorders) {
        DemandBatch batch = recorder.drain("f");
        if (batch != null) {
          demands.merge("f", batch);
        }
      }
    }
  }
}
