package io.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandTally;
import io.scaler.model.Foresight.Window;
import io.scaler.model.FunctionSpec;
import io.scaler.model.LevelGap;
import io.scaler.model.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HybridPolicyTest {
  private static final FunctionSpec FUNCTION =
      new FunctionSpec("f", "java17", 512, Duration.ofMinutes(1));
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final int IN_TURN = 1;

  private final Policy policy = new HybridPolicy(HybridSettings.DEFAULT);

  @ParameterizedTest(name = "{0}: launched after {1}, kept until {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 x PT60M                | PT54M   | PT1H7M6S  | head 60 min less a tenth, tail 61 min and a tenth
          1 x PT60M59S             | PT54M   | PT1H7M6S  | rounded down and up
          1 x PT10M59S, 1 x PT20M  | PT9M    | PT23M6S   | head 10 min, tail 21 min
          5 x PT10M, 95 x PT30M    | PT9M    | PT34M6S   | 5 % of them are within the head
          4 x PT10M, 96 x PT30M    | PT27M   | PT34M6S   | fewer are left out of it
          99 x PT30M, 1 x PT100M   | PT27M   | PT34M6S   | 99 % of them are within the tail
          98 x PT30M, 2 x PT100M   | PT27M   | PT1H51M6S | fewer need a longer one
          1 x PT239M               | PT3H35M6S | PT4H24M   | the last minute within bounds
          2 x PT60M, 1 x PT300M    | PT54M   | PT1H7M6S  | one of three is out of bounds
          """)
  void anInstanceIsUnloadedAndLaunchedAgainFromTheHeadToTheTail(
      String idleTimes, Duration from, Duration until, String why) {
    Plan plan = plan(idleTimes);

    assertThat(plan.keepAlive()).as(why).isZero();
    assertThat(plan.foresight().levels())
        .as(why)
        .containsExactly(new Window(Duration.ZERO, Duration.ZERO, from, until));
  }

  @ParameterizedTest(name = "{0}: kept for {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          20 x PT30S               | PT1M6S   | tail 1 min
          20 x PT0S                | PT1M6S   | tail 1 min
          1 x PT59S, 19 x PT10M    | PT12M6S  | 5 % of them are within the first minute
          98 x PT30S, 2 x PT10M    | PT12M6S  | tail 11 min
          99 x PT30S, 1 x PT10M    | PT1M6S   | the longest is beyond the tail
          """)
  void withAHeadOfZeroItIsNotUnloadedAndKeptForTheTail(
      String idleTimes, Duration keepAlive, String why) {
    assertKept(plan(idleTimes), keepAlive, why);
  }

  @ParameterizedTest(name = "{0}: launched after {1}, kept until {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 x PT300M                        | PT4H15M   | PT5H45M   | the paper's example
          9 x PT300M                        | PT4H15M   | PT5H45M   | all alike
          1 x PT60M, 1 x PT300M             | PT1H42M   | PT2H18M   | half of them; 120 min are forecast
          1 x PT240M                        | PT3H24M   | PT4H36M   | the range is out of bounds
          """)
  void withTooManyOutOfBoundsTheNextIsForecast(
      String idleTimes, Duration from, Duration until, String why) {
    assertThat(plan(idleTimes).foresight().levels())
        .as(why)
        .containsExactly(new Window(Duration.ZERO, Duration.ZERO, from, until));
  }

  @Test
  void theForecastIsMadeOfTheLatest() {
    Plan plan = plan("50 x PT300M, 24 x PT600M");

    assertThat(plan.foresight().levels().get(0).from()).isEqualTo(Duration.ofMinutes(510));
    assertThat(plan.policy())
        .isEqualTo(
            "hybrid: 74 of 74 idle times out of bounds, the next forecast to be 10 h:"
                + " launches after 8.5 h, keeps until 11.5 h");
  }

  @Test
  void nothingSeenIsKeptForTheRange() {
    assertKept(policy.plan(FUNCTION, null, Fleet.UNKNOWN, NOW), Duration.ofHours(4), "null");
    assertKept(plan(""), Duration.ofHours(4), "no idle time");
  }

  /** As many different minutes seen once each have a CV of the root of 240 / n - 1. */
  @ParameterizedTest(name = "{0} different minutes are representative: {1}")
  @CsvSource({"1, true", "47, true", "49, false", "240, false"})
  void countsThatVaryTooLittleAreKeptForTheRange(int minutes, boolean representative) {
    List<Duration> idle = new ArrayList<>();
    for (int minute = 0; minute < minutes; minute++) {
      idle.add(Duration.ofMinutes(minute));
    }
    Plan plan = policy.plan(FUNCTION, demand(IN_TURN, idle), Fleet.UNKNOWN, NOW);

    if (representative) {
      assertThat(plan.policy()).startsWith("hybrid: " + minutes + " idle times, head ");
    } else {
      assertKept(plan, Duration.ofHours(4), "not representative");
    }
  }

  @Test
  void theSettingsHold() {
    HybridSettings settings =
        new HybridSettings(0.5, 0.6, 0.5, 14, 0.9, 0.5, Duration.ofMinutes(7));
    Policy other = new HybridPolicy(settings);

    assertThat(planOf(other, "4 x PT10M30S, 1 x PT20M").keepAlive())
        .as("a CV of 12.7")
        .isEqualTo(Duration.ofMinutes(7));
    assertThat(planOf(other, "40 x PT10M30S, 1 x PT20M, 100 x PT300M").foresight().levels())
        .as("71 % out of bounds")
        .containsExactly(window(Duration.ofMinutes(5), Duration.ofSeconds(990)));
    assertThat(planOf(other, "9 x PT300M").foresight().levels())
        .containsExactly(window(Duration.ofMinutes(150), Duration.ofMinutes(450)));
  }

  @Test
  void theSameWindowsHoldForInstancesOfHigherLevels() {
    Plan plan = plan("20 x PT60M");

    for (int level : new int[] {1, 2, 7, 1_000}) {
      assertThat(plan.foresight().keeps(level, Duration.ofSeconds(1))).isFalse();
      assertThat(plan.foresight().launches(level, Duration.ofMinutes(53))).isFalse();
      assertThat(plan.foresight().launches(level, Duration.ofMinutes(54))).isTrue();
      assertThat(plan.foresight().keeps(level, Duration.ofMinutes(67))).isTrue();
      assertThat(plan.foresight().keeps(level, Duration.ofMinutes(68))).isFalse();
    }
  }

  @Test
  void gapsOfHigherLevelsAreNoIdleTimes() {
    List<Duration> gaps = Collections.nCopies(20, Duration.ofMinutes(60));

    assertKept(
        policy.plan(FUNCTION, demand(2, gaps), Fleet.UNKNOWN, NOW), Duration.ofHours(4), "level 2");
  }

  @Test
  void launchesForRequestsAndWindowsOnlyAndKeepsAnyNumber() {
    for (String idleTimes : new String[] {"", "20 x PT60M", "20 x PT30S", "9 x PT300M"}) {
      Plan plan = plan(idleTimes);

      assertThat(plan.launchAhead()).isZero();
      assertThat(plan.maxIdle()).isEqualTo(Integer.MAX_VALUE);
      assertThat(plan.minInstances()).isZero();
      assertThat(plan.maxInstances()).isEqualTo(Integer.MAX_VALUE);
    }
  }

  private static void assertKept(Plan plan, Duration keepAlive, String why) {
    assertThat(plan.keepAlive()).as(why).isEqualTo(keepAlive);
    assertThat(plan.foresight().levels()).as(why).isEmpty();
  }

  private static Window window(Duration from, Duration until) {
    return new Window(Duration.ZERO, Duration.ZERO, from, until);
  }

  private Plan plan(String idleTimes) {
    return planOf(policy, idleTimes);
  }

  /** Of idle times such as {@code 3 x PT5M, 1 x PT1H}, seen in this order. */
  private static Plan planOf(Policy policy, String idleTimes) {
    List<Duration> all = new ArrayList<>();
    if (!idleTimes.isEmpty()) {
      for (String some : idleTimes.split(", ", -1)) {
        String[] timesAndLength = some.split(" x ", 2);
        all.addAll(
            Collections.nCopies(
                Integer.parseInt(timesAndLength[0]), Duration.parse(timesAndLength[1])));
      }
    }
    return policy.plan(FUNCTION, demand(IN_TURN, all), Fleet.UNKNOWN, NOW);
  }

  private static Demand demand(int level, List<Duration> gaps) {
    DemandTally tally = new DemandTally();
    gaps.forEach(gap -> tally.reached(new LevelGap(level, gap)));
    return Demand.of(tally.batch(NOW));
  }
}
