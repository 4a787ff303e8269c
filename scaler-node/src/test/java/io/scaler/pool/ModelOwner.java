package io.scaler.pool;

import io.scaler.model.Plan;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The owner of a pool and its backup, in a random run: decides, has every decision checked, applies
 * it here and there, and removes the pool when it is closed.
 */
final class ModelOwner {
  private static final int COMMANDS_SHOWN = 8;

  private final PoolUnderTest.Fault fault;
  private final PoolLimits limits;
  private final PoolInvariants invariants = new PoolInvariants();
  private final Deque<Asked> last = new ArrayDeque<>();
  private final Map<String, Long> seen = new HashMap<>();
  private long ids;
  private @Nullable PoolUnderTest pool;
  private @Nullable Pool backup;
  private Plan plan;

  /** What an owner answers; the reply is null if there is no pool. */
  record Answer(@Nullable Reply reply, List<Event> events) {}

  private record Asked(Instant now, String node, Command command, Decision decision) {
    @Override
    public String toString() {
      return "%s %s %s%n    -> %s %s"
          .formatted(now, node, command, decision.reply(), decision.events());
    }
  }

  ModelOwner(PoolUnderTest.Fault fault, PoolLimits limits, Plan plan) {
    this.fault = fault;
    this.limits = limits;
    this.plan = plan;
  }

  Answer submit(String node, Command command, Instant now) {
    if (pool == null) {
      if (!(command instanceof Command.Opening opening)) {
        return new Answer(null, List.of());
      }
      pool = new PoolUnderTest(Pool.unopened(opening.spec()), fault);
      backup = Pool.unopened(opening.spec());
    }
    Terms terms = new Terms(now, node, plan, limits, () -> "i" + ++ids);
    Decision decision = pool.decide(command, terms);
    last.add(new Asked(now, node, command, decision));
    if (last.size() > COMMANDS_SHOWN) {
      last.remove();
    }
    invariants.observe(command, terms, decision);
    pool.apply(decision.change());
    backup.apply(decision.change());
    PoolState state = pool.state();
    Invariant.COPIES_EQUAL.check(
        state.equals(backup.state()), "the backup is", backup.state(), "not", state);
    invariants.compare(state);
    count(command, decision);
    if (pool.isClosed() || pool.version() == 0) {
      pool = null;
      backup = null;
      invariants.reopened();
    }
    return new Answer(decision.reply(), decision.events());
  }

  private void count(Command command, Decision decision) {
    for (Event event : decision.events()) {
      seen.merge(event.getClass().getSimpleName(), 1L, Long::sum);
    }
    String reply =
        decision.reply() instanceof Reply.Refused refused
            ? refused.reason().toString()
            : decision.reply().getClass().getSimpleName();
    seen.merge(command.getClass().getSimpleName() + " " + reply, 1L, Long::sum);
  }

  /** The owner leaves: its backup is promoted, and copied to another node. */
  void fail() {
    if (pool != null && backup != null) {
      pool = new PoolUnderTest(backup, fault);
      backup = Pool.of(backup.state());
      Invariant.COPIES_EQUAL.check(
          backup.state().equals(pool.state()), "restored", backup.state(), "not", pool.state());
    }
  }

  void plan(Plan changed) {
    plan = changed;
    if (pool != null) {
      invariants.touched();
    }
  }

  List<Event.FollowUp> unfinished(String node) {
    return backup == null ? List.of() : backup.unfinished(node);
  }

  boolean isGone() {
    return pool == null;
  }

  @Nullable Instant due() {
    return invariants.due();
  }

  long epoch() {
    return invariants.history().epoch;
  }

  PoolHistory history() {
    return invariants.history();
  }

  /** The last commands and decisions, oldest first. */
  String lastCommands() {
    return last.stream().map(Asked::toString).collect(Collectors.joining("\n  "));
  }

  /** How often each event, and each reply to each command, was seen. */
  Map<String, Long> seen() {
    return seen;
  }
}
