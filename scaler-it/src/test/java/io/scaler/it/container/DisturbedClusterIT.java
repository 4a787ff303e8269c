package io.scaler.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.scaler.it.history.History;
import io.scaler.it.history.HistoryChecker;
import io.scaler.it.history.ScenarioLine;
import io.scaler.it.history.SteadyLoad;
import io.scaler.it.history.Violation;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.Function;
import io.scaler.v1.ScalerGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A cluster that is disturbed while it serves a steady load through haproxy. Whatever happens, no
 * instance is held twice and no slot is left; how many calls succeed depends on what happens.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DisturbedClusterIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** An Assign and a Release that both succeed at the last attempt, and the execution between. */
  private static final Duration SLOWEST = Duration.ofSeconds(100);

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(2);
  private static final double PER_SECOND = 150;
  private static final int LAUNCHES = 200;
  private static final int MANY = 20;

  private final List<ScenarioLine> lines = new ArrayList<>();
  private ContainerCluster cluster;

  /** What is done to the cluster; returns when it is whole again. */
  private interface Disturbance {
    void run() throws InterruptedException;
  }

  @BeforeAll
  void start() throws InterruptedException {
    cluster =
        ContainerCluster.start(
            Map.of(
                "policy.default",
                "fixed",
                "policy.fixed.keep-alive",
                KEEP_ALIVE.toSeconds() + "s",
                "limits.launches",
                String.valueOf(LAUNCHES),
                "requests.lease-grace",
                "2s",
                "leader.reconcile",
                "5s",
                "launches.timeout",
                "20s"),
            "create-latency=50ms",
            "init=100ms",
            "jitter=0.3");
    warmUp();
  }

  /** The code of new processes is slow for a while; a deployment sends them little at first. */
  private void warmUp() throws InterruptedException {
    try (SteadyLoad load =
        SteadyLoad.start(
            "warm-up", SteadyLoad.Settings.steady(PER_SECOND / 3, 1), cluster.front())) {
      pass(Duration.ofSeconds(20));
      load.stop();
      await("every request to end").atMost(LIMIT).until(() -> load.open() == 0);
    }
  }

  @AfterAll
  void stop() throws IOException {
    if (cluster != null) {
      cluster.close();
    }
    if (!lines.isEmpty()) {
      String table = ScenarioLine.table(lines);
      System.out.println(table);
      Files.writeString(Path.of("target", "scenarios.txt"), table);
    }
  }

  @Test
  @Order(1)
  void nothingHappens() throws InterruptedException {
    ScenarioLine line = under("nothing happens", () -> pass(Duration.ofSeconds(5)));

    assertThat(line.succeededAtOnce()).isEqualTo(100);
  }

  @Test
  @Order(2)
  void aFollowerIsKilled() throws InterruptedException {
    ScenarioLine line = under("SIGKILL of a follower", () -> killAndRestart(follower()));

    assertThat(line.failed()).isZero();
    assertThat(line.succeededAtOnce()).isGreaterThanOrEqualTo(99.9);
    assertThat(line.longestGap()).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  @Order(3)
  void theLeaderIsKilled() throws InterruptedException {
    ScenarioLine line = under("SIGKILL of the leader", () -> killAndRestart(cluster.leader()));

    assertThat(line.failed()).isZero();
    assertThat(line.succeededAtOnce()).isGreaterThanOrEqualTo(99.9);
    assertThat(line.longestGap()).isLessThan(Duration.ofSeconds(5));
    assertThat(line.newLeader()).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  @Order(4)
  void eachIsKilledOneAfterTheOther() throws InterruptedException {
    ScenarioLine line =
        under(
            "SIGKILL of each, one after the other",
            () -> {
              // One of them owns the function that is asked for most.
              for (int i = 0; i < ContainerCluster.SIZE; i++) {
                killAndRestart(i);
              }
            });

    assertThat(line.failed()).isZero();
    assertThat(line.succeededAtOnce()).isGreaterThanOrEqualTo(99.9);
  }

  @Test
  @Order(5)
  void aNodeIsKilledWhileManyWait() throws InterruptedException {
    ScenarioLine line =
        under(
            "SIGKILL of a node while many wait",
            () -> {
              cluster.pausePlatform();
              int killed = follower();
              await("many to wait, and launches to be under way")
                  .atMost(LIMIT)
                  .until(
                      () ->
                          cluster.sum("scaler_waiters") > MANY
                              && cluster.value(killed, "scaler_launches_open") > 0);
              cluster.kill(killed);
              cluster.wakePlatform();
              pass(Duration.ofSeconds(4));
              cluster.startAgain(killed);
              cluster.awaitSafe();
            });

    assertThat(line.failed()).isZero();
  }

  @Test
  @Order(6)
  void allAreRestartedOneAfterTheOther() throws InterruptedException {
    ScenarioLine line =
        under(
            "SIGTERM and restart of each in turn",
            () -> {
              for (int i = 0; i < ContainerCluster.SIZE; i++) {
                cluster.stop(i);
                cluster.startAgain(i);
                cluster.awaitSafe();
              }
            });

    assertThat(line.succeededAtOnce()).isEqualTo(100);
  }

  @Test
  @Order(7)
  void aNodeFreezesForAMoment() throws InterruptedException {
    ScenarioLine line =
        under("freeze of a node for 3 s", () -> freeze(follower(), Duration.ofSeconds(3)));

    assertThat(line.failed()).isZero();
  }

  @Test
  @Order(8)
  void aNodeFreezesForLong() throws InterruptedException {
    ScenarioLine line =
        under("freeze of a node for 20 s", () -> freeze(follower(), Duration.ofSeconds(20)));

    assertThat(line.failed()).isZero();
    assertThat(line.longestGap()).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  @Order(9)
  void aNodeIsCutOffFromTheOthers() throws InterruptedException {
    ScenarioLine line =
        under(
            "packets dropped around a node for 20 s",
            () -> {
              int alone = follower();
              cluster.cutOff(alone);
              await("it to notice").atMost(LIMIT).until(() -> !cluster.isReady(alone));
              refusesAtOnce(alone);
              pass(Duration.ofSeconds(15));
              cluster.heal(alone);
              cluster.awaitUp(ContainerCluster.SIZE);
            });

    assertThat(line.failed()).isZero();
    assertThat(line.longestGap()).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  @Order(10)
  void aNodeIsCutOffForAMoment() throws InterruptedException {
    ScenarioLine line =
        under(
            "packets dropped around a node for 2 s",
            () -> cutOff(follower(), Duration.ofSeconds(2)));

    assertThat(line.failed()).isZero();
  }

  @Test
  @Order(11)
  void theLinkOfANodeIsSlow() throws InterruptedException {
    ScenarioLine line =
        under(
            "a node's link is slow, by up to 200 ms",
            () -> {
              int far = follower();
              cluster.slowDown(far, "1500kbit", Duration.ofMillis(200));
              pass(Duration.ofSeconds(15));
              assertThat(cluster.speedUp(far)).as("packets that had to wait").isPositive();
              cluster.awaitUp(ContainerCluster.SIZE);
              cluster.awaitSafe();
            });

    assertThat(line.failed()).isZero();
  }

  @Test
  @Order(12)
  void thePlatformHangs() throws InterruptedException {
    ScenarioLine line =
        under(
            "the platform hangs for 5 s",
            () -> {
              cluster.pausePlatform();
              pass(Duration.ofSeconds(5));
              cluster.wakePlatform();
            });

    assertThat(line.failed()).isZero();
  }

  @Test
  @Order(13)
  void thePlatformIsRestarted() throws InterruptedException {
    under(
        "the platform restarts and forgets",
        () -> {
          cluster.restartPlatform();
          pass(Duration.ofSeconds(10));
        });
  }

  @Test
  @Order(14)
  void thePlatformFailsEverySecondCall() throws InterruptedException {
    ScenarioLine line =
        under(
            "the platform fails every second call",
            () -> {
              cluster.restartPlatform(
                  "create-failures: 0.5", "init-failures: 0.5", "destroy-failures: 0.5");
              pass(Duration.ofSeconds(8));
              cluster.restartPlatform();
              pass(Duration.ofSeconds(8));
            });

    // A few have bad luck at every attempt, and are told so.
    assertThat(line.failed()).isLessThanOrEqualTo(line.calls() / 1_000);
  }

  @Test
  @Order(15)
  void callersVanish() throws InterruptedException {
    ScenarioLine line =
        under(
            "callers vanish with what they hold",
            SteadyLoad.Settings.steady(PER_SECOND, 10).vanishing(0.05),
            () -> pass(Duration.ofSeconds(5)));

    assertThat(line.failed()).isZero();
  }

  @Test
  @Order(16)
  void anythingHappensAtRandom() throws InterruptedException {
    long seed = Long.getLong("scaler.disturb.seed", System.nanoTime());
    Duration length = Duration.ofSeconds(Long.getLong("scaler.disturb.seconds", 40));
    System.out.println("to see the same again: -Dscaler.disturb.seed=" + seed);

    under("at random, seed " + seed, () -> disturb(new Random(seed), length));
  }

  @Test
  @Order(17)
  void allNodesAreKilledAtOnce() throws InterruptedException {
    under(
        "SIGKILL of all nodes at once",
        SteadyLoad.Settings.steady(PER_SECOND / 3, 13),
        () -> {
          for (int i = 0; i < ContainerCluster.SIZE; i++) {
            cluster.kill(i);
          }
          for (int i = 0; i < ContainerCluster.SIZE; i++) {
            cluster.begin(i);
          }
          cluster.awaitUp(ContainerCluster.SIZE);
          pass(Duration.ofSeconds(5));
        });
  }

  /** One thing at a time, each made good before the next. */
  private void disturb(Random random, Duration length) throws InterruptedException {
    Instant until = Instant.now().plus(length);
    while (Instant.now().isBefore(until)) {
      int node = random.nextInt(ContainerCluster.SIZE);
      Duration moment = Duration.ofMillis(500 + random.nextInt(6_000));
      switch (random.nextInt(5)) {
        case 0 -> killAndRestart(node);
        case 1 -> {
          cluster.stop(node);
          cluster.startAgain(node);
        }
        case 2 -> freeze(node, moment);
        case 3 -> cutOff(node, moment);
        default -> {
          cluster.pausePlatform();
          pass(moment);
          cluster.wakePlatform();
        }
      }
      cluster.awaitSafe();
    }
  }

  private int follower() {
    return (cluster.leader() + 1) % ContainerCluster.SIZE;
  }

  private void killAndRestart(int number) throws InterruptedException {
    cluster.kill(number);
    pass(Duration.ofSeconds(4));
    cluster.startAgain(number);
    cluster.awaitSafe();
  }

  private void freeze(int number, Duration length) throws InterruptedException {
    cluster.pause(number);
    pass(length);
    cluster.wake(number);
    cluster.awaitUp(ContainerCluster.SIZE);
  }

  private void cutOff(int number, Duration length) throws InterruptedException {
    cluster.cutOff(number);
    pass(length);
    cluster.heal(number);
    cluster.awaitUp(ContainerCluster.SIZE);
  }

  /** A caller who still reaches a node that hears from no majority is told so. */
  private void refusesAtOnce(int number) {
    Instant start = Instant.now();
    AssignRequest request =
        AssignRequest.newBuilder()
            .setRequestId("past-haproxy")
            .setFunction(Function.newBuilder().setKey("f0").setMemoryMb(128))
            .build();
    assertThatThrownBy(
            () ->
                ScalerGrpc.newBlockingStub(cluster.node(number))
                    .withDeadlineAfter(10, TimeUnit.SECONDS)
                    .assign(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refusal ->
                assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(2));
  }

  /** Time that a scenario takes, as opposed to time that a test waits for something. */
  private static void pass(Duration length) throws InterruptedException {
    long until = System.nanoTime() + length.toNanos();
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private ScenarioLine under(String scenario, Disturbance disturbance) throws InterruptedException {
    return under(
        scenario, SteadyLoad.Settings.steady(PER_SECOND, scenario.hashCode()), disturbance);
  }

  private ScenarioLine under(String scenario, SteadyLoad.Settings settings, Disturbance disturbance)
      throws InterruptedException {
    System.out.println("scenario: " + scenario);
    try (SteadyLoad load =
        SteadyLoad.start(scenario.replace(' ', '-'), settings, cluster.front())) {
      pass(Duration.ofSeconds(3));
      Instant disturbed = Instant.now();
      disturbance.run();
      pass(Duration.ofSeconds(3));
      load.stop();
      await("every request to end").atMost(SLOWEST).until(() -> load.open() == 0);
      List<Violation> violations = whenAllIsOver(load);
      ScenarioLine line =
          ScenarioLine.of(scenario, history(load), violations, cluster.newLeaderAfter(disturbed));
      lines.add(line);
      System.out.println(ScenarioLine.table(List.of(line)));
      load.reasons().forEach((reason, times) -> System.out.println(times + " x " + reason));
      assertThat(violations)
          .as(
              () ->
                  "in \"%s\"; what nodes logged about it:%n%s"
                      .formatted(scenario, about(violations)))
          .isEmpty();
      return line;
    }
  }

  private String about(List<Violation> violations) {
    return violations.stream()
        .flatMap(violation -> violation.concerned().stream())
        .distinct()
        .limit(3)
        .map(cluster::about)
        .collect(Collectors.joining("\n"));
  }

  /** Slots are given the time that keep-alives and leases take; what is left then is leaked. */
  private List<Violation> whenAllIsOver(SteadyLoad load) throws InterruptedException {
    Instant until = Instant.now().plus(LIMIT);
    List<Violation> violations = violations(load);
    while (violations.stream().anyMatch(DisturbedClusterIT::isLeak)
        && Instant.now().isBefore(until)) {
      pass(Duration.ofSeconds(1));
      violations = violations(load);
    }
    return violations;
  }

  private static boolean isLeak(Violation violation) {
    return violation.rule().equals(HistoryChecker.LEAKED);
  }

  private List<Violation> violations(SteadyLoad load) {
    return HistoryChecker.check(history(load), true);
  }

  private History history(SteadyLoad load) {
    return new History(
        load.calls(),
        cluster.slots(),
        cluster.platformLost(),
        new History.Limits(LAUNCHES, 0, Duration.ofSeconds(2)));
  }
}
