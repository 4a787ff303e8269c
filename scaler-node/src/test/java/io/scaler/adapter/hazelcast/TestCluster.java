package io.scaler.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.node.ScheduledTimer;
import io.scaler.pool.Caller;
import io.scaler.pool.Command;
import io.scaler.pool.Event;
import io.scaler.pool.PoolLimits;
import io.scaler.service.DecisionObserver;
import io.scaler.service.Mailbox.Message;
import io.scaler.service.Pools.Answer;
import io.scaler.service.Whereabouts;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Three real members in this JVM, over loopback: node0, the oldest, to node2. */
final class TestCluster implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final AtomicInteger CLUSTERS = new AtomicInteger();

  final List<HazelcastCluster> members = new ArrayList<>();
  final List<Queue<Message>> inboxes = new ArrayList<>();

  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(4);
  private final String name =
      "test-" + ProcessHandle.current().pid() + "-" + CLUSTERS.incrementAndGet();

  private final Duration forgetAfter;

  /** Whether no time passes for what owners have sent to backups. */
  volatile boolean timeStopped;

  /** Whether commands that begin a launch fail. */
  volatile boolean outOfIds;

  TestCluster() {
    this(Duration.ofDays(2));
  }

  /**
   * @param forgetAfter what is known of a function is removed if it was not needed for so long
   */
  TestCluster(Duration forgetAfter) {
    this.forgetAfter = forgetAfter;
    try {
      start();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void start() {
    for (int i = 0; i < 3; i++) {
      HazelcastCluster member = join("node" + i);
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
      members.add(member);
      inboxes.add(inbox);
    }
    await().until(() -> members.stream().allMatch(HazelcastCluster::hasMajority));
    // Hazelcast itself looks at the majority once a heartbeat.
    await().until(() -> succeeds(members.get(0).pools().submit("warm-up", new Command.Sweep(0))));
    members.forEach(
        member -> threads.scheduleWithFixedDelay(member::tick, 0, 100, TimeUnit.MILLISECONDS));
  }

  /** One more member; it is not among {@link #members}. */
  HazelcastCluster join(String node) {
    AtomicInteger ids = new AtomicInteger();
    PoolRules rules =
        new PoolRules(
            InstantSource.system(),
            spec -> Plan.keeping("test", Duration.ofMinutes(10)),
            () -> PoolLimits.DEFAULT,
            (key, plan, observation) -> {},
            true,
            () -> {
              if (outOfIds) {
                throw new IllegalStateException("out of ids");
              }
              return node + "-" + ids.incrementAndGet();
            },
            DecisionObserver.NONE,
            () -> timeStopped ? 0 : System.nanoTime());
    ClusterSettings settings =
        new ClusterSettings(
            name,
            "127.0.0.1",
            0,
            members.stream().map(HazelcastCluster::address).toList(),
            "",
            3,
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            forgetAfter);
    return HazelcastCluster.join(
        settings,
        node,
        new Whereabouts("host-of-" + node, 9001, 9080),
        rules,
        new HazelcastCluster.Means(
            new ScheduledTimer(threads), System::nanoTime, threads, threads));
  }

  @Override
  public void close() {
    // All at once, so that none takes over from another.
    members.parallelStream().forEach(HazelcastCluster::terminate);
    threads.shutdownNow();
  }

  /** Waits until every key has its owner and its backup, and keeps them. */
  void settle() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              for (int i = 0; i < members.size(); i++) {
                if (!hazelcast(i).getPartitionService().isClusterSafe()) {
                  return false;
                }
              }
              return true;
            });
  }

  /** The number of the member that owns the key. */
  int owner(String key) {
    var owner = hazelcast(0).getPartitionService().getPartition(key).getOwner();
    return Integer.parseInt(owner.getAttribute(Structures.NODE).substring("node".length()));
  }

  <V> IMap<String, V> map(int member, String structure) {
    return hazelcast(member).getMap(structure);
  }

  private static HazelcastInstance hazelcast(int member) {
    return Hazelcast.getHazelcastInstanceByName("node" + member);
  }

  /** A key's owner dies; its backup is the owner now. Returns a member that lives. */
  int loseTheOwner(String key) {
    int owner = owner(key);
    members.get(owner).terminate();
    return (owner + 1) % 3;
  }

  /** A request that holds an instance which was started for it. */
  String held(String function, String request, int member) {
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

  CompletionStage<Answer> assign(String function, String request, int member) {
    return members
        .get(member)
        .pools()
        .submit(
            function,
            new Command.Assign(spec(function), request, new Caller("node" + member, 7), PATIENCE));
  }

  static FunctionSpec spec(String function) {
    return new FunctionSpec(function, "java", 128, Duration.ofMinutes(1));
  }

  /** The instance that is to be launched. */
  static String instanceOf(Event.FollowUp followUp) {
    if (followUp instanceof Event.LaunchBegun begun) {
      return begun.instanceId();
    } else if (followUp instanceof Event.LaunchTaken taken) {
      return taken.instanceId();
    }
    throw new AssertionError("is no launch: " + followUp);
  }

  static boolean succeeds(CompletionStage<?> stage) {
    return stage.handle((value, failure) -> failure == null).toCompletableFuture().join();
  }

  static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
