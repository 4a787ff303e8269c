package io.scaler.adapter.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import io.scaler.model.FunctionSpec;
import io.scaler.pool.Change;
import io.scaler.pool.Command;
import io.scaler.pool.Decision;
import io.scaler.pool.Event;
import io.scaler.pool.Observation;
import io.scaler.pool.Pool;
import io.scaler.pool.PoolState;
import io.scaler.pool.Reply;
import io.scaler.pool.Terms;
import io.scaler.service.Pools;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Has a pool decide on a command, on the pool's owner. The backup gets the events; it gets the
 * whole pool if the command is repeated, since then it may have missed some. Where an answer rests
 * on what another call has changed, the backup confirms that it has heard of that.
 */
final class PoolProcessor
    implements EntryProcessor<String, Pool, Pools.Answer>, HazelcastInstanceAware {
  private static final long serialVersionUID = 1L;

  private final transient Order order;
  private transient @Nullable HazelcastInstance hazelcast;
  private transient @Nullable Backup backup;

  /**
   * What is sent to the owner.
   *
   * @param node who sends it and will act on the answer
   * @param attempt from 0; above, the outcome of the one before was uncertain
   */
  record Order(Command command, String node, int attempt) {}

  PoolProcessor(Order order) {
    this.order = order;
  }

  Order order() {
    return order;
  }

  @Override
  public void setHazelcastInstance(HazelcastInstance instance) {
    this.hazelcast = instance;
  }

  @Override
  public Pools.Answer process(Map.Entry<String, Pool> entry) {
    HazelcastInstance here = hazelcast;
    if (here == null || !(here.getUserContext().get(PoolOwner.KEY) instanceof PoolOwner owner)) {
      throw new IllegalStateException("this member keeps no pools");
    }
    owner.requireMajority();
    Pool pool = entry.getValue();
    FunctionSpec spec;
    if (order.command() instanceof Command.Opening opening) {
      spec = opening.spec();
      pool = pool == null ? Pool.unopened(spec) : pool;
    } else if (pool != null) {
      spec = pool.spec();
    } else {
      backup = order.attempt() == 0 ? null : new Backup(null, null);
      return Pools.Answer.NO_POOL;
    }
    return decide(entry, pool, spec, owner);
  }

  private Pools.Answer decide(
      Map.Entry<String, Pool> entry, Pool pool, FunctionSpec spec, PoolOwner owner) {
    PoolRules rules = owner.rules();
    long begun = rules.nanoTime().getAsLong();
    Terms terms =
        new Terms(
            rules.clock().instant(),
            order.node(),
            rules.plans().apply(spec),
            rules.limits().get(),
            rules.ids());
    Decision decision = pool.decide(order.command(), terms);
    Change change = decision.change();
    if (!change.events().isEmpty()) {
      Observation observation = pool.apply(change);
      entry.setValue(pool.isClosed() ? null : pool);
      backup = new Backup(change, null);
      rules.observer().observed(pool.spec(), observation);
    }
    // A sweep comes first on a node that has come to own the pool.
    if (!change.events().isEmpty() || order.command() instanceof Command.Sweep) {
      owner.counts().changed(entry.getKey(), pool);
      if (rules.sharesMemory()) {
        owner.rooms().changed(entry.getKey(), pool);
      }
    }
    boolean isKept = pool.version() > 0 && !pool.isClosed();
    if (order.attempt() > 0) {
      backup = new Backup(null, isKept ? pool.state() : null);
    } else if (change.events().isEmpty() && isKept && promises(decision)) {
      backup = new Backup(new Change(pool.version(), terms.now(), List.of()), null);
    }
    if (decision.due() != null && !pool.isClosed()) {
      owner.due().offer(entry.getKey(), decision.due());
    }
    rules
        .decisions()
        .decided(order.command(), change.events(), rules.nanoTime().getAsLong() - begun);
    Pools.Answer answer = Pools.Answer.of(decision, pool.spec());
    return order.attempt() == 0 ? answer : withUnfinished(answer, pool);
  }

  /**
   * Whether the answer to a call that changes nothing tells of what a change before it brought.
   * That change may not have reached the copy yet: were the owner to die now, nobody would know of
   * it.
   */
  private boolean promises(Decision decision) {
    return decision.reply() instanceof Reply.Granted
        || decision.reply() instanceof Reply.Renewed
        || (decision.reply() instanceof Reply.Done && order.command() instanceof Command.Release);
  }

  /** The answer that was lost may have called for something. */
  private Pools.Answer withUnfinished(Pools.Answer answer, Pool pool) {
    List<Event.FollowUp> all = new ArrayList<>(answer.followUps());
    for (Event.FollowUp unfinished : pool.unfinished(order.node())) {
      if (!all.contains(unfinished)) {
        all.add(unfinished);
      }
    }
    return new Pools.Answer(answer.reply(), all, all.isEmpty() ? null : pool.spec());
  }

  @Override
  public @Nullable EntryProcessor<String, Pool, Pools.Answer> getBackupProcessor() {
    return backup;
  }

  /**
   * Brings the backup's copy to where the owner's is.
   *
   * @param change to apply, or without events, to find nothing missing before; if null, {@code
   *     whole} replaces what is there
   * @param whole null: nothing is to be there
   */
  record Backup(@Nullable Change change, @Nullable PoolState whole)
      implements EntryProcessor<String, Pool, Pools.Answer> {

    @Override
    public Pools.@Nullable Answer process(Map.Entry<String, Pool> entry) {
      if (change == null) {
        entry.setValue(whole == null ? null : Pool.of(whole));
        return null;
      }
      Pool pool = entry.getValue();
      if (change.events().isEmpty()) {
        requireVersion(change.version(), pool, entry.getKey());
        return null;
      }
      if (pool == null) {
        pool = Pool.unopened(opened(change, entry.getKey()));
      }
      pool.apply(change);
      entry.setValue(pool.isClosed() ? null : pool);
      return null;
    }

    /** Without a confirmation, which a failure withholds, the owner is asked once more. */
    private static void requireVersion(long version, @Nullable Pool pool, String key) {
      if (pool == null || pool.version() != version) {
        throw new IllegalStateException(
            "%s is %s here, not at %d"
                .formatted(key, pool == null ? "not" : "at " + pool.version(), version));
      }
    }

    private static FunctionSpec opened(Change change, String key) {
      for (Event event : change.events()) {
        if (event instanceof Event.Opened first) {
          return first.spec();
        }
      }
      throw new IllegalStateException(key + " is not in this backup, and this does not open it");
    }

    @Override
    public @Nullable EntryProcessor<String, Pool, Pools.Answer> getBackupProcessor() {
      return null;
    }
  }
}
