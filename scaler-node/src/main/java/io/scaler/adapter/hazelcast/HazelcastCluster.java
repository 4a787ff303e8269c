package io.scaler.adapter.hazelcast;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.model.Ruling;
import io.scaler.permit.Permits;
import io.scaler.pool.Pool;
import io.scaler.service.Catalog;
import io.scaler.service.Demands;
import io.scaler.service.DuePools;
import io.scaler.service.Inspection;
import io.scaler.service.KnownNode;
import io.scaler.service.Leadership;
import io.scaler.service.Mailbox;
import io.scaler.service.Overrides;
import io.scaler.service.PoolCounts;
import io.scaler.service.Pools;
import io.scaler.service.Rooms;
import io.scaler.service.Semaphores;
import io.scaler.service.Timer;
import io.scaler.service.Whereabouts;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node's membership of the cluster, and what the cluster shares. */
public final class HazelcastCluster implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HazelcastCluster.class);
  private static final Duration CERTAIN_WITHIN = Duration.ofSeconds(20);

  private final HazelcastInstance hazelcast;
  private final RecencyMajority majority;
  private final Changes changes;
  private final Acquaintances acquaintances;
  private final HazelcastMailbox mailbox;
  private final CommandBatches batches;
  private final HazelcastPools pools;
  private final HazelcastSemaphores semaphores;
  private final HazelcastLeadership leadership;
  private final Demands demands;
  private final Inspection inspection;
  private final HazelcastCatalog<Plan> plans;
  private final HazelcastCatalog<FunctionSpec> functions;
  private volatile boolean closing;
  private final HazelcastOverrides overrides;

  /**
   * What the adapter needs of the process.
   *
   * @param timer whose tasks do not block
   * @param nanoTime for elapsed time only
   * @param callbacks runs what depends on an owner's answer; its tasks do not block
   * @param background for what may block
   */
  public record Means(
      Timer timer, LongSupplier nanoTime, Executor callbacks, Executor background) {}

  /**
   * Joins the cluster, or starts one if no other member answers.
   *
   * @param node this node's id, never used before
   * @param whereabouts this node's, which the others are told
   * @throws IllegalStateException if the cluster has all the members that it expects already
   */
  public static HazelcastCluster join(
      ClusterSettings settings,
      String node,
      Whereabouts whereabouts,
      PoolRules rules,
      Means means) {
    RecencyMajority majority =
        new RecencyMajority(settings.expectedSize(), settings.tolerance(), means.nanoTime());
    Acquaintances acquaintances = new Acquaintances(settings, majority, rules.clock());
    Changes changes =
        new Changes(acquaintances, new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
    Config config = Structures.config(settings, node, whereabouts, majority);
    PoolOwner owner =
        new PoolOwner(
            rules,
            new DuePools(),
            new Rooms(),
            new PoolCounts(),
            new WholeCopies(),
            new ConcurrentHashMap<>(),
            majority);
    config.getUserContext().put(PoolOwner.KEY, owner);
    config.addListenerConfig(new ListenerConfig(changes));
    HazelcastInstance hazelcast = started(config, settings);
    long members =
        hazelcast.getCluster().getMembers().stream().filter(m -> !m.isLiteMember()).count();
    if (members > settings.expectedSize()) {
      hazelcast.shutdown();
      throw new IllegalStateException(
          "cluster.expected-size: is %d, and this would be member %d; raise it on every node"
              .formatted(settings.expectedSize(), members));
    }
    return new HazelcastCluster(
        hazelcast, majority, changes, owner, node, settings.expectedSize(), means);
  }

  private static HazelcastInstance started(Config config, ClusterSettings settings) {
    try {
      return Hazelcast.newHazelcastInstance(config);
    } catch (HazelcastException e) {
      if (e.getCause() instanceof BindException) {
        throw new IllegalStateException(
            "cluster.port: port %d of %s is in use; choose another with --set cluster.port=PORT"
                .formatted(settings.port(), settings.host()),
            e);
      }
      throw e;
    }
  }

  private HazelcastCluster(
      HazelcastInstance hazelcast,
      RecencyMajority majority,
      Changes changes,
      PoolOwner owner,
      String node,
      int expectedSize,
      Means means) {
    this.hazelcast = hazelcast;
    this.majority = majority;
    this.acquaintances = changes.acquaintances();
    this.changes = changes;
    NoMajority noMajority =
        new NoMajority(() -> acquaintances.noMajority(hazelcast.getCluster().getMembers()));
    OwnerCalls calls =
        new OwnerCalls(
            majority,
            noMajority,
            means.timer(),
            means.nanoTime(),
            means.callbacks(),
            CERTAIN_WITHIN);
    IMap<String, Pool> poolMap = hazelcast.getMap(Structures.POOLS);
    IMap<String, Permits> semaphoreMap = hazelcast.getMap(Structures.SEMAPHORES);
    this.mailbox = new HazelcastMailbox(hazelcast, node);
    this.batches =
        new CommandBatches(new MapOwners<>(poolMap), node, means.callbacks(), means.nanoTime());
    this.pools =
        new HazelcastPools(
            poolMap, hazelcast.getPartitionService(), calls, batches, owner, means.background());
    this.semaphores =
        new HazelcastSemaphores(
            semaphoreMap,
            new MapOwners<>(semaphoreMap),
            calls,
            mailbox,
            means.timer(),
            means.background(),
            node);
    IMap<String, HazelcastLeadership.Leader> leaderMap = hazelcast.getMap(Structures.LEADERSHIP);
    this.leadership =
        new HazelcastLeadership(
            leaderMap, calls, hazelcast.getCluster(), majority, node, owner.rules().clock());
    IMap<String, Demand> demandMap = hazelcast.getMap(Structures.DEMAND);
    this.demands = new HazelcastDemands(demandMap, calls, owner.changedDemand(), pools::isOwned);
    IMap<String, FunctionSpec> functionMap = hazelcast.getMap(Structures.FUNCTIONS);
    this.inspection =
        new HazelcastInspection(
            poolMap,
            demandMap,
            functionMap,
            leaderMap,
            (leader, epoch) ->
                new Inspection.Membership(node, leader, epoch, nodes(), expectedSize, isSafe()),
            pools::owner,
            majority,
            () -> acquaintances.known(hazelcast.getCluster().getMembers()),
            noMajority,
            means.background());
    this.plans =
        new HazelcastCatalog<>(
            hazelcast.getMap(Structures.PLANS), means.nanoTime(), means.background());
    this.functions = new HazelcastCatalog<>(functionMap, means.nanoTime(), means.background());
    this.overrides =
        new HazelcastOverrides(
            hazelcast.getMap(Structures.OVERRIDES),
            majority,
            noMajority,
            means.nanoTime(),
            means.background());
    onNodeLost(mailbox::forget);
    onNodeLost(leadership::forget);
  }

  public Pools pools() {
    return pools;
  }

  /** What the pools have that this node owns. */
  public PoolCounts.Sum counts() {
    return pools.counts();
  }

  /** Whether this node owns a function's pool. */
  public boolean owns(String functionKey) {
    return pools.isOwned(functionKey);
  }

  public Semaphores semaphores() {
    return semaphores;
  }

  public Mailbox mailbox() {
    return mailbox;
  }

  public Leadership leadership() {
    return leadership;
  }

  public Demands demands() {
    return demands;
  }

  public Inspection inspection() {
    return inspection;
  }

  public Catalog<Plan> plans() {
    return plans;
  }

  public Catalog<FunctionSpec> functions() {
    return functions;
  }

  /** Reads of plans that found a copy here, and of those that did not. */
  public long planReads(boolean found) {
    return found ? plans.hits() : plans.misses();
  }

  /** Reads of functions' specs that found a copy here, and of those that did not. */
  public long functionReads(boolean found) {
    return found ? functions.hits() : functions.misses();
  }

  public Overrides overrides() {
    return overrides;
  }

  /**
   * Tells of all that operators laid down, now and after every change; what is told may block.
   * Reads it before, if this node hears from a majority.
   */
  public void onOverrides(Consumer<List<Ruling>> listener) {
    overrides.onChange(listener);
  }

  /** Whether this node has read what operators laid down since it joined. */
  public boolean knowsOverrides() {
    return overrides.isRead();
  }

  /** Whether this node has heard from a majority just now. */
  public boolean hasMajority() {
    return majority.isPresent();
  }

  /** One look at the majority and the leadership; to be called several times a second. */
  public void tick() {
    batches.tick();
    leadership.run();
    tellOfResignation();
    overrides.tick();
  }

  /** Tells of every node that leaves, by its id. */
  public void onNodeLost(Consumer<String> listener) {
    changes.lossListeners().add(listener);
  }

  /** Tells of every node that joins, for the first time or again, by its id. */
  public void onNodeJoined(Consumer<String> listener) {
    changes.joinListeners().add(listener);
  }

  /** A semaphore's holders and waiters; null if there are none. */
  CompletionStage<HazelcastSemaphores.@Nullable State> semaphore(String name) {
    return semaphores.state(name);
  }

  /** A waiting acquire of this node is told. */
  public void permitGranted(Mailbox.Message.PermitGranted message) {
    semaphores.granted(message);
  }

  /** Whether all that this node owns, or keeps a copy of, has its copies. */
  public boolean isSafe() {
    return hazelcast.getPartitionService().isLocalMemberSafe();
  }

  /** Ids of the nodes that are members, oldest first. */
  public List<String> nodes() {
    return hazelcast.getCluster().getMembers().stream().map(Structures::node).toList();
  }

  /** {@code host:port} that this member is reached at. */
  public String address() {
    var address = hazelcast.getCluster().getLocalMember().getAddress();
    return address.getHost() + ":" + address.getPort();
  }

  /**
   * Leads no more; the next oldest node takes over as soon as it is told, and when this one leaves
   * at the latest.
   */
  public void resign() {
    leadership.resign();
    tellOfResignation();
  }

  /** Again and again, since messages may be lost. */
  private void tellOfResignation() {
    if (leadership.hasResigned() && !closing) {
      mailbox.broadcast(new Mailbox.Message.Resigned(leadership.node()));
    }
  }

  /** Another node has resigned. */
  public void passOver(Mailbox.Message.Resigned message) {
    acquaintances.stops(message.node());
    leadership.passOver(message.node());
  }

  /** Permits of the semaphore that are held. */
  public CompletionStage<Long> permitsHeld(String semaphore) {
    return semaphore(semaphore).thenApply(state -> state == null ? 0 : state.permits().held());
  }

  /** Hands over what this node owns and leaves. Blocks until it is done. */
  @Override
  public void close() {
    closing = true;
    hazelcast.shutdown();
  }

  /** Leaves at once, as a crash would. */
  public void terminate() {
    hazelcast.getLifecycleService().terminate();
  }

  private record Changes(
      Acquaintances acquaintances,
      List<Consumer<String>> joinListeners,
      List<Consumer<String>> lossListeners)
      implements MembershipListener {
    @Override
    public void memberAdded(MembershipEvent event) {
      KnownNode node = Acquaintances.of(event.getMember());
      acquaintances.joined(node);
      log.info("{} joined, {} members", Acquaintances.describe(node), event.getMembers().size());
      joinListeners.forEach(listener -> listener.accept(node.node()));
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
      KnownNode node = Acquaintances.of(event.getMember());
      acquaintances.left(node);
      log.info("{} left, {} members", Acquaintances.describe(node), event.getMembers().size());
      lossListeners.forEach(listener -> listener.accept(node.node()));
    }
  }
}
