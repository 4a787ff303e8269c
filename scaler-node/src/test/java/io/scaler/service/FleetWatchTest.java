package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandTally;
import io.scaler.model.FunctionSpec;
import io.scaler.policy.Fleet;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FleetWatchTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  private final Set<String> moved = new HashSet<>();
  private final FleetWatch watch = new FleetWatch(Duration.ofHours(1));

  @Test
  void knowsNothingBeforeAnythingWasSeen() {
    assertThat(watch.known()).isEqualTo(Fleet.UNKNOWN);
    assertThat(watch.edition()).isZero();
  }

  @Test
  void isThereAsSoonAsAnythingWasSeen() {
    seen(Map.of("f", ranFor(100, START)), START);

    assertThat(watch.known().functions()).isEqualTo(1);
    assertThat(watch.known().all().executions().quantile(0.5)).isCloseTo(millis(100), millis(7));
    assertThat(watch.edition()).isEqualTo(1);
  }

  @Test
  void isMadeAnewWhenAQuarterMoreWasSeen() {
    seen(functions(0, 100), START);
    Fleet first = watch.known();

    seen(functions(100, 124), START);
    assertThat(watch.known()).isSameAs(first);
    assertThat(watch.edition()).isEqualTo(1);

    seen(functions(124, 125), START);
    assertThat(watch.known().functions()).isEqualTo(125);
    assertThat(watch.edition()).isEqualTo(2);
  }

  @Test
  void isMadeAnewEveryMinuteOfHoweverLittle() {
    seen(functions(0, 100), START);
    seen(functions(100, 101), START.plusSeconds(59));
    assertThat(watch.known().functions()).isEqualTo(100);

    seen(Map.of(), START.plusSeconds(60));
    assertThat(watch.known().functions()).isEqualTo(101);

    seen(functions(101, 102), START.plusSeconds(119));
    assertThat(watch.known().functions()).isEqualTo(101);
  }

  @Test
  void aFunctionThatIsSeenAgainCountsAsItIsNow() {
    seen(Map.of("f", ranFor(100, START)), START);
    seen(Map.of("f", ranFor(900, START)), START);

    assertThat(watch.known().functions()).isEqualTo(1);
    assertThat(watch.known().all().executions().quantile(0.5)).isCloseTo(millis(900), millis(57));
  }

  @Test
  void aFunctionThatIsNotSeenForLongIsForgotten() {
    seen(Map.of("old", ranFor(100, START)), START);

    seen(Map.of("new", ranFor(900, START.plusSeconds(3_600))), START.plusSeconds(3_600));
    assertThat(watch.known().functions()).isEqualTo(2);

    seen(Map.of(), START.plusSeconds(3_660));
    assertThat(watch.known().functions()).isEqualTo(1);
    assertThat(watch.known().all().executions().quantile(0.5)).isCloseTo(millis(900), millis(57));
  }

  @Test
  void aFunctionThatAnotherNodeOwnsNowIsForgottenUntilItComesBack() {
    seen(Map.of("moved", ranFor(100, START), "stays", ranFor(900, START)), START);
    moved.add("moved");
    seen(Map.of(), START.plusSeconds(60));
    assertThat(watch.known().functions()).isEqualTo(1);
    assertThat(watch.known().all().executions().quantile(0.5)).isCloseTo(millis(900), millis(57));

    moved.clear();
    seen(Map.of("moved", ranFor(100, START.plusSeconds(120))), START.plusSeconds(120));
    assertThat(watch.known().functions()).isEqualTo(2);
  }

  @Test
  void aFunctionStartsAsItDidElseAsOthersDoElseWithinHalfASecond() {
    assertThat(watch.coldStart(spec("f"))).isEqualTo(millis(500));
    seen(Map.of("f", startedIn(2_000)), START);

    assertThat(watch.coldStart(spec("f"))).isCloseTo(millis(2_000), millis(125));
    assertThat(watch.coldStart(spec("g"))).isCloseTo(millis(2_000), millis(125));
    seen(Map.of("g", startedIn(300)), START);
    assertThat(watch.coldStart(spec("g"))).isCloseTo(millis(300), millis(19));
  }

  @Test
  void whereNothingIsSeenNothingIsMadeAnewWithinTheMinute() {
    seen(Map.of(), START);
    long edition = watch.edition();
    seen(Map.of(), START.plusSeconds(1));

    assertThat(watch.edition()).isEqualTo(edition);
  }

  private void seen(Map<String, Demand> changed, Instant now) {
    watch.seen(changed, FleetWatchTest::spec, key -> !moved.contains(key), now);
  }

  private static Map<String, Demand> functions(int from, int to) {
    Map<String, Demand> functions = new HashMap<>();
    for (int i = from; i < to; i++) {
      functions.put("f" + i, ranFor(100, START));
    }
    return functions;
  }

  private static FunctionSpec spec(String key) {
    return new FunctionSpec(key, "go", 128, Duration.ofMinutes(1));
  }

  private static Demand startedIn(long millis) {
    DemandTally tally = new DemandTally();
    tally.launched(millis(millis));
    return Demand.of(tally.batch(START));
  }

  private static Demand ranFor(long millis, Instant at) {
    DemandTally tally = new DemandTally();
    tally.executed(millis(millis));
    return Demand.of(tally.batch(at));
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }
}
