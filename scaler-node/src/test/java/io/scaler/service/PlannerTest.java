package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandTally;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.policy.Fleet;
import io.scaler.policy.Policy;
import io.scaler.pool.Command;
import io.scaler.pool.Room;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final FunctionSpec FUNCTION =
      new FunctionSpec("f", "java17", 512, Duration.ofMinutes(1));

  private final FakeCatalog<Plan> plans = new FakeCatalog<>();
  private final FakeCatalog<FunctionSpec> specs = new FakeCatalog<>();
  private final FakeDemands demands = new FakeDemands();
  private final TouchedPools pools = new TouchedPools();
  private final MinutePerArrival policy = new MinutePerArrival();
  private Instant now = Instant.EPOCH;
  private final Planner planner =
      new Planner(
          policy, plans, specs, demands, pools, new FleetWatch(Duration.ofDays(1)), () -> now);

  @BeforeEach
  void theFunctionIsKnown() {
    specs.values.put("f", FUNCTION);
  }

  @Test
  void plansForFunctionsWhoseDemandChangedAndHasTheirPoolsSwept() {
    arrive("f");
    planner.run(1);
    planner.run(1);

    assertThat(plans.values.get("f").keepAlive()).isEqualTo(Duration.ofMinutes(1));
    assertThat(policy.asked).isEqualTo(1);
    assertThat(pools.touched).containsExactly("f");
  }

  @Test
  void storesAPlanOnlyIfItActsOtherwiseThanTheKnownOne() {
    arrive("f");
    planner.run(1);
    arrive("f");
    policy.keepAlive = Duration.ofMinutes(1);
    planner.run(1);
    assertThat(plans.puts).isEqualTo(1);

    arrive("f");
    policy.keepAlive = Duration.ofMinutes(2);
    planner.run(1);
    assertThat(plans.puts).isEqualTo(2);
    assertThat(plans.values.get("f").policy()).isEqualTo("after 3 arrivals");
  }

  @Test
  void plansAnewWhenThreeMoreWereSeenOrAfterAWhile() {
    for (int i = 0; i < 100; i++) {
      arrive("f");
    }
    planner.run(1);
    for (int i = 0; i < 2; i++) {
      arrive("f");
      planner.run(1);
    }
    assertThat(policy.asked).as("102 arrivals").isEqualTo(1);
    arrive("f");
    planner.run(1);
    assertThat(policy.asked).as("103 arrivals").isEqualTo(2);

    arrive("f");
    planner.run(1);
    now = now.plusSeconds(30);
    planner.run(1);
    assertThat(policy.asked).as("104 arrivals, 30 s later").isEqualTo(3);
    planner.run(1);
    assertThat(policy.asked).as("nothing new").isEqualTo(3);
  }

  @Test
  void threeMoreAreNoNewsOfWhatIsWellKnown() {
    for (int i = 0; i < 1_000; i++) {
      arrive("f");
    }
    planner.run(1);
    for (int i = 0; i < 4; i++) {
      arrive("f");
      planner.run(1);
    }
    assertThat(policy.asked).as("1,004 arrivals").isEqualTo(1);
    arrive("f");
    planner.run(1);
    assertThat(policy.asked).as("1,005 arrivals").isEqualTo(2);
  }

  @Test
  void plansAnewWhenATwentiethMoreWasSeenOfWhatIsHardlyKnown() {
    for (int i = 0; i < 20; i++) {
      arrive("f");
    }
    planner.run(1);
    arrive("f");
    planner.run(1);
    assertThat(policy.asked).as("21 arrivals").isEqualTo(2);
  }

  @Test
  void storesAPlanInTheNextPassThatCouldNotBeStoredInThis() {
    arrive("f");
    plans.failing = true;
    planner.run(1);
    assertThat(pools.touched).isEmpty();

    plans.failing = false;
    planner.run(1);
    assertThat(plans.values).containsOnlyKeys("f");
  }

  @Test
  void waitsOnePassForAFunctionThatIsNotKnownYet() {
    specs.values.clear();
    arrive("f");
    planner.run(1);
    specs.values.put("f", FUNCTION);
    planner.run(1);
    assertThat(plans.values).containsOnlyKeys("f");
  }

  @Test
  void forgetsAFunctionThatIsStillNotKnownThen() {
    specs.values.clear();
    arrive("f");
    planner.run(1);
    planner.run(1);
    specs.values.put("f", FUNCTION);
    planner.run(1);
    assertThat(plans.values).isEmpty();
  }

  @Test
  void doesNothingForALeaderThatWasSuperseded() {
    planner.run(2);
    arrive("f");
    planner.run(1);
    assertThat(plans.values).isEmpty();

    planner.run(2);
    assertThat(plans.values).containsOnlyKeys("f");
  }

  @Test
  void plansAgainForThoseThatAreMeantThoughNothingWasSeen() {
    arrive("f");
    arrive("g");
    specs.values.put("g", new FunctionSpec("g", "java17", 512, Duration.ofMinutes(1)));
    planner.run(1);
    policy.keepAlive = Duration.ofHours(1);
    planner.again("g"::equals);

    assertThat(plans.values.get("f").keepAlive()).isEqualTo(Duration.ofMinutes(1));
    assertThat(plans.values.get("g").keepAlive()).isEqualTo(Duration.ofHours(1));
    assertThat(pools.touched).containsExactlyInAnyOrder("f", "g", "g");
  }

  private void arrive(String key) {
    DemandTally tally = new DemandTally();
    tally.arrived(Instant.EPOCH);
    demands.merge(key, tally.batch(Instant.EPOCH));
  }

  /** Keeps for as many minutes as requests arrived, or as it is told. */
  private static final class MinutePerArrival implements Policy {
    int asked;
    Duration keepAlive = Duration.ZERO;

    @Override
    public String name() {
      return "minute-per-arrival";
    }

    @Override
    public Plan plan(FunctionSpec function, @Nullable Demand demand, Fleet fleet, Instant now) {
      asked++;
      return Plan.keeping(
          "after " + demand.arrivals() + " arrivals",
          keepAlive.isZero() ? Duration.ofMinutes(demand.arrivals()) : keepAlive);
    }
  }

  /** Remembers what was touched, and has no pools. */
  private static final class TouchedPools implements Pools {
    @Override
    public Collection<Room> rooms() {
      return List.of();
    }

    final List<String> touched = new ArrayList<>();

    @Override
    public CompletionStage<Answer> submit(String functionKey, Command command) {
      return CompletableFuture.completedStage(Answer.NO_POOL);
    }

    @Override
    public Collection<String> takeDue(Instant now, int most) {
      return List.of();
    }

    @Override
    public CompletionStage<Set<String>> keys() {
      throw new IllegalStateException("a planner asks for its own");
    }

    @Override
    public Collection<String> owned() {
      return List.of();
    }

    @Override
    public void touch(String functionKey) {
      touched.add(functionKey);
    }
  }
}
