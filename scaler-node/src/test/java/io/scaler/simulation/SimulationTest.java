package io.scaler.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scaler.model.FunctionSpec;
import io.scaler.policy.CostPolicy;
import io.scaler.policy.CostSettings;
import io.scaler.policy.FixedPolicy;
import io.scaler.policy.NonePolicy;
import io.scaler.policy.Policies;
import io.scaler.policy.Policy;
import io.scaler.policy.PolicySettings;
import io.scaler.pool.PoolLimits;
import io.scaler.service.CallLimits;
import io.scaler.service.LaunchLimits;
import io.scaler.service.Provisioning.Provisioned;
import io.scaler.simulation.SimulationSetup.Times;
import io.scaler.trace.Trace;
import io.scaler.trace.TraceOptions;
import io.scaler.trace.Traces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A function of 1 GB whose slots take 100 ms and whose application takes 900 ms to start. */
class SimulationTest {
  private static final Trace.Function FUNCTION =
      new Trace.Function(
          new FunctionSpec("f", "java", 1_024, Duration.ofMinutes(1)), Duration.ofMillis(900));
  private static final LaunchLimits UNLIMITED = new LaunchLimits(0, 0, 0, Duration.ofMinutes(1));
  private static final Duration BILL_FOR = Duration.ofSeconds(30);

  /** What a look at the pools may be late by. */
  private static final Offset<Double> A_SWEEP = within(0.021);

  private final List<Trace.Request> requests = new ArrayList<>();
  private LaunchLimits launchLimits = UNLIMITED;
  private List<Provisioned> provisioned = List.of();
  private Duration answerAfter = Duration.ZERO;

  private void call(double second, double execution) {
    requests.add(
        new Trace.Request(FUNCTION, Math.round(second * 1e6), Math.round(execution * 1e6), false));
  }

  private SimulationResult keeping(int seconds) {
    return run(
        new Trace("by hand", List.of(FUNCTION), requests),
        new FixedPolicy(Duration.ofSeconds(seconds)));
  }

  private SimulationResult run(Trace trace, Policy policy) {
    return Simulation.run(
        trace,
        new SimulationSetup(
            policy,
            PoolLimits.DEFAULT,
            launchLimits,
            CallLimits.DEFAULT,
            provisioned,
            new Times(
                Duration.ofMillis(100),
                Duration.ofMinutes(5),
                Duration.ofMillis(100),
                Duration.ofMillis(10),
                Duration.ofSeconds(1),
                BILL_FOR,
                answerAfter)),
        begun -> {});
  }

  @Test
  void anInstanceIsBilledFromItsSlotsCreationToTheEndOfItsKeepAlive() {
    call(0, 2);
    SimulationResult result = keeping(5);

    assertThat(result.cold()).isEqualTo(1);
    assertThat(result.cost().latencySeconds()).isCloseTo(1, within(1e-9));
    assertThat(result.cost().executionGbSeconds()).isCloseTo(2, within(1e-9));
    assertThat(result.cost().slotGbSeconds()).isCloseTo(1 + 2 + 5, A_SWEEP);
  }

  @Test
  void anInstanceIsHeldAndRequestsAreLateWhileAnswersTravel() {
    answerAfter = Duration.ofMillis(50);
    call(0, 2);
    SimulationResult result = keeping(5);

    assertThat(result.cost().latencySeconds()).isCloseTo(1 + 2 * 0.05, within(1e-9));
    assertThat(result.cost().slotGbSeconds()).isCloseTo(1 + 0.05 + 2 + 5, A_SWEEP);
  }

  @Test
  void whatIsLeftIsBilledForAWhileAfterTheLastCompletion() {
    call(0, 2);

    assertThat(keeping(3_600).cost().slotGbSeconds())
        .isCloseTo(1 + 2 + (double) BILL_FOR.toSeconds(), A_SWEEP);
  }

  @Test
  void aRequestWithinTheKeepAliveFindsTheInstanceAndOneAfterItDoesNot() {
    call(0, 1);
    call(6, 1);
    call(20, 1);
    SimulationResult result = keeping(5);

    assertThat(result.cold()).isEqualTo(2);
    assertThat(result.cost().latencySeconds()).isCloseTo(2, within(1e-9));
    assertThat(result.cost().slotGbSeconds()).isCloseTo(2 + 4 + 1 + 5 + 2 + 5, within(0.05));
    assertThat(result.served()).isEqualTo(3);
    assertThat(result.waitP50Millis()).isCloseTo(1_000, within(1.0));
  }

  @Test
  void aWaitingRequestGetsWhicheverComesFirstAReleasedInstanceOrANewOne() {
    call(0, 10);
    call(2, 1);
    SimulationResult launched = keeping(3_600);
    assertThat(launched.cold()).as("nothing came free within a second").isEqualTo(2);
    assertThat(launched.waited()).isZero();

    requests.clear();
    call(0, 1.5);
    call(2, 1);
    SimulationResult released = keeping(3_600);
    assertThat(released.cold()).isEqualTo(1);
    assertThat(released.waited()).isEqualTo(1);
    assertThat(released.cost().latencySeconds()).isCloseTo(1 + 0.5, within(1e-6));
  }

  @Test
  void launchesWaitForTheirTurnUnderALimit() {
    launchLimits = new LaunchLimits(0, 1, 0, Duration.ofMinutes(1));
    call(0, 10);
    call(0, 10);
    call(0, 10);

    assertThat(keeping(1).cost().latencySeconds()).isCloseTo(1 + 2 + 3, within(1e-6));
  }

  @Test
  void whatIsProvisionedIsThereBeforeItIsAskedFor() {
    provisioned = List.of(new Provisioned(FUNCTION.spec(), 1));
    call(10, 1);
    SimulationResult result = keeping(0);

    assertThat(result.cold()).isZero();
    assertThat(result.cost().slotGbSeconds())
        .isCloseTo(11 + (double) BILL_FOR.toSeconds(), within(0.15));
  }

  /**
   * Ten at a time, for 2 s, of 256 MB, that take 5 s to start: memory that nobody uses and waiting
   * at its price come to hardly more than under the better of two policies that know no price, or
   * to less.
   */
  @ParameterizedTest(name = "waiting worth {0} GB*s a second")
  @ValueSource(doubles = {1, 3, 5, 7, 9, 20})
  void burstsCostNoMoreThanUnderTheBetterOfNoneAndFixed(double price) {
    Trace.Function function =
        new Trace.Function(
            new FunctionSpec("f", "java", 256, Duration.ofMinutes(1)), Duration.ofSeconds(5));
    Random random = new Random(7);
    double second = 0;
    for (int burst = 0; burst < 400; burst++) {
      second += 20 - 60 * Math.log(1 - random.nextDouble());
      for (int call = 0; call < 10; call++) {
        requests.add(
            new Trace.Request(
                function, Math.round((second + 0.01 * call) * 1e6), 2_000_000L, false));
      }
    }
    Trace trace = new Trace("bursts", List.of(function), requests);

    double best =
        Math.min(
            cost(price, run(trace, new FixedPolicy(Duration.ofMinutes(10)))),
            cost(price, run(trace, new NonePolicy())));
    double planned = cost(price, run(trace, new CostPolicy(new CostSettings(price, 2, 0.5))));
    assertThat(planned).isLessThan(1.02 * best);
  }

  private static double cost(double price, SimulationResult result) {
    return result.wastedGbSeconds() + price * result.cost().latencySeconds();
  }

  @Test
  void samplesSayWhatRunsAtEachMoment() {
    call(0, 60);
    SimulationResult result = keeping(5);

    assertThat(result.samples()).hasSizeBetween(600, 1_000);
    assertThat(result.samples().get(300)).isEqualTo(new SimulationResult.Sample(30.1, 1, 1, 0));
  }

  static List<String> policies() {
    return List.copyOf(Policies.names());
  }

  @ParameterizedTest
  @MethodSource("policies")
  void everyPolicyServesAWholeTraceAndAlwaysTheSameWay(String name) {
    Trace demo = Traces.demo(TraceOptions.DEFAULT);
    Policy policy = Policies.named(name, PolicySettings.DEFAULT);
    SimulationResult result = run(demo, policy);

    assertThat(result.served()).isEqualTo(demo.requests().size());
    assertThat(result.score()).isBetween(1.0, Clairvoyant.of(demo, Duration.ofMillis(100)).score());
    assertThat(run(demo, Policies.named(name, PolicySettings.DEFAULT))).isEqualTo(result);
  }
}
