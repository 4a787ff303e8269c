package io.scaler.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.Plan;
import io.scaler.model.Plan.Surplus;
import io.scaler.model.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pool and its backup, told one command after another. Instances are called i1, i2 and so on in
 * the order of their launch. Every invariant is checked on the way.
 */
final class PoolStory {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final FunctionSpec FUNCTION = new FunctionSpec("f", "java", 128, Duration.ofSeconds(20));
  static final PoolLimits LIMITS =
      new PoolLimits(
          100,
          100,
          Duration.ofSeconds(10),
          8,
          Duration.ofMinutes(2),
          Duration.ofMinutes(2),
          3,
          Duration.ofMillis(100),
          Duration.ofMinutes(5),
          Duration.ofSeconds(10));
  static final Plan KEEPING = Plan.keeping("test", Duration.ofMinutes(10));

  /** What a lease lasts: the function's timeout and the grace. */
  static final Duration LEASE = Duration.ofSeconds(30);

  static final Duration PATIENCE = Duration.ofSeconds(15);

  final Pool pool = Pool.unopened(FUNCTION);
  private final Pool backup = Pool.unopened(FUNCTION);
  private final PoolInvariants invariants = new PoolInvariants();
  private FunctionSpec function = FUNCTION;
  private PoolLimits limits = LIMITS;
  private Plan plan = KEEPING;
  private String node = "n1";
  private Instant now = START;
  private int ids;
  private List<Event> events = List.of();
  private @Nullable Instant due;

  PoolStory with(Plan changed) {
    plan = changed;
    invariants.touched();
    return this;
  }

  PoolStory with(PoolLimits changed) {
    limits = changed;
    return this;
  }

  PoolStory with(FunctionSpec changed) {
    function = changed;
    return this;
  }

  /** The node that sends the commands from here on. */
  PoolStory on(String other) {
    node = other;
    return this;
  }

  PoolStory pass(Duration time) {
    now = now.plus(time);
    return this;
  }

  Instant now() {
    return now;
  }

  Reply submit(Command command) {
    Terms terms = new Terms(now, node, plan, limits, () -> "i" + ++ids);
    Decision decision = pool.decide(command, terms);
    assertThat(pool.decide(command, new Terms(now, node, plan, limits, () -> "x")).reply())
        .as("decided again, since deciding changes nothing")
        .isEqualTo(decision.reply());
    invariants.observe(command, terms, decision);
    pool.apply(decision.change());
    backup.apply(decision.change());
    assertThat(backup.state()).isEqualTo(pool.state());
    assertThat(Pool.of(pool.state()).state()).isEqualTo(pool.state());
    invariants.compare(pool.state());
    events = decision.events();
    due = decision.due();
    return decision.reply();
  }

  /** What the last command brought about. */
  List<Event> events() {
    return events;
  }

  <E extends Event> List<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** When the pool wanted to be swept because of the last command. */
  @Nullable Instant due() {
    return due;
  }

  static Caller caller(String requestId) {
    return new Caller("n1", requestId.hashCode());
  }

  Reply assign(String requestId) {
    return assign(requestId, caller(requestId));
  }

  Reply assign(String requestId, Caller caller) {
    return submit(new Command.Assign(function, requestId, caller, PATIENCE));
  }

  Reply cancel(String requestId, Caller caller) {
    return submit(new Command.Cancel(requestId, caller));
  }

  Reply slot(String instanceId) {
    return submit(new Command.SlotCreated(instanceId, "s" + instanceId));
  }

  Reply ready(String instanceId) {
    return submit(new Command.Ready(instanceId));
  }

  /** The instance's slot is created and its application started. */
  PoolStory launched(String... instanceIds) {
    for (String instanceId : instanceIds) {
      slot(instanceId);
      ready(instanceId);
    }
    return this;
  }

  /** Each request gets the new instance of its own number. */
  PoolStory started(String... requestIds) {
    for (String requestId : requestIds) {
      assign(requestId);
    }
    for (String requestId : requestIds) {
      launched("i" + requestId.substring(1));
    }
    return this;
  }

  /** So many idle instances, i1 idle the longest. */
  PoolStory idle(int instances) {
    String[] requests = requests(1, instances);
    started(requests);
    for (String request : requests) {
      release(request, "i" + request.substring(1));
    }
    return this;
  }

  static String[] requests(int first, int last) {
    return Stream.iterate(first, i -> i <= last, i -> i + 1)
        .map(i -> "r" + i)
        .toArray(String[]::new);
  }

  Reply fails(String instanceId, boolean mayExist, @Nullable Duration retryAfter) {
    return submit(
        new Command.LaunchFailed(
            instanceId, node, mayExist, Reason.LAUNCH_FAILED, "no such image", retryAfter));
  }

  Reply release(String requestId, String instanceId) {
    return release(requestId, instanceId, Outcome.OK);
  }

  Reply release(String requestId, String instanceId, Outcome outcome) {
    return submit(new Command.Release(requestId, instanceId, outcome, ""));
  }

  Reply renew(String requestId, String instanceId) {
    return submit(new Command.Renew(requestId, instanceId));
  }

  Reply sweep() {
    return submit(new Command.Sweep(1));
  }

  Reply prewarm(int instances) {
    return submit(new Command.Prewarm(1, function, instances));
  }

  Reply adopt(String instanceId) {
    return submit(new Command.Adopt(1, function, instanceId, "s" + instanceId, 128));
  }

  Reply destroyed(String instanceId) {
    return submit(new Command.Destroyed(instanceId));
  }

  Reply nodeLost(String lost) {
    return submit(new Command.NodeLost(lost));
  }

  /** The instance's state; it must exist. */
  Instance.State state(String instanceId) {
    Instance instance = pool.find(instanceId);
    assertThat(instance).as(instanceId).isNotNull();
    return instance.state();
  }

  /** The request's instance, or null. */
  @Nullable String heldBy(String requestId) {
    Instance instance = pool.holding(requestId);
    return instance == null ? null : instance.id();
  }

  /** The requests in the queue, first come first. */
  List<String> queue() {
    return pool.waiters().stream().map(Waiter::requestId).toList();
  }

  static @Nullable Reason reason(Reply reply) {
    return reply instanceof Reply.Refused refused ? refused.reason() : null;
  }

  static Plan plan(Duration keepAlive, int maxIdle, int launchAhead, int least, int most) {
    return new Plan(
        "test", keepAlive, maxIdle, launchAhead, 0, Duration.ZERO, Surplus.KEEP, least, most);
  }

  static Plan givingUp() {
    return new Plan(
        "test", Duration.ofMinutes(10), 100, 0, 0, Duration.ZERO, Surplus.GIVE_UP, 0, 100);
  }

  static Plan sparing(int kept, Duration interval) {
    return new Plan("test", Duration.ofHours(1), 100, 0, kept, interval, Surplus.KEEP, 0, 100);
  }
}
