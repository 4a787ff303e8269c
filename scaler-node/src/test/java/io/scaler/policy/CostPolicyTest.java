package io.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandTally;
import io.scaler.model.Foresight;
import io.scaler.model.FunctionSpec;
import io.scaler.model.LevelGap;
import io.scaler.model.Plan;
import io.scaler.model.Plan.Surplus;
import io.scaler.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A function of 1 GB that takes 1 s to start and runs for 100 ms, unless it says otherwise. */
class CostPolicyTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final FunctionSpec FUNCTION =
      new FunctionSpec("f", "java", 1_024, Duration.ofMinutes(1));

  private final DemandTally seen = new DemandTally();
  private double price = 10;

  private Plan plan() {
    seen.launched(Duration.ofSeconds(1));
    seen.executed(Duration.ofMillis(100));
    Demand demand = Demand.of(seen.batch(START));
    return new CostPolicy(new CostSettings(price, 2, 0.5))
        .plan(FUNCTION, demand, Fleet.UNKNOWN, START);
  }

  private void gaps(int level, int times, double seconds) {
    for (int i = 0; i < times; i++) {
      seen.reached(new LevelGap(level, seconds(seconds)));
      seen.left(new LevelGap(level, Duration.ofMillis(100)));
    }
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  private static boolean keeps(Plan plan, int level, double after) {
    return plan.foresight().keeps(level, seconds(after));
  }

  @ParameterizedTest(name = "back after {0} s, waiting worth {1}: kept until then is {2}")
  @CsvSource({"2, 10, true", "9, 10, true", "18, 10, false", "15, 20, true", "60, 20, false"})
  void anInstanceIsKeptWhileThatCostsLessThanStartingOneAndWaiting(
      double gap, double waitingPrice, boolean kept) {
    price = waitingPrice;
    for (int i = 0; i < 50; i++) {
      gaps(1, 1, gap * (0.6 + 0.4 * (7 * i % 50) / 49));
    }
    Plan plan = plan();

    assertThat(keeps(plan, 1, gap * 0.55)).isEqualTo(kept);
    assertThat(plan.surplus()).isEqualTo(Surplus.GIVE_UP);
  }

  @ParameterizedTest(name = "five calls of {0} s in a row: ready after 10 s is {1}")
  @CsvSource({"0.05, true", "2, false"})
  void anInstanceIsWorthMoreIfCallsFollowThatWouldWaitForItToo(double each, boolean ready) {
    for (int train = 0; train < 40; train++) {
      for (int call = 0; call < 5; call++) {
        seen.reached(new LevelGap(1, seconds(call == 0 ? 4 + 16 * train / 39.0 : 0.05)));
        seen.left(new LevelGap(1, seconds(each)));
        seen.executed(seconds(each));
      }
    }
    assertThat(keeps(plan(), 1, 10)).isEqualTo(ready);
  }

  @Test
  void aTimersInstanceIsLaunchedJustAheadAndNotKeptMeanwhile() {
    gaps(1, 30, 30);
    Foresight foresight = plan().foresight();

    assertThat(foresight.keeps(1, seconds(0.1))).isFalse();
    assertThat(foresight.launches(1, seconds(28.9))).isFalse();
    assertThat(foresight.launches(1, seconds(28.99))).as("a cold start ahead").isTrue();
    assertThat(foresight.keeps(1, seconds(30))).isTrue();
    assertThat(foresight.keeps(1, seconds(30.5))).as("it did not come").isFalse();
  }

  @ParameterizedTest(name = "after {0} times")
  @ValueSource(ints = {30, 300, 3_000})
  void aTimerThatBreaksIsNotWaitedForAnyMore(int times) {
    gaps(1, times, 30);
    for (int i = 0; i < 24; i++) {
      gaps(1, 1, 100 + 13 * i);
    }

    assertThat(plan().foresight().launches(1, seconds(28.99))).isFalse();
  }

  @Test
  void aFunctionThatNothingIsKnownOfGetsWhatOthersHaveShown() {
    DemandTally others = new DemandTally();
    for (int i = 0; i < 20; i++) {
      others.reached(new LevelGap(1, seconds(3)));
    }
    others.launched(Duration.ofSeconds(1));
    Demand other = Demand.of(others.batch(START));
    Fleet fleet = Fleet.of(Collections.nCopies(10, new Fleet.Known(null, other)));
    Policy policy = new CostPolicy(new CostSettings(10, 2, 0.5));

    Plan known = policy.plan(FUNCTION, null, fleet, START);
    Plan unknown = policy.plan(FUNCTION, null, Fleet.UNKNOWN, START);

    assertThat(keeps(known, 1, 2.5)).isTrue();
    assertThat(keeps(known, 1, 5)).isFalse();
    assertThat(keeps(unknown, 1, 60)).isFalse();
  }

  @Test
  void aLevelThatIsReachedOftenIsWorthAnInstanceAndOneThatIsNotWaitsForThoseThatAreBusy() {
    gaps(1, 50, 0.2);
    gaps(2, 50, 0.2);
    gaps(3, 50, 500);

    Foresight foresight = plan().foresight();

    assertThat(foresight.worthLaunching()).isEqualTo(2);
    assertThat(foresight.keeps(2, seconds(0.15))).isTrue();
    assertThat(foresight.keeps(3, seconds(0.15))).isFalse();
  }

  @Test
  void aRequestWaitsForABusyInstanceUpToWhatStartingOneWouldTakeAndCost() {
    Foresight foresight = plan().foresight();

    assertThat(foresight.waitAtMost().toMillis()).isCloseTo(1_050L, within(15L));
    assertThat(foresight.execution().toMillis()).isCloseTo(100L, within(2L));
  }

  /** 100 GB*s of which 10 were used, and 5 s of waiting beside 10 s of execution. */
  @Test
  void aSecondOfWaitingIsWorthAsMuchAsItTakesFromTheScore() {
    seen.used(new Usage(90, 7.5, 0, 0));
    Fleet fleet = Fleet.of(List.of(new Fleet.Known(null, Demand.of(seen.batch(START)))));
    Plan plan = new CostPolicy(CostSettings.DEFAULT).plan(FUNCTION, null, fleet, START);

    // 10 / (10 + 5)^2 of the one half over 10 / 100^2 of the other.
    assertThat(plan.policy()).contains("worth 44.4 GB*s");
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 2, 0.5, policy.cost-optimal.waiting-price",
    "0, -1, 0.5, policy.cost-optimal.prior-weight",
    "0, 2, -1, policy.cost-optimal.never-weight",
    "0, NaN, 0.5, policy.cost-optimal.prior-weight"
  })
  void refusesSettingsOutOfRange(double waiting, double prior, double never, String key) {
    assertThatThrownBy(() -> new CostSettings(waiting, prior, never))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(key);
  }
}
