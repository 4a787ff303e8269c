package io.scaler.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.scaler.it.history.Call;
import io.scaler.it.history.History;
import io.scaler.it.history.HistoryChecker;
import io.scaler.it.history.ScenarioLine;
import io.scaler.it.history.Standstills;
import io.scaler.it.history.SteadyLoad;
import io.scaler.it.history.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A cluster that is disturbed while it serves a steady load through haproxy. Whatever happens, no
 * instance is held twice and no slot is left; how many calls succeed depends on what happens.
 */
@Tag("containers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DisturbedClusterIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** An Assign and a Release that both succeed at the last attempt, and the execution between. */
  private static final Duration SLOWEST = Duration.ofSeconds(100);

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(2);
  private static final double PER_SECOND = 150;
  private static final int LAUNCHES = 100;
  private static final int LAUNCHES_OF_FUNCTION = 25;
  private static final Duration RECONCILE = Duration.ofSeconds(5);

  /**
   * What ended with the platform is missing in two looks at it, the first of which may come late.
   */
  private static final Duration FORGETTING = RECONCILE.multipliedBy(4);

  private static final int MANY = 20;
  private static final int FEW = 15;
  private static final long FUNCTION_MB = 128;
  private static final String HOTTEST = "f0";

  /** The platform's settings for one that fails every second call. */
  private static final String[] FAILING = {
    "create-failures: 0.5", "init-failures: 0.5", "destroy-failures: 0.5"
  };

  /** Of functions whose callers vanish: so long nobody else is given what they held. */
  private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(12);

  /** A lease that nobody gives back, and its grace, the keep-alive, and one reconciling. */
  private static final Duration LEFT_FOR = Duration.ofSeconds(20 + 2 + 2 + 5 + 6);

  private static final Duration NONE = Duration.ZERO;

  /** Nobody notices. */
  private static final Target UNNOTICED =
      new Target(0, 100, Duration.ofSeconds(5), Duration.ofSeconds(5));

  /** What is repeated elsewhere succeeds. */
  private static final Target KILLED =
      new Target(0, 99.9, Duration.ofSeconds(5), Duration.ofSeconds(5));

  /** A node is there, and is not: the others go on when they are sure, with all that waits. */
  private static final Target AWAY =
      new Target(0.05, 90, Duration.ofSeconds(15), Duration.ofSeconds(20));

  /** The same; what shares its processors with threads that spin until it wakes takes longer. */
  private static final Target FROZEN =
      new Target(0.05, 90, Duration.ofSeconds(20), Duration.ofSeconds(20));

  /** Callers beside those whose calls are counted. */
  private final List<SteadyLoad> others = new ArrayList<>();

  private final List<ScenarioLine> lines = new ArrayList<>();
  private final Standstills standstills = Standstills.watch();
  private ContainerCluster cluster;
  private Instant begun = Instant.MIN;
  private long memoryMb = 48 * 1_024;

  /**
   * What a scenario has to come to.
   *
   * @param failed the share of calls that no repetition may bring to a good end
   * @param atOnce the percentage of calls that succeed at the first attempt, at least
   * @param gap without a success of any of the functions that are asked for most, at most
   * @param leader until another one leads where one that led was taken away, at most
   */
  private record Target(double failed, double atOnce, Duration gap, Duration leader) {
    void isMetBy(ScenarioLine line) {
      assertThat(line.failed())
          .as("calls that failed, of " + line.calls())
          .isLessThanOrEqualTo((long) (failed * line.calls()));
      assertThat(line.succeededAtOnce()).as("calls at once, %").isGreaterThanOrEqualTo(atOnce);
      assertThat(line.hottest().length())
          .as("longest gap, that of " + line.hottest().function())
          .isLessThan(gap);
      if (line.newLeader() != null) {
        assertThat(line.newLeader()).as("time to a new leader").isLessThan(leader);
      }
    }
  }

  /** What is done to the cluster; returns when it is whole again. */
  private interface Disturbance {
    void run() throws InterruptedException;
  }

  @BeforeAll
  void start() throws InterruptedException {
    cluster =
        ContainerCluster.start(
            memoryLimit(memoryMb),
            Map.of(
                "policy.default",
                "fixed",
                "policy.fixed.keep-alive",
                KEEP_ALIVE.toSeconds() + "s",
                "limits.launches",
                String.valueOf(LAUNCHES),
                "limits.launches-per-function",
                String.valueOf(LAUNCHES_OF_FUNCTION),
                "requests.lease-grace",
                "2s",
                "leader.reconcile",
                RECONCILE.toSeconds() + "s",
                "launches.timeout",
                "20s",
                "start.rehearsal",
                "1s"),
            "create-latency=50ms",
            "init=100ms",
            "jitter=0.3");
    warmUp(Duration.ofSeconds(20));
  }

  private static String memoryLimit(long megabytes) {
    return "limits: {memory: %dMB}%n".formatted(megabytes);
  }

  /** The code of new processes is slow for a while; a deployment sends them little at first. */
  private void warmUp(Duration length) throws InterruptedException {
    try (SteadyLoad load =
        SteadyLoad.start(
            "warm-up", SteadyLoad.Settings.steady(PER_SECOND / 3, 1), cluster.front())) {
      pass(length);
      load.stop();
      await("every request to end").atMost(LIMIT).until(() -> load.open() == 0);
    }
  }

  @AfterAll
  void stop() throws IOException {
    standstills.close();
    if (cluster != null) {
      cluster.close();
    }
    if (!lines.isEmpty()) {
      String table = ScenarioLine.table(lines);
      System.out.println(table);
      Files.writeString(Path.of("target", "scenarios.txt"), table);
    }
  }

  /** Whatever happened, the next scenario begins with all that there is. */
  @AfterEach
  void makeWhole() {
    others.forEach(SteadyLoad::close);
    others.clear();
    cluster.makeWhole();
  }

  @Test
  @Order(1)
  void nothingHappens() throws InterruptedException {
    under(
        "nothing happens",
        SteadyLoad.Settings.steady(PER_SECOND, 14).cancelling(NONE),
        UNNOTICED,
        () -> {
          await("the image's own health check to find every node well")
              .atMost(LIMIT)
              .until(
                  () ->
                      IntStream.range(0, ContainerCluster.SIZE)
                          .allMatch(node -> cluster.health(node).equals("healthy")));
          pass(Duration.ofSeconds(5));
        });
  }

  @Test
  @Order(2)
  void aFollowerIsKilled() throws InterruptedException {
    under("SIGKILL of a follower", KILLED, () -> killAndRestart(follower()));
  }

  @Test
  @Order(3)
  void theLeaderIsKilled() throws InterruptedException {
    ScenarioLine line =
        under("SIGKILL of the leader", KILLED, () -> killAndRestart(cluster.leader()));

    assertThat(line.newLeader()).as("the time until another one led").isNotNull();
  }

  @Test
  @Order(4)
  void theOwnerOfTheHottestFunctionIsKilledAndThenAnotherNode() throws InterruptedException {
    under(
        "SIGKILL of f0's owner, then of another node",
        KILLED,
        () -> {
          int first = cluster.owner(HOTTEST);
          killAndRestart(first);
          int second = cluster.owner(HOTTEST);
          killAndRestart(second == first ? (first + 1) % ContainerCluster.SIZE : second);
        });
  }

  @Test
  @Order(5)
  void aNodeIsKilledWhileManyWait() throws InterruptedException {
    under(
        "SIGKILL of a node while many wait",
        KILLED,
        () -> {
          cluster.pausePlatform();
          // The first of which it is so: the platform hangs for less than launches wait for it.
          int killed =
              await("many to wait at a node, and launches of its to be under way")
                  .atMost(LIMIT)
                  .until(
                      () ->
                          IntStream.range(0, ContainerCluster.SIZE)
                              .filter(
                                  node ->
                                      cluster.value(node, "scaler_waiters") > MANY
                                          && cluster.value(node, "scaler_launches_open") > FEW)
                              .findFirst(),
                      OptionalInt::isPresent)
                  .orElseThrow();
          cluster.kill(killed);
          cluster.wakePlatform();
          pass(Duration.ofSeconds(4));
          cluster.startAgain(killed);
          cluster.awaitSafe();
        });
  }

  @Test
  @Order(6)
  void aNodeIsKilledAndNothingIsKept() throws InterruptedException {
    cluster.override("none");
    try {
      under("SIGKILL of a follower, no keep-alive", KILLED, () -> killAndRestart(follower()));
    } finally {
      cluster.override(null);
    }
  }

  /** The first one stops while many wait, whom it gives their instances all the same. */
  @Test
  @Order(7)
  void allAreRestartedOneAfterTheOther() throws InterruptedException {
    under(
        "SIGTERM and restart of each in turn",
        SteadyLoad.Settings.steady(PER_SECOND, 7).cancelling(Duration.ofSeconds(30)),
        UNNOTICED,
        () -> {
          for (int i = 0; i < ContainerCluster.SIZE; i++) {
            int leaving = i;
            if (i == 0) {
              cluster.pausePlatform();
              await("many to wait, a third of them there")
                  .atMost(LIMIT)
                  .until(() -> cluster.sum("scaler_waiters") > ContainerCluster.SIZE * MANY);
            }
            CompletableFuture<Void> left = CompletableFuture.runAsync(() -> cluster.stop(leaving));
            await("haproxy to leave it what it has")
                .atMost(LIMIT)
                .until(() -> left.isDone() || cluster.nodesThatAre("NOLB") == 1);
            assertThat(left).as("the stop, when haproxy noticed").isNotDone();
            if (i == 0) {
              pass(Duration.ofSeconds(4));
              cluster.wakePlatform();
            }
            left.join();
            cluster.startAgain(i);
            cluster.awaitSafe();
          }
        });
  }

  @Test
  @Order(8)
  void aNodeJoins() throws InterruptedException {
    int newcomer = follower();
    cluster.stop(newcomer);
    cluster.awaitSafe();

    under(
        "a node joins",
        UNNOTICED,
        () -> {
          cluster.startAgain(newcomer);
          cluster.awaitSafe();
        });
  }

  @Test
  @Order(9)
  void theLeaderFreezesForAMoment() throws InterruptedException {
    under(
        "freeze of the leader for 3 s",
        AWAY,
        () -> freeze(cluster.leader(), Duration.ofSeconds(3)));
  }

  @Test
  @Order(10)
  void theLeaderFreezesForLong() throws InterruptedException {
    ScenarioLine line =
        under(
            "freeze of the leader for 20 s",
            SteadyLoad.Settings.steady(PER_SECOND, 8).cancelling(Duration.ofSeconds(12)),
            FROZEN,
            () -> freeze(cluster.leader(), Duration.ofSeconds(20)));

    assertThat(line.newLeader()).as("the time until another one led").isNotNull();
  }

  /** Some callers know this node alone, and go on asking it. */
  @Test
  @Order(11)
  void theLeaderIsCutOffFromTheOthers() throws InterruptedException {
    AtomicReference<Instant> noticed = new AtomicReference<>();
    AtomicReference<Instant> healed = new AtomicReference<>();
    ScenarioLine line =
        under(
            "packets dropped around the leader for 20 s",
            SteadyLoad.Settings.steady(PER_SECOND, 9).cancelling(Duration.ofSeconds(12)),
            AWAY,
            () -> {
              int alone = cluster.leader();
              SteadyLoad faithful =
                  alongside(
                      "faithful",
                      SteadyLoad.Settings.steady(PER_SECOND / 10, 7),
                      cluster.node(alone));
              Instant cut = Instant.now();
              cluster.cutOff(alone);
              await("it to notice").atMost(LIMIT).until(() -> !cluster.isReady(alone));
              noticed.set(Instant.now());
              assertThat(Duration.between(cut, noticed.get())).isLessThan(Duration.ofSeconds(6));
              pass(Duration.ofSeconds(15));
              healed.set(Instant.now());
              cluster.heal(alone);
              cluster.awaitUp(ContainerCluster.SIZE);
              end(faithful);
              refusedAtOnce(faithful, noticed.get(), healed.get());
            });

    assertThat(line.newLeader()).as("the time until another one led").isNotNull();
  }

  @Test
  @Order(12)
  void theLeaderIsCutOffForAMoment() throws InterruptedException {
    under(
        "packets dropped around the leader for 2 s",
        AWAY,
        () -> cutOff(cluster.leader(), Duration.ofSeconds(2)));
  }

  @Test
  @Order(13)
  void theLinkOfANodeIsLong() throws InterruptedException {
    int far = follower();
    cluster.stop(far);
    cluster.awaitSafe();

    under(
        "a node's link is late, by 200 ms there and back",
        KILLED,
        () -> {
          cluster.startFarAway(far, Duration.ofMillis(100));
          cluster.awaitSafe();
          pass(Duration.ofSeconds(5));
          cluster.stop(far);
          assertThat(cluster.cameLate())
              .as("bytes that came late from others, and to each of them")
              .hasSize(ContainerCluster.SIZE)
              .allMatch(bytes -> bytes > 0);
          cluster.startAgain(far);
          cluster.awaitSafe();
        });
  }

  @Test
  @Order(14)
  void thePlatformHangs() throws InterruptedException {
    under(
        "the platform hangs for 25 s",
        // What no instance is there for waits for the platform, and for its deadline.
        new Target(0.05, 90, Duration.ofSeconds(5), NONE),
        () -> {
          cluster.pausePlatform();
          pass(Duration.ofSeconds(25));
          cluster.wakePlatform();
        });
  }

  @Test
  @Order(15)
  void thePlatformIsRestarted() throws InterruptedException {
    under(
        "the platform restarts and forgets",
        new Target(0.001, 90, Duration.ofSeconds(5), NONE),
        () -> {
          cluster.restartPlatform();
          pass(FORGETTING);
        });
  }

  @Test
  @Order(16)
  void thePlatformFailsEverySecondCall() throws InterruptedException {
    cluster.restartPlatform(FAILING);
    cluster.awaitPlatform();
    under(
        "the platform fails every second call",
        // A few have bad luck at every attempt, and are told so.
        new Target(0.001, 95, Duration.ofSeconds(5), NONE),
        () -> pass(Duration.ofSeconds(10)));
    // Nodes whose calls to the one that ends fail are to have found the next one.
    cluster.makeWhole();
    warmUp(Duration.ofSeconds(5));
  }

  @Test
  @Order(17)
  void callersVanish() throws InterruptedException {
    under(
        "callers vanish with what they hold",
        SteadyLoad.Settings.steady(PER_SECOND, 10).wild(0.05, SHORT_TIMEOUT),
        UNNOTICED,
        () -> {
          ManagedChannel connection = cluster.oneToFront();
          SteadyLoad doomed =
              alongside(
                  "doomed",
                  SteadyLoad.Settings.steady(PER_SECOND / 3, 15).wild(0, SHORT_TIMEOUT),
                  connection);
          pass(Duration.ofSeconds(4));
          doomed.stop();
          assertThat(doomed.open()).as("requests on the connection that is lost").isPositive();
          connection.shutdownNow();
          pass(Duration.ofSeconds(2));
          doomed.close();
        });
  }

  @Test
  @Order(18)
  void anythingHappensAtRandom() throws InterruptedException {
    long seed = Long.getLong("scaler.disturb.seed", System.nanoTime());
    Duration length = Duration.ofSeconds(Long.getLong("scaler.disturb.seconds", 30));
    System.out.println("to see the same again: -Dscaler.disturb.seed=" + seed);

    under(
        "at random, seed " + seed,
        SteadyLoad.Settings.steady(PER_SECOND, seed).wild(0.01, SHORT_TIMEOUT),
        new Target(0.1, 50, LIMIT, LIMIT),
        () -> disturb(new Random(seed), length));
  }

  /**
   * The platform goes on with what they had launched, and those who held it come back. There is
   * memory for little more.
   */
  @Test
  @Order(19)
  void allNodesAreKilledAtOnce() throws InterruptedException {
    under(
        "SIGKILL of all nodes at once",
        SteadyLoad.Settings.steady(PER_SECOND / 3, 13),
        new Target(0.1, 0, LIMIT, LIMIT),
        () -> {
          assertThat(cluster.running()).as("slots that run").isPositive();
          IntStream.range(0, ContainerCluster.SIZE).parallel().forEach(cluster::kill);
          begun = Instant.now();
          memoryMb = (cluster.running() + FEW) * FUNCTION_MB;
          cluster.configure(memoryLimit(memoryMb));
          IntStream.range(0, ContainerCluster.SIZE).parallel().forEach(cluster::begin);
          cluster.awaitUp(ContainerCluster.SIZE);
          pass(Duration.ofSeconds(5));
        });
  }

  /** To one node at a time, and often to the platform at once; made good before the next. */
  private void disturb(Random random, Duration length) throws InterruptedException {
    Instant until = Instant.now().plus(length);
    boolean isLong = length.compareTo(LIMIT) > 0;
    while (Instant.now().isBefore(until)) {
      Disturbance isOver = disturbPlatform(random);
      disturbNode(
          random,
          random.nextInt(ContainerCluster.SIZE),
          Duration.ofMillis(500 + random.nextInt(isLong ? 15_000 : 6_000)));
      isOver.run();
      cluster.awaitUp(ContainerCluster.SIZE);
      cluster.awaitSafe();
      say("all is well");
    }
  }

  private void disturbNode(Random random, int node, Duration moment) throws InterruptedException {
    int what = random.nextInt(5);
    say(
        "node %d %s for %d ms",
        node + 1,
        List.of("is killed", "is stopped", "is frozen", "is cut off", "is slow").get(what),
        moment.toMillis());
    switch (what) {
      case 0 -> {
        cluster.kill(node);
        pass(moment);
        cluster.startAgain(node);
      }
      case 1 -> {
        cluster.stop(node);
        cluster.startAgain(node);
      }
      case 2 -> freeze(node, moment);
      case 3 -> cutOff(node, moment);
      default -> {
        cluster.slowDown(node, "1500kbit", Duration.ofMillis(200));
        pass(moment);
        cluster.speedUp(node);
      }
    }
  }

  /** Returns what makes good for it. */
  private Disturbance disturbPlatform(Random random) {
    int what = random.nextInt(6);
    say(
        "the platform %s",
        what < 3 ? List.of("hangs", "is restarted", "fails often").get(what) : "works");
    switch (what) {
      case 0 -> {
        cluster.pausePlatform();
        return cluster::wakePlatform;
      }
      case 1 -> {
        cluster.restartPlatform();
        return () -> {};
      }
      case 2 -> {
        cluster.restartPlatform(FAILING);
        return cluster::restartPlatform;
      }
      default -> {
        return () -> {};
      }
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

  /** Callers besides, whose calls count for what must never happen alone. */
  private SteadyLoad alongside(String name, SteadyLoad.Settings settings, ManagedChannel to) {
    SteadyLoad load = SteadyLoad.start(name, settings, List.of(to));
    others.add(load);
    return load;
  }

  private static void end(SteadyLoad load) {
    load.stop();
    await("every request to end").atMost(SLOWEST).until(() -> load.open() == 0);
  }

  /** Callers who still reach a node that hears from no majority are told so within a second. */
  private void refusedAtOnce(SteadyLoad load, Instant from, Instant to) {
    List<Call> refused =
        load.calls().stream()
            .filter(
                call ->
                    call.start().isAfter(from)
                        && call.start().isBefore(to.minus(Duration.ofSeconds(1))))
            .toList();
    assertThat(refused)
        .hasSizeGreaterThan(MANY)
        .allSatisfy(
            call -> {
              assertThat(call.isGivenUp() || call.code().equals("UNAVAILABLE")).isTrue();
              assertThat(Duration.between(call.start(), call.end()))
                  .isLessThan(
                      Duration.ofSeconds(1).plus(standstills.between(call.start(), call.end())));
            });
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

  private ScenarioLine under(String scenario, Target target, Disturbance disturbance)
      throws InterruptedException {
    return under(
        scenario, SteadyLoad.Settings.steady(PER_SECOND, scenario.hashCode()), target, disturbance);
  }

  private ScenarioLine under(
      String scenario, SteadyLoad.Settings settings, Target target, Disturbance disturbance)
      throws InterruptedException {
    System.out.println("scenario: " + scenario);
    begun = Instant.now();
    cluster.newLeader();
    try (SteadyLoad load =
        SteadyLoad.start(scenario.replace(' ', '-'), settings, cluster.front())) {
      Instant from = Instant.now();
      pass(Duration.ofSeconds(2));
      disturbance.run();
      pass(Duration.ofSeconds(2));
      double expected = settings.perSecond() * Duration.between(from, Instant.now()).toSeconds();
      assertThat((double) load.requests()).as("requests begun").isGreaterThan(0.9 * expected);
      end(load);
      Instant ended = Instant.now();
      List<Violation> violations = whenAllIsOver(load);
      ScenarioLine line = ScenarioLine.of(scenario, history(load), violations, cluster.newLeader());
      lines.add(line);
      System.out.println(ScenarioLine.table(List.of(line)));
      System.out.println("nothing was left after " + Duration.between(ended, Instant.now()));
      load.reasons().forEach((reason, times) -> System.out.println(times + " x " + reason));
      unanswered(load);
      if (!violations.isEmpty()) {
        System.out.println("what nodes logged about what is wrong:\n" + about(violations));
      }
      assertThat(violations)
          .overridingErrorMessage(
              () -> "in \"%s\":%n%s".formatted(scenario, Violation.inBrief(violations)))
          .isEmpty();
      target.isMetBy(line);
      await("nodes to take nothing for there")
          .atMost(LEFT_FOR)
          .untilAsserted(() -> assertThat(cluster.left()).isEmpty());
      return line;
    }
  }

  /** When those began whose callers gave up waiting, to be seen beside what was done to nodes. */
  private void unanswered(SteadyLoad load) {
    load.calls().stream()
        .filter(call -> call.code().equals(Call.DEADLINE_EXCEEDED))
        .forEach(
            call ->
                System.out.printf(
                    "not answered: %s, from %s to %s, callers stood still for %d ms of its last"
                        + " second%n",
                    call.requestId(),
                    since(call.start()),
                    since(call.end()),
                    standstills.between(call.end().minusSeconds(1), call.end()).toMillis()));
  }

  /** Says what is done, and when. */
  private void say(String what, Object... arguments) {
    System.out.printf("%s: %s%n", since(Instant.now()), what.formatted(arguments));
  }

  private String since(Instant moment) {
    return "%.1f s".formatted(Duration.between(begun, moment).toMillis() / 1e3);
  }

  private String about(List<Violation> violations) {
    return Violation.shortest(violations).stream()
        .flatMap(violation -> violation.concerned().stream())
        .distinct()
        .limit(3)
        .map(cluster::about)
        .collect(Collectors.joining("\n"));
  }

  /**
   * Slots are given the time that keep-alives and leases take, and one reconciling; what is left
   * then is leaked.
   */
  private List<Violation> whenAllIsOver(SteadyLoad load) throws InterruptedException {
    Instant until = Instant.now().plus(LEFT_FOR);
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
    List<Call> calls = load.calls();
    others.forEach(other -> calls.addAll(other.calls()));
    return HistoryChecker.check(history(calls), true);
  }

  private History history(SteadyLoad load) {
    return history(load.calls());
  }

  private History history(List<Call> calls) {
    return new History(
        calls,
        cluster.slots(),
        cluster.platformLost(),
        cluster.hung(),
        standstills.seen(),
        new History.Limits(
            LAUNCHES, LAUNCHES_OF_FUNCTION, memoryMb, Duration.ofSeconds(2), FORGETTING),
        begun);
  }
}
