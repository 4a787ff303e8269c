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
 * Has a pool decide on commands, one after the other, on the pool's owner. The backup gets the
 * events; it gets the whole pool if a command is repeated, since then it may have missed some,
 * unless it has just got it. Where an answer rests on what another call has changed, the backup
 * confirms that it has heard of that.
 */
final class PoolProcessor
    implements EntryProcessor<String, Pool, PoolProcessor.Answers>, HazelcastInstanceAware {
  private static final long serialVersionUID = 1L;

  private final transient Order order;
  private transient @Nullable HazelcastInstance hazelcast;
  private transient @Nullable Backup backup;

  /**
   * What is sent to the owner.
   *
   * @param commands at least one
   * @param node who sends them and will act on the answers
   * @param attempt from 0; above, the outcome of the one before was uncertain
   */
  record Order(List<Command> commands, String node, int attempt) {
    Order {
      commands = List.copyOf(commands);
    }

    Order(Command command, String node, int attempt) {
      this(List.of(command), node, attempt);
    }
  }

  /**
   * What the owner answers.
   *
   * @param each by command, in their order. One of several that cannot be decided on, and those
   *     behind it, have none: each is to be repeated alone, since something may have come of it.
   */
  record Answers(List<Pools.Answer> each) {
    Answers {
      each = List.copyOf(each);
    }
  }

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
  public Answers process(Map.Entry<String, Pool> entry) {
    HazelcastInstance here = hazelcast;
    if (here == null || !(here.getUserContext().get(PoolOwner.KEY) instanceof PoolOwner owner)) {
      throw new IllegalStateException("this member keeps no pools");
    }
    owner.requireMajority();
    Decided decided = new Decided(entry, owner);
    List<Pools.Answer> answers = new ArrayList<>(order.commands().size());
    for (Command command : order.commands()) {
      try {
        answers.add(decided.on(command));
      } catch (RuntimeException e) {
        if (order.commands().size() == 1) {
          throw e;
        }
        // It fails when it comes alone; what was decided before it stands.
        break;
      }
    }
    backup = decided.backup();
    return new Answers(answers);
  }

  @Override
  public @Nullable EntryProcessor<String, Pool, Answers> getBackupProcessor() {
    return backup;
  }

  /** What is decided on one entry, and what its backup has to hear of it. */
  private final class Decided {
    private final Map.Entry<String, Pool> entry;
    private final PoolOwner owner;
    private final List<Change> changes = new ArrayList<>(1);
    private @Nullable Change unchanged;

    Decided(Map.Entry<String, Pool> entry, PoolOwner owner) {
      this.entry = entry;
      this.owner = owner;
    }

    Pools.Answer on(Command command) {
      Pool pool = entry.getValue();
      if (command instanceof Command.Opening opening) {
        return on(command, pool == null ? Pool.unopened(opening.spec()) : pool, opening.spec());
      }
      return pool == null ? Pools.Answer.NO_POOL : on(command, pool, pool.spec());
    }

    private Pools.Answer on(Command command, Pool pool, FunctionSpec spec) {
      PoolRules rules = owner.rules();
      long begun = rules.nanoTime().getAsLong();
      Terms terms =
          new Terms(
              rules.clock().instant(),
              order.node(),
              rules.plans().apply(spec),
              rules.limits().get(),
              rules.ids());
      Decision decision = pool.decide(command, terms);
      Change change = decision.change();
      if (!change.events().isEmpty()) {
        Observation observation = pool.apply(change);
        entry.setValue(pool.isClosed() ? null : pool);
        changes.add(change);
        rules.observer().observed(pool.spec(), terms.plan(), observation);
      }
      // A sweep comes first on a node that has come to own the pool.
      if (!change.events().isEmpty() || command instanceof Command.Sweep) {
        owner.counts().changed(entry.getKey(), pool);
        if (rules.sharesMemory()) {
          owner.rooms().changed(entry.getKey(), pool);
        }
      }
      if (change.events().isEmpty()
          && (order.attempt() > 0 || promises(command, decision))
          && isKept(pool)) {
        unchanged = new Change(pool.version(), terms.now(), List.of());
      }
      if (decision.due() != null && !pool.isClosed()) {
        owner.due().offer(entry.getKey(), decision.due());
      }
      rules.decisions().decided(command, change.events(), rules.nanoTime().getAsLong() - begun);
      Pools.Answer answer = Pools.Answer.of(decision, pool.spec());
      return order.attempt() == 0 ? answer : withUnfinished(answer, pool);
    }

    @Nullable Backup backup() {
      Pool pool = entry.getValue();
      if (order.attempt() > 0 && (pool == null || isWholeDue(pool))) {
        return new Backup(List.of(), pool == null ? null : pool.state());
      } else if (!changes.isEmpty()) {
        return new Backup(changes, null);
      }
      return unchanged == null ? null : new Backup(List.of(unchanged), null);
    }

    private boolean isWholeDue(Pool pool) {
      int size = pool.instances().size() + pool.waiters().size() + pool.finished().size();
      long now = owner.rules().nanoTime().getAsLong();
      return !isKept(pool) || owner.copies().isDue("pool " + entry.getKey(), size, now);
    }
  }

  private static boolean isKept(Pool pool) {
    return pool.version() > 0 && !pool.isClosed();
  }

  /**
   * Whether the answer to a call that changes nothing tells of what a change before it brought.
   * That change may not have reached the copy yet: were the owner to die now, nobody would know of
   * it.
   */
  private static boolean promises(Command command, Decision decision) {
    return decision.reply() instanceof Reply.Granted
        || decision.reply() instanceof Reply.Renewed
        || (decision.reply() instanceof Reply.Done && command instanceof Command.Release);
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

  /**
   * Brings the backup's copy to where the owner's is.
   *
   * @param changes to apply in their order; one without events finds nothing missing before. If
   *     there are none, {@code whole} replaces what is there.
   * @param whole null: nothing is to be there
   */
  record Backup(List<Change> changes, @Nullable PoolState whole)
      implements EntryProcessor<String, Pool, Answers> {
    Backup {
      changes = List.copyOf(changes);
    }

    @Override
    public @Nullable Answers process(Map.Entry<String, Pool> entry) {
      if (changes.isEmpty()) {
        entry.setValue(whole == null ? null : Pool.of(whole));
      }
      changes.forEach(change -> follow(change, entry));
      return null;
    }

    private static void follow(Change change, Map.Entry<String, Pool> entry) {
      Pool pool = entry.getValue();
      if (change.events().isEmpty()) {
        requireVersion(change.version(), pool, entry.getKey());
        return;
      }
      if (pool == null) {
        pool = Pool.unopened(opened(change, entry.getKey()));
      }
      pool.apply(change);
      entry.setValue(pool.isClosed() ? null : pool);
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
    public @Nullable EntryProcessor<String, Pool, Answers> getBackupProcessor() {
      return null;
    }
  }
}
