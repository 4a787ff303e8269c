package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.permit.Claim;
import io.scaler.permit.PermitCommand;
import io.scaler.permit.PermitEvent;
import io.scaler.permit.Permits;
import io.scaler.pool.Command;
import io.scaler.pool.Decision;
import io.scaler.pool.Pool;
import io.scaler.pool.PoolLimits;
import io.scaler.pool.Room;
import io.scaler.pool.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Several nodes in one thread and in a test's time: the service as it is, over pools, semaphores
 * and messages that live in this object.
 */
final class FakeCluster {
  static final PoolLimits LIMITS =
      new PoolLimits(
          10_000,
          10_000,
          Duration.ofSeconds(10),
          1_024,
          Duration.ofMinutes(2),
          Duration.ofMinutes(5),
          3,
          Duration.ofMillis(100),
          Duration.ofMinutes(5),
          Duration.ofSeconds(10));

  final FakeTimer timer = new FakeTimer();
  final FakePlatform platform = new FakePlatform(timer);
  final Map<String, FakeNode> nodes = new LinkedHashMap<>();
  final List<Duration> launches = new ArrayList<>();
  final List<Duration> handOffs = new ArrayList<>();

  /** What was done for requests that somebody follows, as it ended, with what it was a part of. */
  final Set<String> traced = new TreeSet<>();

  /** Functions and milliseconds of the executions that counted as demand. */
  final List<String> executed = new ArrayList<>();

  Plan plan = Plan.keeping("test", Duration.ofMinutes(10));

  /** Of functions that have one of their own. */
  final Map<String, Plan> plans = new HashMap<>();

  LaunchLimits launchLimits = new LaunchLimits(0, 0, 0, Duration.ofSeconds(30));
  String leader = "";

  /** Every node believes that it leads. */
  boolean twoLeaders;

  long epoch = 1;

  /** Nodes that hear from no majority. */
  final Set<String> cutOff = new HashSet<>();

  /** Functions whose pools answer nobody. */
  final Set<String> silentPools = new HashSet<>();

  /** Functions whose pools are kept by a node that is frozen. */
  final Set<String> frozenPools = new HashSet<>();

  /** How long a question is on its way to a pool's owner, and its answer back. */
  Duration asking = Duration.ZERO;

  Duration answering = Duration.ZERO;

  /** What became of a question remains uncertain, though its owner decides. */
  boolean answersLost;

  /** Messages that are lost on their way. */
  Predicate<Mailbox.Message> lost = message -> false;

  private final Map<String, Pool> pools = new HashMap<>();
  private final Map<String, Instant> due = new TreeMap<>();
  private final Map<String, Permits> semaphores = new HashMap<>();
  private final Map<String, CompletableFuture<Boolean>> permitWaits = new HashMap<>();
  private int ids;

  /** One whose platform has nothing, which is counted. */
  FakeCluster() {
    Permits memory = new Permits();
    memory.apply(memory.decide(PermitCommand.Count.of("", Map.of(), true)));
    semaphores.put(LaunchLimits.MEMORY, memory);
  }

  /** The nodes that kept what the cluster knows are gone. */
  void forget() {
    pools.clear();
    semaphores.clear();
  }

  FakeNode node(String name) {
    return nodes.computeIfAbsent(name, FakeNode::new);
  }

  Pool pool(String key) {
    return pools.get(key);
  }

  boolean hasPool(String key) {
    return pools.containsKey(key);
  }

  /**
   * Lets time pass in steps of a tick, the leader's duties running at each, and a look at launches
   * every second.
   */
  void run(Duration time) {
    Duration tick = Duration.ofMillis(100);
    int ticks = 0;
    for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = left.minus(tick)) {
      timer.advance(left.compareTo(tick) < 0 ? left : tick);
      nodes.values().forEach(node -> node.memory.run());
      FakeNode leading = nodes.get(leader);
      if (leading != null) {
        leading.sweep.run();
        leading.lostNodes.run();
        leading.room.run();
        if (++ticks % 10 == 0) {
          leading.launchCount.run();
        }
      }
    }
  }

  /** The node dies: nothing that it was waiting for is ever delivered to it. */
  void kill(String name) {
    nodes.remove(name);
    nodes.values().forEach(node -> node.lostNodes.lost(name));
  }

  long permitsHeld(String semaphore) {
    Permits permits = semaphores.get(semaphore);
    return permits == null ? 0 : permits.held();
  }

  /** One node of the cluster. */
  final class FakeNode {
    final String name;
    final Pools shared;
    final PoolClient client;
    final ServedRequests requests;
    final Sweeper sweeper;
    final SweepDuty sweep;
    final LostNodesDuty lostNodes;
    final Launching launching;
    final Leadership leadership;
    final RoomOffers roomOffers;
    final RoomDuty room;
    final MemoryCount memory;
    final LaunchCount launchCount;
    boolean serving = true;

    FakeNode(String name) {
      this.name = name;
      this.shared = new SharedPools(name);
      Mailbox mailbox = new Messages();
      Semaphores permits = new SharedSemaphores(name);
      this.leadership = () -> isLeading(name) ? OptionalLong.of(epoch) : OptionalLong.empty();
      this.launching =
          new Launching(
              platform,
              permits,
              () -> launchLimits,
              timer,
              timer,
              name,
              (function, took) -> launches.add(took),
              FakeCluster.this::begin);
      this.client = new PoolClient(shared, mailbox, LIMITS.leaseGrace(), launching);
      this.requests =
          new ServedRequests(
              client,
              timer,
              name,
              () -> CallLimits.DEFAULT,
              () -> serving,
              (function, took) -> executed.add(function + " " + took.toMillis()),
              new MeasuredHandOffs(),
              FakeCluster.this::begin);
      this.sweeper = new Sweeper(shared, client, timer, 1_000, Duration.ofSeconds(1));
      this.sweep = new SweepDuty(leadership, mailbox);
      PriorityClock priorities = new PriorityClock();
      this.roomOffers = new RoomOffers(shared, FakeCluster.this::planOf, priorities, mailbox, name);
      this.room =
          new RoomDuty(
              leadership,
              mailbox,
              permits,
              client,
              priorities,
              timer,
              timer,
              name,
              () -> nodes.size());
      permits.onShortage(room::shortHere);
      this.memory = new MemoryCount(launching, LIMITS.launchTimeout());
      this.launchCount = new LaunchCount(leadership, client, launching);
      this.lostNodes =
          new LostNodesDuty(leadership, mailbox, permits, timer, Duration.ofSeconds(1), 3);
    }

    private void receive(Mailbox.Message message) {
      if (message instanceof Mailbox.Message.HandedOver handed) {
        requests.handedOver(handed);
      } else if (message instanceof Mailbox.Message.Refused refused) {
        requests.refused(refused);
      } else if (message instanceof Mailbox.Message.SweepDue swept) {
        if (name.equals(nodes.keySet().iterator().next())) {
          sweeper.run(swept.epoch());
        }
      } else if (message instanceof Mailbox.Message.NodeLost gone) {
        if (name.equals(nodes.keySet().iterator().next())) {
          sweeper.nodeLost(gone.node());
        }
      } else if (message instanceof Mailbox.Message.RoomWanted) {
        room.wanted();
      } else if (message instanceof Mailbox.Message.RoomAsked asked) {
        roomOffers.asked(asked);
      } else if (message instanceof Mailbox.Message.RoomOffered offered) {
        room.offered(offered);
      }
    }
  }

  private boolean isLeading(String name) {
    return twoLeaders || leader.equals(name);
  }

  private Plan planOf(FunctionSpec function) {
    return plans.getOrDefault(function.key(), plan);
  }

  private boolean isAlive(String node) {
    return nodes.containsKey(node) || nodes.isEmpty();
  }

  private static ScalerException unavailable() {
    return ScalerException.retryable(
        Reason.NODE_UNAVAILABLE, "hears from no majority", Duration.ofSeconds(1));
  }

  /** The first node alive owns every pool. */
  private final class SharedPools implements Pools {
    private final String node;

    SharedPools(String node) {
      this.node = node;
    }

    @Override
    public CompletionStage<Answer> submit(String functionKey, Command command) {
      if (!isAlive(node) || frozenPools.contains(functionKey)) {
        return new CompletableFuture<>();
      }
      if (cutOff.contains(node) || silentPools.contains(functionKey)) {
        return CompletableFuture.failedStage(unavailable());
      }
      if (asking.isZero() && answering.isZero()) {
        return decide(functionKey, command);
      }
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      Duration back = answering;
      boolean isLost = answersLost;
      timer.after(
          asking,
          () -> {
            CompletionStage<Answer> decided = decide(functionKey, command);
            timer.after(
                back,
                () -> {
                  if (isLost) {
                    answer.completeExceptionally(unavailable());
                  } else {
                    decided.thenAccept(answer::complete);
                  }
                });
          });
      return answer;
    }

    private CompletionStage<Answer> decide(String functionKey, Command command) {
      Pool pool = pools.get(functionKey);
      if (pool == null && !(command instanceof Command.Opening)) {
        return CompletableFuture.completedStage(Answer.NO_POOL);
      }
      if (pool == null) {
        pool = Pool.unopened(((Command.Opening) command).spec());
      }
      Decision decision =
          pool.decide(
              command,
              new Terms(timer.instant(), node, planOf(pool.spec()), LIMITS, () -> "i" + ++ids));
      pool.apply(decision.change());
      if (pool.isClosed() || pool.version() == 0) {
        pools.remove(functionKey);
      } else {
        pools.put(functionKey, pool);
        if (decision.due() != null) {
          due.merge(functionKey, decision.due(), (a, b) -> a.isBefore(b) ? a : b);
        }
      }
      return CompletableFuture.completedStage(Answer.of(decision, pool.spec()));
    }

    @Override
    public Collection<String> takeDue(Instant now, int most) {
      List<String> keys = new ArrayList<>();
      due.forEach(
          (key, at) -> {
            if (!at.isAfter(now) && keys.size() < most) {
              keys.add(key);
            }
          });
      keys.forEach(due::remove);
      return keys;
    }

    @Override
    public CompletionStage<Set<String>> keys() {
      return frozenPools.isEmpty()
          ? CompletableFuture.completedStage(Set.copyOf(pools.keySet()))
          : new CompletableFuture<>();
    }

    @Override
    public Collection<String> owned() {
      return List.copyOf(pools.keySet());
    }

    @Override
    public Collection<Room> rooms() {
      boolean isOwner = node.equals(nodes.keySet().iterator().next());
      return isOwner ? pools.values().stream().map(pool -> pool.room(8)).toList() : List.of();
    }

    @Override
    public void touch(String functionKey) {
      due.put(functionKey, timer.instant());
    }
  }

  /** Messages that take a millisecond. */
  /** Contexts are the names from the root on. */
  private Tracing.Part begin(String name, String parent) {
    if (parent == null) {
      return Tracing.Part.NONE;
    }
    String path = parent + "/" + name;
    return new Tracing.Part() {
      @Override
      public String context() {
        return path;
      }

      @Override
      public void say(String key, String value) {}

      @Override
      public void end(Throwable failure) {
        traced.add(path);
      }
    };
  }

  private final class MeasuredHandOffs implements HandOffs {
    @Override
    public long now() {
      return Duration.between(Instant.EPOCH, timer.instant()).toNanos();
    }

    @Override
    public void took(long nanos) {
      handOffs.add(Duration.ofNanos(nanos));
    }
  }

  private final class Messages implements Mailbox {
    @Override
    public void send(String node, Message message) {
      if (!lost.test(message)) {
        timer.after(
            Duration.ofMillis(1),
            () -> {
              FakeNode to = nodes.get(node);
              if (to != null) {
                to.receive(message);
              }
            });
      }
    }

    @Override
    public void broadcast(Message message) {
      List.copyOf(nodes.keySet()).forEach(node -> send(node, message));
    }

    @Override
    public void onMessage(Consumer<Message> receiver) {
      throw new IllegalStateException("nodes of this cluster are wired together already");
    }
  }

  private final class SharedSemaphores implements Semaphores {
    private final String node;
    private Consumer<String> whoeverIsShort = semaphore -> {};

    SharedSemaphores(String node) {
      this.node = node;
    }

    @Override
    public CompletionStage<Boolean> acquire(
        String semaphore,
        String holder,
        long permits,
        long limit,
        Claim.When when,
        Duration patience) {
      CompletableFuture<Boolean> wait = new CompletableFuture<>();
      if (!isAlive(node)) {
        return wait;
      }
      permitWaits.put(semaphore + "/" + holder, wait);
      ask(semaphore, new Claim(holder, node, permits, when), limit, wait);
      timer.after(
          patience,
          () -> {
            if (wait.complete(false)) {
              decide(semaphore, new PermitCommand.Release(holder, node));
            }
          });
      return wait;
    }

    /** Until it is over, again and again, since what is told may be lost. */
    private void ask(String semaphore, Claim claim, long limit, CompletableFuture<Boolean> wait) {
      if (wait.isDone() || !isAlive(node)) {
        return;
      }
      decide(semaphore, new PermitCommand.Acquire(claim, limit));
      if (semaphores.get(semaphore).isHeldBy(claim.holder())) {
        wait.complete(true);
      } else {
        whoeverIsShort.accept(semaphore);
        timer.after(Duration.ofMillis(500), () -> ask(semaphore, claim, limit, wait));
      }
    }

    @Override
    public CompletionStage<Void> release(String semaphore, String holder) {
      if (!isAlive(node)) {
        return new CompletableFuture<>();
      }
      if (cutOff.contains(node)) {
        return CompletableFuture.failedStage(unavailable());
      }
      decide(semaphore, new PermitCommand.Release(holder, node));
      return Failures.done();
    }

    @Override
    public CompletionStage<Void> free(String semaphore, String holder) {
      decide(semaphore, new PermitCommand.Release(holder, null));
      return Failures.done();
    }

    @Override
    public CompletionStage<Void> count(String semaphore, Map<String, Long> permits, boolean first) {
      decide(semaphore, PermitCommand.Count.of(node, permits, first));
      return Failures.done();
    }

    @Override
    public CompletionStage<Boolean> isCounted(String semaphore) {
      Permits permits = semaphores.get(semaphore);
      return CompletableFuture.completedStage(permits != null && permits.isCounted());
    }

    @Override
    public CompletionStage<Set<String>> names() {
      return CompletableFuture.completedStage(Set.copyOf(semaphores.keySet()));
    }

    @Override
    public CompletionStage<Set<String>> holders(String semaphore) {
      Permits permits = semaphores.computeIfAbsent(semaphore, name -> new Permits());
      return CompletableFuture.completedStage(
          permits.holders().stream().map(Claim::holder).collect(Collectors.toSet()));
    }

    @Override
    public CompletionStage<Long> shortage(String semaphore) {
      Permits permits = semaphores.get(semaphore);
      return CompletableFuture.completedStage(permits == null ? 0 : permits.shortage());
    }

    @Override
    public void onShortage(Consumer<String> listener) {
      whoeverIsShort = listener;
    }

    @Override
    public CompletionStage<Void> nodeLost(String lostNode) {
      List.copyOf(semaphores.keySet())
          .forEach(name -> decide(name, new PermitCommand.NodeLost(lostNode)));
      return Failures.done();
    }

    private void decide(String semaphore, PermitCommand command) {
      Permits permits = semaphores.computeIfAbsent(semaphore, name -> new Permits());
      List<PermitEvent> events = permits.decide(command);
      permits.apply(events);
      for (PermitEvent event : events) {
        if (event instanceof PermitEvent.Granted granted) {
          CompletableFuture<Boolean> wait =
              permitWaits.get(semaphore + "/" + granted.claim().holder());
          if (wait != null) {
            timer.after(Duration.ofMillis(1), () -> wait.complete(true));
          }
        }
      }
    }
  }
}
