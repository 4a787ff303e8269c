package io.scaler.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.Plan;
import io.scaler.model.StartKind;
import io.scaler.node.ScheduledTimer;
import io.scaler.permit.Claim.Lives;
import io.scaler.pool.Caller;
import io.scaler.pool.Command;
import io.scaler.pool.Event;
import io.scaler.pool.PoolLimits;
import io.scaler.pool.Reply;
import io.scaler.service.Mailbox.Message;
import io.scaler.service.Pools.Answer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three real members in this JVM, over loopback. */
class ClusterTest {
  private static final AtomicInteger CLUSTERS = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(4);
  private final List<HazelcastCluster> members = new ArrayList<>();
  private final List<Queue<Message>> inboxes = new ArrayList<>();

  @BeforeEach
  void start() {
    String name = "test-" + ProcessHandle.current().pid() + "-" + CLUSTERS.incrementAndGet();
    List<String> known = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      HazelcastCluster member = join(name, "node" + i, known);
      Queue<Message> inbox = new ConcurrentLinkedQueue<>();
      member
          .mailbox()
          .onMessage(
              message -> {
                inbox.add(message);
                if (message instanceof Message.PermitGranted granted) {
                  member.permitGranted(granted);
                }
              });
      known.add(member.address());
      members.add(member);
      inboxes.add(inbox);
    }
    await().until(() -> members.stream().allMatch(HazelcastCluster::hasMajority));
    // Hazelcast itself looks at the majority once a heartbeat.
    await().until(() -> succeeds(members.get(0).pools().submit("warm-up", new Command.Sweep(0))));
    members.forEach(
        member -> threads.scheduleWithFixedDelay(member::tick, 0, 100, TimeUnit.MILLISECONDS));
  }

  private HazelcastCluster join(String name, String node, List<String> known) {
    AtomicInteger ids = new AtomicInteger();
    PoolRules rules =
        new PoolRules(
            InstantSource.system(),
            spec -> Plan.keeping("test", Duration.ofMinutes(10)),
            PoolLimits.DEFAULT,
            () -> node + "-" + ids.incrementAndGet());
    ClusterSettings settings =
        new ClusterSettings(
            name,
            "127.0.0.1",
            0,
            known,
            "",
            3,
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2));
    return HazelcastCluster.join(
        settings,
        node,
        rules,
        new HazelcastCluster.Means(
            new ScheduledTimer(threads), System::nanoTime, threads, threads));
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    members.forEach(HazelcastCluster::terminate);
  }

  @Test
  void anInstanceReleasedThroughOneNodeIsHandedToARequestQueuedThroughAnother() {
    String instance = held("f", "first", 0);
    Answer queued = join(assign("f", "second", 1));
    assertThat(queued.reply()).isEqualTo(new Reply.Queued());

    Answer released =
        join(
            members
                .get(2)
                .pools()
                .submit("f", new Command.Release("first", instance, Outcome.OK, "")));

    assertThat(released.reply()).isEqualTo(new Reply.Done());
    assertThat(released.followUps())
        .singleElement()
        .isInstanceOfSatisfying(
            Event.HandedOver.class,
            handed -> {
              assertThat(handed.caller()).isEqualTo(new Caller("node1", 7));
              assertThat(handed.instanceId()).isEqualTo(instance);
              assertThat(handed.startKind()).isEqualTo(StartKind.WAITED);
            });
  }

  @Test
  void whatWasAssignedOutlivesTheNodesThatKeptIt() {
    List<String> instances = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      instances.add(held("f" + i, "request", i % 3));
    }
    members.get(0).terminate();

    for (int i = 0; i < 40; i++) {
      Answer again = join(assign("f" + i, "request", 1));
      String instance = instances.get(i);
      assertThat(again.reply())
          .isInstanceOfSatisfying(
              Reply.Granted.class, grant -> assertThat(grant.instanceId()).isEqualTo(instance));
    }
  }

  @Test
  void theKeysOfALostOwnerAreDueAtTheirNewOne() {
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      held("f" + i, "request", i % 3);
      keys.add("f" + i);
    }
    members.get(0).terminate();

    Set<String> due = ConcurrentHashMap.newKeySet();
    await()
        .until(
            () -> {
              for (HazelcastCluster member : members.subList(1, 3)) {
                due.addAll(member.pools().takeDue(InstantSource.system().instant(), 1_000));
              }
              return due.containsAll(keys);
            });
  }

  @Test
  void theOldestLeadsAndTheNextTakesOverWithALargerEpoch() {
    await().until(() -> members.get(0).leadership().epoch().isPresent());
    long first = members.get(0).leadership().epoch().getAsLong();
    assertThat(members.get(1).leadership().epoch()).isEmpty();
    assertThat(members.get(2).leadership().epoch()).isEmpty();

    members.get(0).terminate();

    await().until(() -> members.get(1).leadership().epoch().isPresent());
    assertThat(members.get(1).leadership().epoch().getAsLong()).isGreaterThan(first);
    assertThat(members.get(2).leadership().epoch()).isEmpty();
  }

  @Test
  void aPermitGoesToTheNextInLineOnAnotherNode() {
    assertThat(join(acquire(0, "a"))).isTrue();
    CompletionStage<Boolean> waiting = acquire(1, "b");
    await().until(() -> waiters() == 1);
    CompletionStage<Boolean> behind = acquire(2, "c");
    await().until(() -> waiters() == 2);

    join(members.get(2).semaphores().release("s", "a"));
    assertThat(join(waiting)).isTrue();
    assertThat(behind.toCompletableFuture()).isNotDone();

    join(members.get(0).semaphores().release("s", "b"));
    assertThat(join(behind)).isTrue();
  }

  @Test
  void theePermitsOfALostNodeComeBack() {
    assertThat(join(acquire(0, "a"))).isTrue();
    CompletionStage<Boolean> waiting = acquire(1, "b");
    members.get(0).terminate();
    join(members.get(2).semaphores().nodeLost("node0"));
    assertThat(join(waiting)).isTrue();
  }

  @Test
  void whoIsOutOfPatienceLeavesTheLine() {
    assertThat(join(acquire(0, "a"))).isTrue();
    assertThat(
            join(
                members
                    .get(1)
                    .semaphores()
                    .acquire("s", "b", 1, 1, Lives.WITH_NODE, Duration.ofMillis(50))))
        .isFalse();
    await().until(() -> waiters() == 0);
  }

  @Test
  void messagesReachTheNodeTheyAreSentToAndBroadcastsEveryNode() {
    members.get(0).mailbox().send("node2", new Message.NodeLost("x"));
    members.get(1).mailbox().broadcast(new Message.SweepDue(4));
    await().until(() -> inboxes.get(2).size() == 2);
    await()
        .until(() -> inboxes.stream().allMatch(inbox -> inbox.contains(new Message.SweepDue(4))));
    assertThat(inboxes.get(0)).doesNotContain(new Message.NodeLost("x"));
  }

  @Test
  void aChangedPlanIsSeenByEveryNode() {
    Plan first = Plan.keeping("first", Duration.ofSeconds(1));
    Plan second = Plan.keeping("second", Duration.ofSeconds(2));
    for (Plan plan : List.of(first, second)) {
      join(members.get(0).plans().put("f", plan));
      await()
          .until(() -> members.stream().allMatch(member -> plan.equals(member.plans().known("f"))));
    }
    join(members.get(1).plans().remove("f"));
    await().until(() -> members.stream().allMatch(member -> member.plans().known("f") == null));
  }

  @Test
  void aMemberTooManyIsRefused() {
    List<String> known = List.of(members.get(0).address());
    String name = "test-" + ProcessHandle.current().pid() + "-" + CLUSTERS.get();
    assertThatThrownBy(() -> join(name, "node3", known))
        .hasMessageContaining("cluster.expected-size");
  }

  /** A request that holds an instance which was started for it. */
  private String held(String function, String request, int member) {
    Answer queued = join(assign(function, request, member));
    Event.LaunchBegun begun =
        queued.followUps().stream()
            .filter(Event.LaunchBegun.class::isInstance)
            .map(Event.LaunchBegun.class::cast)
            .findFirst()
            .orElseThrow();
    String instance = begun.instanceId();
    join(members.get(member).pools().submit(function, new Command.SlotCreated(instance, "slot")));
    Answer ready = join(members.get(member).pools().submit(function, new Command.Ready(instance)));
    assertThat(ready.followUps()).singleElement().isInstanceOf(Event.HandedOver.class);
    return instance;
  }

  private CompletionStage<Answer> assign(String function, String request, int member) {
    FunctionSpec spec = new FunctionSpec(function, "java", 128, Duration.ofMinutes(1));
    return members
        .get(member)
        .pools()
        .submit(
            function, new Command.Assign(spec, request, new Caller("node" + member, 7), PATIENCE));
  }

  private CompletionStage<Boolean> acquire(int member, String holder) {
    return members.get(member).semaphores().acquire("s", holder, 1, 1, Lives.WITH_NODE, PATIENCE);
  }

  private int waiters() {
    HazelcastSemaphores.State state = join(members.get(2).semaphore("s"));
    return state == null ? 0 : state.waiters().size();
  }

  private static boolean succeeds(CompletionStage<?> stage) {
    return stage.handle((value, failure) -> failure == null).toCompletableFuture().join();
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
