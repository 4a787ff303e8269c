package io.scaler.simulation;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.pool.Command;
import io.scaler.pool.Decision;
import io.scaler.pool.Observation;
import io.scaler.pool.Pool;
import io.scaler.pool.PoolLimits;
import io.scaler.pool.Room;
import io.scaler.pool.Terms;
import io.scaler.service.DuePools;
import io.scaler.service.PoolObserver;
import io.scaler.service.Pools;
import io.scaler.service.Rooms;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** The pools of a node that owns them all. */
final class LocalPools implements Pools {
  private final InstantSource clock;
  private final String node;
  private final Function<FunctionSpec, Plan> plans;
  private final PoolLimits limits;
  private final PoolObserver observer;
  private final Consumer<Instant> dueAt;
  private final boolean sharesMemory;
  private final DuePools due = new DuePools();
  private final Rooms rooms = new Rooms();
  private final Map<String, Pool> pools = new HashMap<>();
  private long instances;

  /**
   * @param sharesMemory whether memory is limited
   * @param dueAt told when a pool is next due
   */
  LocalPools(
      InstantSource clock,
      String node,
      Function<FunctionSpec, Plan> plans,
      PoolLimits limits,
      PoolObserver observer,
      boolean sharesMemory,
      Consumer<Instant> dueAt) {
    this.clock = clock;
    this.node = node;
    this.plans = plans;
    this.limits = limits;
    this.observer = observer;
    this.sharesMemory = sharesMemory;
    this.dueAt = dueAt;
  }

  @Override
  public CompletionStage<Answer> submit(String functionKey, Command command) {
    Pool pool = pools.get(functionKey);
    if (pool == null) {
      if (!(command instanceof Command.Opening opening)) {
        return CompletableFuture.completedStage(Answer.NO_POOL);
      }
      pool = Pool.unopened(opening.spec());
    }
    FunctionSpec spec = command instanceof Command.Opening opening ? opening.spec() : pool.spec();
    Terms terms = new Terms(clock.instant(), node, plans.apply(spec), limits, this::nextId);
    Decision decision = pool.decide(command, terms);
    if (!decision.events().isEmpty()) {
      Observation observation = pool.apply(decision.change());
      observer.observed(pool.spec(), terms.plan(), observation);
      if (sharesMemory) {
        rooms.changed(functionKey, pool);
      }
    }
    if (pool.isClosed() || pool.version() == 0) {
      pools.remove(functionKey);
    } else {
      pools.put(functionKey, pool);
      if (decision.due() != null) {
        offer(functionKey, decision.due());
      }
    }
    return CompletableFuture.completedStage(Answer.of(decision, pool.spec()));
  }

  @Override
  public CompletionStage<Set<String>> keys() {
    return CompletableFuture.completedStage(Set.copyOf(pools.keySet()));
  }

  private String nextId() {
    instances++;
    return "i" + instances;
  }

  private void offer(String functionKey, Instant at) {
    due.offer(functionKey, at);
    dueAt.accept(at);
  }

  @Override
  public Collection<String> takeDue(Instant now, int most) {
    Collection<String> taken = due.take(now, most);
    Instant next = due.next();
    if (next != null) {
      dueAt.accept(next);
    }
    return taken;
  }

  @Override
  public Collection<String> owned() {
    return List.copyOf(pools.keySet());
  }

  @Override
  public Collection<Room> rooms() {
    return rooms.of(pools::containsKey);
  }

  @Override
  public void touch(String functionKey) {
    if (pools.containsKey(functionKey)) {
      offer(functionKey, clock.instant());
    }
  }
}
