package io.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandTally;
import io.scaler.model.FunctionSpec;
import io.scaler.model.LevelGap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  private final List<Fleet.Known> functions = new ArrayList<>();

  @Test
  void aFunctionIsExpectedToBeLikeThoseOfItsRuntimeAndMemory() {
    known(20, "php", 128, 200);
    known(20, "container", 1_024, 15_000);
    Fleet fleet = Fleet.of(functions);

    assertThat(coldStart(fleet, "php", 128)).isCloseTo(millis(200), millis(13));
    assertThat(coldStart(fleet, "container", 1_024)).isCloseTo(millis(15_000), millis(1_000));
  }

  @Test
  void memoryIsAlikeUpToItsDouble() {
    known(20, "php", 128, 200);
    known(20, "php", 256, 900);
    Fleet fleet = Fleet.of(functions);

    assertThat(coldStart(fleet, "php", 255)).isCloseTo(millis(200), millis(13));
    assertThat(coldStart(fleet, "php", 256)).isCloseTo(millis(900), millis(57));
  }

  @Test
  void whereThoseOfAKindAreFewAllOthersCount() {
    known(1, "rust", 128, 10);
    known(40, "php", 128, 200);
    Fleet fleet = Fleet.of(functions);

    assertThat(fleet.like(function("rust", 128)).functions()).isEqualTo(4);
    assertThat(coldStart(fleet, "rust", 128)).isCloseTo(millis(200), millis(13));
  }

  @Test
  void ofAnUnknownKindWhatAllHaveInCommonIsExpected() {
    known(3, "php", 128, 200);
    Fleet fleet = Fleet.of(functions);

    assertThat(fleet.like(function("go", 128))).isEqualTo(fleet.all());
  }

  @Test
  void aFunctionCountsOnlyForAllWhileItIsNotKnownWhatItNeeds() {
    functions.add(new Fleet.Known(null, started(200)));
    Fleet fleet = Fleet.of(functions);

    assertThat(fleet.functions()).isEqualTo(1);
    assertThat(fleet.kinds()).isEmpty();
    assertThat(coldStart(fleet, "php", 128)).isCloseTo(millis(200), millis(13));
  }

  @Test
  void theLevelsOfAKindLeanOnThoseOfAll() {
    for (int i = 0; i < 8; i++) {
      functions.add(new Fleet.Known(function("php", 128), reached(1, 5_000)));
    }
    functions.add(new Fleet.Known(function("go", 128), reached(2, 100)));
    Habits php = Fleet.of(functions).like(function("php", 128));

    // Eight of its own, and three ninths of each of all nine; whoever came to a level came to those
    // below.
    assertThat(php.reached().get(0)).isEqualTo(8 + 9.0 / 3);
    assertThat(php.reached().get(1)).isEqualTo(1.0 / 3);
    assertThat(php.levels().get(0).quantile(0.5)).isCloseTo(millis(5_000), millis(300));
    assertThat(php.levels().get(1).quantile(0.5)).isCloseTo(millis(100), millis(7));
  }

  private void known(int many, String runtime, long memoryMb, long coldStartMillis) {
    for (int i = 0; i < many; i++) {
      functions.add(new Fleet.Known(function(runtime, memoryMb), started(coldStartMillis)));
    }
  }

  private static Duration coldStart(Fleet fleet, String runtime, long memoryMb) {
    return fleet.like(function(runtime, memoryMb)).coldStarts().quantile(0.5);
  }

  private static FunctionSpec function(String runtime, long memoryMb) {
    return new FunctionSpec("f", runtime, memoryMb, Duration.ofMinutes(1));
  }

  private static Demand started(long millis) {
    DemandTally tally = new DemandTally();
    tally.launched(millis(millis));
    return Demand.of(tally.batch(START));
  }

  private static Demand reached(int level, long gapMillis) {
    DemandTally tally = new DemandTally();
    tally.reached(new LevelGap(level, millis(gapMillis)));
    return Demand.of(tally.batch(START));
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }
}
