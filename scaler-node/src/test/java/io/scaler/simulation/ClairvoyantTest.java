package io.scaler.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scaler.model.FunctionSpec;
import io.scaler.trace.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ClairvoyantTest {
  private static final Offset<Double> CLOSE = within(1e-9);
  private static final long SECOND = 1_000_000;

  /** 1 GB and a launch of 100 + 900 ms. */
  private final Trace.Function large = function("large", 1024, 900);

  /** A quarter of a GB and a launch of 100 + 300 ms. */
  private final Trace.Function small = function("small", 256, 300);

  private final List<Trace.Request> requests = new ArrayList<>();

  @Test
  void aSingleRequestCostsALaunchAndItsExecution() {
    call(large, 0, 4 * SECOND);

    SimulationResult bound = bound();

    assertThat(bound.cost().executionGbSeconds()).isCloseTo(4, CLOSE);
    assertThat(bound.cost().slotGbSeconds()).isCloseTo(5, CLOSE);
    assertThat(bound.wastedGbSeconds()).isCloseTo(1, CLOSE);
    assertThat(bound.score()).isCloseTo(40 + 50, CLOSE);
    assertThat(bound.coldPercent()).isZero();
  }

  @Test
  void keepsAnInstanceOverAGapThatIsShorterThanALaunch() {
    call(large, 0, SECOND);
    call(large, SECOND + SECOND / 4, SECOND);

    assertThat(bound().wastedGbSeconds()).isCloseTo(1 + 0.25, CLOSE);
  }

  @Test
  void launchesAgainAfterAGapThatIsLonger() {
    call(large, 0, SECOND);
    call(large, 3_600 * SECOND, SECOND);

    assertThat(bound().wastedGbSeconds()).isCloseTo(1 + 1, CLOSE);
  }

  @Test
  void aRequestTakesTheInstanceThatIsReleasedAtThatInstant() {
    call(large, 0, SECOND);
    call(large, SECOND, SECOND);

    assertThat(bound().wastedGbSeconds()).isCloseTo(1, CLOSE);
  }

  @Test
  void everyLevelOfConcurrencyHasItsOwnGaps() {
    call(large, 0, 10 * SECOND);
    call(large, 0, SECOND);
    call(large, SECOND + SECOND / 2, SECOND);
    call(large, 10 * SECOND + SECOND / 10, SECOND);

    SimulationResult bound = bound();

    assertThat(bound.wastedGbSeconds()).isCloseTo(2 * 1 + 0.5 + 0.1, CLOSE);
  }

  @Test
  void theInstanceReleasedLastIsTakenFirst() {
    call(large, 0, SECOND);
    call(large, 0, 2 * SECOND);
    call(large, 2 * SECOND + SECOND / 10, SECOND);
    call(large, 2 * SECOND + SECOND / 10, SECOND);

    assertThat(bound().wastedGbSeconds()).isCloseTo(2 * 1 + 0.1 + 1, CLOSE);
  }

  @Test
  void addsFunctionsUpByTheirMemory() {
    call(large, 0, SECOND);
    call(small, 0, SECOND);
    call(small, SECOND + SECOND / 5, SECOND);

    SimulationResult bound = bound();

    assertThat(bound.cost().executionGbSeconds()).isCloseTo(1 + 0.5, CLOSE);
    assertThat(bound.wastedGbSeconds()).isCloseTo(1 + 0.25 * (0.4 + 0.2), CLOSE);
  }

  @Test
  void takesTheTimeToCreateASlotAsGiven() {
    call(large, 0, SECOND);

    assertThat(Clairvoyant.of(trace(), Duration.ofSeconds(2)).wastedGbSeconds())
        .isCloseTo(2.9, CLOSE);
  }

  private SimulationResult bound() {
    return Clairvoyant.of(trace(), Duration.ofMillis(100));
  }

  private Trace trace() {
    return new Trace("by hand", List.of(large, small), requests);
  }

  private void call(Trace.Function function, long startMicros, long executionMicros) {
    requests.add(new Trace.Request(function, startMicros, executionMicros, false));
  }

  private static Trace.Function function(String key, long memoryMb, long initMs) {
    return new Trace.Function(
        new FunctionSpec(key, "go", memoryMb, Duration.ofMinutes(5)), Duration.ofMillis(initMs));
  }
}
