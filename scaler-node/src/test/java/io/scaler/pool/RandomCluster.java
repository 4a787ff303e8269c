package io.scaler.pool;

import io.scaler.model.Foresight;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.model.Plan.Surplus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A cluster around one pool, with everything at the mercy of one seed: clients, nodes, leaders, the
 * platform, the network and the clock. Commands arrive late, twice, or in another order; answers
 * and messages are lost; nodes die; time jumps.
 */
final class RandomCluster {
  private static final int DRAIN_ROUNDS = 400;

  private final long seed;
  private final Random random;
  private final ModelOwner owner;
  private final PoolLimits limits;
  private final ModelPlatform platform = new ModelPlatform();
  private final ModelWorkers workers;
  private final ModelClients clients;
  private final List<String> nodes = new ArrayList<>(List.of("n1", "n2", "n3"));
  private final List<Delivery> onTheWay = new ArrayList<>();
  private final List<Runnable> mail = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private FunctionSpec function = new FunctionSpec("f", "java", 128, Duration.ofSeconds(20));
  private final int load;
  private final boolean respecified;
  private int nodesEver = 3;
  private int orphans;
  private long epoch = 1;
  private Set<String> missing = Set.of();
  private boolean comparing;
  private int step;
  private boolean calm;

  private record Delivery(String node, Command command, Consumer<@Nullable Reply> then) {}

  RandomCluster(long seed, PoolUnderTest.Fault fault) {
    this.seed = seed;
    this.random = new Random(seed);
    this.limits =
        new PoolLimits(
            pick(4, 8, 50),
            pick(2, 5, 50),
            Duration.ofSeconds(10),
            pick(1, 4, 32),
            Duration.ofSeconds(30),
            Duration.ofSeconds(pick(0, 60)),
            pick(1, 2, 3),
            Duration.ofMillis(100),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10));
    this.load = pick(3, 8, 20);
    this.respecified = random.nextBoolean();
    this.owner = new ModelOwner(fault, limits, anyPlan());
    this.workers = new ModelWorkers(this, platform, random);
    this.clients = new ModelClients(this, random);
  }

  /** Runs so many steps, then lets everything come to its end, and checks that nothing is left. */
  void run(int steps) {
    try {
      for (step = 0; step < steps; step++) {
        now = now.plusMillis(random.nextInt(300));
        act();
        clients.check();
      }
      drain();
    } catch (AssertionError | RuntimeException e) {
      String where =
          "seed %d, step %d%n  %s%n  %s"
              .formatted(seed, step, owner.lastCommands(), e.getMessage());
      if (e instanceof Invariant.Violation violation) {
        throw new Invariant.Violation(violation.invariant(), where);
      }
      throw new AssertionError(where, e);
    }
  }

  private void act() {
    int lot = random.nextInt(100);
    if (lot < load) {
      clients.begin(function);
    } else if (lot < 36) {
      workers.step();
    } else if (lot < 50) {
      deliver();
    } else if (lot < 58) {
      clients.end(false);
    } else if (lot < 64) {
      openMail();
    } else if (lot < 68) {
      clients.wait(false);
    } else if (lot < 72) {
      clients.repeat();
    } else if (lot < 74) {
      clients.hangUpOne();
    } else if (lot < 76) {
      clients.renew();
    } else if (lot < 79) {
      clients.releaseWrongly();
    } else if (lot < 88) {
      lead();
    } else if (lot < 90) {
      jump();
    } else if (lot < 91) {
      loseNode();
    } else if (lot < 92) {
      owner.fail();
    } else if (lot < 94) {
      owner.plan(anyPlan());
    } else if (lot < 95 && respecified) {
      respecify();
    } else if (lot < 96) {
      String node = anyNode();
      owner.unfinished(node).forEach(followUp -> carryOut(node, followUp));
    } else if (lot < 97) {
      orphan();
      platform.loseOne(random);
    } else {
      reconcile();
    }
  }

  // The network

  /** Sends a command, which arrives now or later, and maybe again. */
  void send(String node, Command command, Consumer<@Nullable Reply> then) {
    int lot = calm ? 0 : random.nextInt(20);
    if (lot < 14) {
      arrive(new Delivery(node, command, then));
    } else if (lot < 17) {
      onTheWay.add(new Delivery(node, command, then));
    } else if (lot < 19) {
      arrive(new Delivery(node, command, then));
      onTheWay.add(new Delivery(node, command, reply -> {}));
    } else {
      // The outcome was uncertain: whoever sent it learns nothing, and asks again.
      owner.submit(node, command, now);
      onTheWay.add(new Delivery(node, command, then));
    }
  }

  void sendNow(String node, Command command) {
    arrive(new Delivery(node, command, reply -> {}));
  }

  private void arrive(Delivery delivery) {
    ModelOwner.Answer answer = owner.submit(delivery.node, delivery.command, now);
    for (Event event : answer.events()) {
      if (event instanceof Event.Gone gone) {
        Invariant.CONSERVED.check(
            !platform.runs(gone.instanceId()), "forgotten, but running:", gone.instanceId());
      } else if (event instanceof Event.Retired retired) {
        Invariant.CONSERVED.check(
            !retired.why().equals(RetireReason.PLATFORM_LOST.words)
                || !platform.runs(retired.instanceId()),
            "given up for lost, but running:",
            retired.instanceId());
      }
    }
    if (!isUp(delivery.node)) {
      return;
    }
    for (Event event : answer.events()) {
      if (event instanceof Event.FollowUp followUp) {
        carryOut(delivery.node, followUp);
      }
    }
    delivery.then.accept(answer.reply());
  }

  private void deliver() {
    if (!onTheWay.isEmpty()) {
      arrive(onTheWay.remove(random.nextInt(onTheWay.size())));
    }
  }

  private void carryOut(String node, Event.FollowUp followUp) {
    if (followUp instanceof Event.HandedOver handed) {
      post(handed.caller(), handed);
    } else if (followUp instanceof Event.WaiterRefused refused) {
      post(refused.caller(), refused);
    } else if (followUp instanceof Event.LaunchBegun begun) {
      workers.launch(node, begun.instanceId(), null, false);
    } else if (followUp instanceof Event.LaunchTaken taken) {
      workers.launch(node, taken.instanceId(), taken.slotId(), true);
    } else if (followUp instanceof Event.Retired retired) {
      workers.destroy(node, retired.instanceId(), retired.slotId());
    } else if (followUp instanceof Event.RetiredAgain again) {
      workers.destroy(node, again.instanceId(), again.slotId());
    }
  }

  private void post(Caller caller, Event.FollowUp message) {
    if (calm || random.nextInt(10) != 0) {
      mail.add(() -> clients.told(caller, message));
    }
  }

  private void openMail() {
    if (!mail.isEmpty()) {
      mail.remove(random.nextInt(mail.size())).run();
    }
  }

  // Nodes, leaders and time

  boolean isUp(String node) {
    return nodes.contains(node);
  }

  String anyNode() {
    return nodes.get(random.nextInt(nodes.size()));
  }

  Instant now() {
    return now;
  }

  PoolHistory history() {
    return owner.history();
  }

  private void loseNode() {
    comparing = false;
    missing = Set.of();
    String lost = nodes.remove(random.nextInt(nodes.size()));
    nodes.add("n" + ++nodesEver);
    clients.nodeLost(lost);
    send(anyNode(), new Command.NodeLost(lost), reply -> {});
  }

  private void lead() {
    int lot = random.nextInt(10);
    if (lot == 0) {
      epoch++;
    }
    long as = lot == 1 && epoch > 1 ? epoch - 1 : epoch;
    if (lot == 2) {
      send(anyNode(), new Command.Prewarm(as, function, random.nextInt(4)), reply -> {});
    } else if (lot < 6) {
      makeRoom(as);
    } else if (lot == 6) {
      destroy();
    } else {
      send(anyNode(), new Command.Sweep(as), reply -> {});
    }
  }

  /** An operator wants one instance gone that there may not be any more, or seldom all. */
  private void destroy() {
    List<String> known = List.copyOf(history().lives.keySet());
    String named =
        known.isEmpty() || random.nextInt(4) == 0 ? "" : known.get(random.nextInt(known.size()));
    send(anyNode(), new Command.Destroy(named, "unwanted"), reply -> {});
  }

  /** The leader chooses among what was idle a while ago, and among what never was. */
  private void makeRoom(long as) {
    List<String> chosen = new ArrayList<>();
    Instant since = Instant.EPOCH;
    for (PoolHistory.Life life : history().lives.values()) {
      boolean isIdle = life.state == Instance.State.IDLE;
      if (random.nextInt(4) < (isIdle ? 3 : 1)) {
        chosen.add(life.id);
        since = isIdle && life.since.isAfter(since) ? life.since : since;
      }
    }
    // An older choice, from before some of them were used again.
    Instant idleSince = random.nextInt(3) == 0 ? since.minusSeconds(random.nextInt(20)) : since;
    Command command = new Command.MakeRoom(as, chosen, idleSince);
    if (random.nextInt(4) == 0) {
      onTheWay.add(new Delivery(anyNode(), command, reply -> {}));
    }
    send(anyNode(), command, reply -> {});
  }

  private void jump() {
    now =
        random.nextBoolean()
            ? now.plusSeconds(random.nextInt(100))
            : now.minusSeconds(random.nextInt(40));
  }

  private void respecify() {
    function =
        new FunctionSpec(
            "f",
            "java",
            random.nextInt(4) == 0 ? 128L * (1 + random.nextInt(3)) : function.memoryMb(),
            Duration.ofSeconds(5 + random.nextInt(30)));
  }

  private void orphan() {
    String instanceId = "o" + ++orphans;
    platform.init(platform.create(instanceId, now));
    clients.beginOrphan(function, instanceId);
  }

  /** The leader's comparison with the platform: one adopts, the other destroys. */
  private void reconcile() {
    for (ModelPlatform.Slot slot : platform.list()) {
      boolean known = history().lives.containsKey(slot.instanceId);
      if (slot.runs) {
        Invariant.CONSERVED.check(
            known || slot.instanceId.startsWith("o"), slot, "was forgotten by the pool");
        arrive(
            new Delivery(
                anyNode(),
                new Command.Adopt(epoch, function, slot.instanceId, slot.id, function.memoryMb()),
                reply -> {}));
      } else if (!known && slot.since.plus(limits.launchTimeout()).isBefore(now)) {
        platform.destroy(slot.id, slot.instanceId);
      }
    }
    if (!comparing) {
      compare();
    }
  }

  /** What was missing when the last comparison ended, and is missing now, is given up. */
  private void compare() {
    comparing = true;
    Set<String> before = missing;
    send(
        anyNode(),
        new Command.Compare(
            platform.list().stream()
                .filter(slot -> slot.runs)
                .map(slot -> slot.instanceId)
                .toList()),
        reply -> {
          comparing = false;
          missing = Set.of();
          if (reply instanceof Reply.Compared compared) {
            missing = Set.copyOf(compared.missing());
            List<String> gone = compared.missing().stream().filter(before::contains).toList();
            send(anyNode(), new Command.Lost(epoch, gone), done -> {});
          }
        });
  }

  private Plan anyPlan() {
    int least = pick(0, 0, 0, 1, 2);
    return new Plan(
        "any",
        Duration.ofSeconds(pick(0, 5, 60)),
        pick(0, 1, 3, Integer.MAX_VALUE),
        pick(0, 0, 2),
        pick(0, 1, 2),
        Duration.ofSeconds(pick(0, 10)),
        random.nextBoolean() ? Surplus.KEEP : Surplus.GIVE_UP,
        least,
        Math.max(least, pick(1, 3, 5, Integer.MAX_VALUE)),
        random.nextBoolean() ? Foresight.NONE : anyForesight());
  }

  private Foresight anyForesight() {
    return new Foresight(
        random.ints(pick(0, 1, 3), 0, 3).mapToObj(any -> anyWindow()).toList(),
        Duration.ofMillis(pick(0, 500)),
        Duration.ofSeconds(pick(0, 1, 5)),
        pick(0, 1, 3),
        Duration.ofSeconds(pick(0, 2, 10)));
  }

  private Foresight.Window anyWindow() {
    Duration from = Duration.ofSeconds(pick(0, 5, 20));
    return new Foresight.Window(
        Duration.ofSeconds(pick(0, 5, 60)),
        Duration.ofSeconds(pick(0, 0, 10)),
        from,
        from.plusSeconds(pick(0, 5, 60)));
  }

  private int pick(int... from) {
    return from[random.nextInt(from.length)];
  }

  // The end

  private void drain() {
    calm = true;
    workers.succeed();
    owner.plan(Plan.keeping("the end", Duration.ZERO));
    for (int round = 0; round < DRAIN_ROUNDS && !isDrained(); round++) {
      while (!onTheWay.isEmpty() || !mail.isEmpty() || !workers.isIdle()) {
        deliver();
        openMail();
        workers.step();
        clients.check();
      }
      clients.wait(true);
      clients.end(true);
      Instant due = owner.due();
      now = due != null && due.isAfter(now) ? due : now.plusSeconds(1);
      sendNow(anyNode(), new Command.Sweep(Math.max(epoch, owner.epoch())));
      reconcile();
      clients.check();
    }
    Invariant.WAITERS_SERVED.check(
        history().waits.isEmpty() && clients.isIdle(), "waiting for ever:", history().waits);
    Invariant.CONSERVED.check(
        owner.isGone(), "the pool does not close, it has", history().lives.values());
    Invariant.CONSERVED.check(
        platform.list().isEmpty() && platform.created() == platform.destroyed(),
        "left on the platform:",
        platform.list());
  }

  private boolean isDrained() {
    return owner.isGone()
        && clients.isIdle()
        && platform.list().isEmpty()
        && onTheWay.isEmpty()
        && mail.isEmpty()
        && workers.isIdle();
  }

  Map<String, Long> seen() {
    return owner.seen();
  }
}
