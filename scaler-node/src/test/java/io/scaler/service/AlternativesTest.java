package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scaler.model.FunctionSpec;
import io.scaler.model.LevelGap;
import io.scaler.model.Plan;
import io.scaler.model.Usage;
import io.scaler.pool.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlternativesTest {
  private static final Offset<Double> NEARLY = within(1e-9);

  /** 2 GB, and 3 s to launch. */
  private static final FunctionSpec F = new FunctionSpec("f", "java", 2_048, Duration.ofMinutes(1));

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private static final Plan PLAN = Plan.keeping("any", Duration.ZERO);
  private final Alternatives alternatives = new Alternatives(() -> now, 100);

  @BeforeEach
  void launchTakesThreeSeconds() {
    alternatives.launched(F, Duration.ofSeconds(3));
  }

  private void after(int seconds) {
    now = now.plusSeconds(seconds);
  }

  private void first(int levels) {
    alternatives.observed(F, PLAN, new Observation(0, List.of(), List.of(), levels, Usage.NONE));
  }

  private void left(int... levels) {
    List<LevelGap> gaps =
        IntStream.of(levels).mapToObj(level -> new LevelGap(level, Duration.ZERO)).toList();
    alternatives.observed(F, PLAN, new Observation(0, List.of(), gaps, 0, Usage.NONE));
  }

  private void reached(int level, int gapSeconds) {
    alternatives.observed(
        F,
        PLAN,
        new Observation(
            0,
            List.of(new LevelGap(level, Duration.ofSeconds(gapSeconds))),
            List.of(),
            0,
            Usage.NONE));
  }

  private Alternatives.Sum sum() {
    return alternatives.sum(key -> true);
  }

  @Test
  void theFirstRequestLaunchesUnderEveryPolicyButOnlyTheClairvoyantInTime() {
    first(2);

    assertThat(sum().fixedCold()).isEqualTo(2);
    assertThat(sum().fixedGbSeconds()).isEqualTo(12, NEARLY);
    assertThat(sum().bestGbSeconds()).isEqualTo(12, NEARLY);
  }

  @Test
  void aShortGapIsKeptByBoth() {
    left(1);
    after(2);
    reached(1, 2);

    assertThat(sum().fixedCold()).isZero();
    assertThat(sum().fixedGbSeconds()).isEqualTo(4, NEARLY);
    assertThat(sum().bestGbSeconds()).isEqualTo(4, NEARLY);
  }

  @Test
  void inALongGapTheClairvoyantPaysForOneLaunch() {
    left(1);
    after(100);
    reached(1, 100);

    assertThat(sum().fixedGbSeconds()).isEqualTo(200, NEARLY);
    assertThat(sum().bestGbSeconds()).isEqualTo(6, NEARLY);
    assertThat(sum().fixedCold()).isZero();
  }

  @Test
  void aGapBeyondTheKeepAliveIsPaidForTenMinutesAndEndsInAColdStart() {
    left(1);
    after(3_600);
    reached(1, 3_600);

    assertThat(sum().fixedGbSeconds()).isEqualTo(2 * 600 + 6, NEARLY);
    assertThat(sum().fixedCold()).isEqualTo(1);
  }

  @Test
  void whetherSomebodyLooksMeanwhileMakesNoDifference() {
    left(1);
    for (int i = 0; i < 40; i++) {
      after(90);
      sum();
    }
    reached(1, 3_600);

    assertThat(sum().fixedGbSeconds()).isEqualTo(2 * 600 + 6, NEARLY);
    assertThat(sum().fixedCold()).isEqualTo(1);
  }

  @Test
  void anInstanceThatIsNotAskedForAgainIsPaidAsTimePasses() {
    left(2, 1);
    after(60);

    assertThat(sum().fixedGbSeconds()).isEqualTo(2 * 2 * 60, NEARLY);
    assertThat(sum().bestGbSeconds()).isZero();

    after(10_000);
    assertThat(sum().fixedGbSeconds()).isEqualTo(2 * 2 * 600, NEARLY);
  }

  @Test
  void ofTwoInstancesTheOneThatCameFreeLastIsUsed() {
    left(2);
    after(500);
    left(1);
    after(50);
    reached(1, 50);
    after(200);

    assertThat(sum().fixedGbSeconds()).isEqualTo(2 * 50 + 2 * 600, NEARLY);
  }

  @Test
  void aPoolThatAnotherNodeOwnsByNowCountsNoFurther() {
    left(1);
    after(10);
    Alternatives.Sum then = alternatives.sum(key -> false);
    after(100);

    assertThat(then.fixedGbSeconds()).isEqualTo(20, NEARLY);
    assertThat(sum()).isEqualTo(then);
  }

  @Test
  void whatWasNotSeenToBeLeftCountsForTheNodeThatSawIt() {
    reached(1, 100);

    assertThat(sum().fixedGbSeconds()).isZero();
    assertThat(sum().fixedCold()).isZero();
    assertThat(sum().bestGbSeconds()).isEqualTo(6, NEARLY);
  }
}
