package io.scaler.pool;

import io.scaler.model.Outcome;
import io.scaler.model.Plan;
import io.scaler.model.Reason;
import io.scaler.model.StartKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Bugs that a pool might have, each with the invariant that it breaks. */
enum PlantedBug implements PoolUnderTest.Fault {
  RELEASES_FOR_ANOTHER_REQUEST(Invariant.HELD_BY_ONE) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      if (command instanceof Command.Release release && isRefused(decision, Reason.NOT_HOLDER)) {
        Hold hold = hold(pool, release.instanceId());
        if (hold != null && !hold.isUnknown()) {
          return pool.decide(
              new Command.Release(
                  hold.requestId(), release.instanceId(), release.outcome(), release.reason()),
              terms);
        }
      }
      return decision;
    }
  },

  OBEYS_THE_CANCEL_OF_ANOTHER_CALL(Invariant.HELD_BY_ONE) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      if (command instanceof Command.Cancel cancel) {
        Instance instance = pool.holding(cancel.requestId());
        if (instance != null && instance.hold() != null) {
          return pool.decide(
              new Command.Cancel(cancel.requestId(), instance.hold().caller()), terms);
        }
      }
      return decision;
    }
  },

  HANDS_OVER_TWICE(Invariant.HELD_BY_ONE) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      if (pool.waiters().size() < 2) {
        return decision;
      }
      Waiter second = List.copyOf(pool.waiters()).get(1);
      return each(
          decision,
          event ->
              event instanceof Event.HandedOver handed
                  ? List.of(handed, handedTo(second, handed, handed.token() + 1))
                  : List.of(event));
    }
  },

  ASSIGNS_A_HELD_INSTANCE(Invariant.HELD_BY_ONE) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return grantInstead(pool, command, decision, Instance.State.ASSIGNED);
    }
  },

  ASSIGNS_A_RETIRING_INSTANCE(Invariant.RETIRED_NEVER_ASSIGNED) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return grantInstead(pool, command, decision, Instance.State.RETIRING);
    }
  },

  GIVES_A_REPEATED_ASSIGN_ANOTHER_INSTANCE(Invariant.HOLDS_ONE) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      String idle = pool.nextIdle();
      if (command instanceof Command.Assign assign
          && idle != null
          && pool.holding(assign.requestId()) != null) {
        return granted(pool, decision, assign, idle);
      }
      return decision;
    }
  },

  KEEPS_AN_INSTANCE_WHOSE_EXECUTION_FAILED(Invariant.RETIRED_NEVER_ASSIGNED) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return command instanceof Command.Release release
          ? pool.decide(
              new Command.Release(release.requestId(), release.instanceId(), Outcome.OK, ""), terms)
          : decision;
    }
  },

  KEEPS_AN_INSTANCE_WHOSE_HOLDER_VANISHED(Invariant.RETIRED_NEVER_ASSIGNED) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return without(
          decision,
          event -> event instanceof Event.Retired retired && retired.why().contains("lease"));
    }
  },

  ENDS_A_LEASE_EARLY(Invariant.LEASES_END) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return command instanceof Command.Sweep
          ? pool
              .decide(
                  command,
                  new Terms(
                      terms.now().plusSeconds(20),
                      terms.node(),
                      terms.plan(),
                      terms.limits(),
                      terms.ids()))
              .events()
              .stream()
              .filter(Event.Expired.class::isInstance)
              .findFirst()
              .map(expired -> added(decision, expired))
              .orElse(decision)
          : decision;
    }
  },

  LOSES_A_WAITER(Invariant.WAITERS_SERVED) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return each(
          decision,
          event ->
              event instanceof Event.WaiterRefused refused
                  ? List.of(new Event.Left(refused.requestId()))
                  : List.of(event));
    }
  },

  LOSES_A_WAKE_UP(Invariant.WAITERS_SERVED) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return without(decision, Event.HandedOver.class::isInstance);
    }
  },

  SERVES_THE_LAST_FIRST(Invariant.WAITERS_SERVED) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      if (pool.waiters().isEmpty()) {
        return decision;
      }
      Waiter last = List.copyOf(pool.waiters()).get(pool.waiters().size() - 1);
      return each(
          decision,
          event ->
              event instanceof Event.HandedOver handed
                  ? List.of(handedTo(last, handed, handed.token()))
                  : List.of(event));
    }
  },

  FORGETS_TO_LAUNCH(Invariant.WAITERS_SERVED) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return command instanceof Command.Assign
          ? without(decision, Event.LaunchBegun.class::isInstance)
          : decision;
    }
  },

  FORGETS_A_LAUNCH_THAT_FAILED(Invariant.WAITERS_SERVED) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return command instanceof Command.LaunchFailed
          ? without(
              decision,
              event -> event instanceof Event.LaunchBegun || event instanceof Event.WaiterRefused)
          : decision;
    }
  },

  FORGETS_THE_LAUNCHES_OF_A_LOST_NODE(Invariant.CONSERVED) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return without(decision, Event.LaunchTaken.class::isInstance);
    }
  },

  LETS_A_LAUNCH_TAKE_FOR_EVER(Invariant.CONSERVED) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return without(
          decision,
          event -> event instanceof Event.Retired retired && retired.why().contains("longer than"));
    }
  },

  DROPS_A_DESTRUCTION(Invariant.CONSERVED) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return each(
          decision,
          event ->
              event instanceof Event.Retired retired
                  ? List.of(new Event.Gone(retired.instanceId()))
                  : List.of(event));
    }
  },

  NEVER_DESTROYS_AGAIN(Invariant.CONSERVED) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return command instanceof Command.Sweep
          ? without(decision, Event.RetiredAgain.class::isInstance)
          : decision;
    }
  },

  DESTROYS_TWICE(Invariant.CONSERVED) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return each(
          decision,
          event ->
              event instanceof Event.RetiredAgain again
                  ? List.of(
                      new Event.Retired(
                          again.instanceId(),
                          again.node(),
                          again.slotId(),
                          pool.lastToken() + 1_000_000,
                          "again",
                          again.used()))
                  : List.of(event));
    }
  },

  LAUNCHES_BEYOND_THE_LIMIT(Invariant.WITHIN_LIMITS) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      boolean queuedOnly =
          decision.events().size() == 1 && decision.events().get(0) instanceof Event.Queued;
      return queuedOnly && pool.live() >= terms.plan().maxInstances()
          ? added(
              decision,
              new Event.LaunchBegun(
                  terms.ids().get(),
                  terms.node(),
                  pool.spec().memoryMb(),
                  pool.lastToken() + 1,
                  1,
                  Duration.ZERO,
                  "one more",
                  null))
          : decision;
    }
  },

  MAKES_ROOM_OF_A_HELD_INSTANCE(Invariant.HELD_BY_ONE) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return retireInstead(pool, command, terms, decision, Instance.State.ASSIGNED);
    }
  },

  MAKES_ROOM_OF_A_LAUNCH(Invariant.HELD_BY_ONE) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return retireInstead(pool, command, terms, decision, Instance.State.INITIALIZING);
    }
  },

  MAKES_ROOM_OF_WHAT_WAS_USED_SINCE(Invariant.CONSERVED) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return command instanceof Command.MakeRoom makeRoom
          ? pool.decide(
              new Command.MakeRoom(makeRoom.epoch(), makeRoom.instanceIds(), Instant.MAX), terms)
          : decision;
    }
  },

  MAKES_ROOM_OF_THE_MINIMUM(Invariant.WITHIN_LIMITS) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return command instanceof Command.MakeRoom
          ? pool.decide(
              command,
              new Terms(
                  terms.now(),
                  terms.node(),
                  Plan.keeping("without a minimum", Duration.ofHours(1)),
                  terms.limits(),
                  terms.ids()))
          : decision;
    }
  },

  OBEYS_A_FORMER_LEADER(Invariant.LEADERS_FENCED) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return command instanceof Command.Sweep && isRefused(decision, Reason.SUPERSEDED)
          ? pool.decide(new Command.Sweep(pool.epoch()), terms)
          : decision;
    }
  },

  WANTS_NO_SWEEP(Invariant.SWEPT_WHEN_DUE) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return new Decision(decision.change(), decision.reply(), null);
    }
  },

  WANTS_TO_BE_SWEPT_ALL_THE_TIME(Invariant.SWEPT_WHEN_DUE) {
    @Override
    public Decision distort(Pool pool, Command command, Terms terms, Decision decision) {
      return new Decision(decision.change(), decision.reply(), Instant.EPOCH);
    }
  };

  private final Invariant broken;

  PlantedBug(Invariant broken) {
    this.broken = broken;
  }

  Invariant broken() {
    return broken;
  }

  private static boolean isRefused(Decision decision, Reason reason) {
    return decision.reply() instanceof Reply.Refused refused && refused.reason() == reason;
  }

  private static @Nullable Hold hold(Pool pool, String instanceId) {
    Instance instance = pool.find(instanceId);
    return instance == null ? null : instance.hold();
  }

  private static Decision each(Decision decision, Function<Event, List<Event>> instead) {
    List<Event> events =
        decision.events().stream().flatMap(e -> instead.apply(e).stream()).toList();
    return with(decision, events);
  }

  private static Decision without(Decision decision, Function<Event, Boolean> dropped) {
    return with(decision, decision.events().stream().filter(e -> !dropped.apply(e)).toList());
  }

  private static Decision added(Decision decision, Event event) {
    List<Event> events = new ArrayList<>(decision.events());
    events.add(event);
    return with(decision, events);
  }

  private static Decision with(Decision decision, List<Event> events) {
    Change change = decision.change();
    return new Decision(
        new Change(change.version(), change.at(), events), decision.reply(), decision.due());
  }

  private static Event handedTo(Waiter waiter, Event.HandedOver handed, long token) {
    return new Event.HandedOver(
        waiter.requestId(),
        handed.instanceId(),
        waiter.caller(),
        handed.startKind(),
        token,
        handed.until(),
        handed.waited());
  }

  private static Decision grantInstead(
      Pool pool, Command command, Decision decision, Instance.State state) {
    if (command instanceof Command.Assign assign
        && decision.reply() instanceof Reply.Queued
        && pool.waiting(assign.requestId()) == null) {
      for (Instance instance : pool.instances()) {
        if (instance.state() == state) {
          return granted(pool, decision, assign, instance.id());
        }
      }
    }
    return decision;
  }

  private static Decision retireInstead(
      Pool pool, Command command, Terms terms, Decision decision, Instance.State state) {
    if (command instanceof Command.MakeRoom makeRoom && !isRefused(decision, Reason.SUPERSEDED)) {
      for (Instance instance : pool.instances()) {
        if (instance.state() == state && makeRoom.instanceIds().contains(instance.id())) {
          return added(
              decision,
              new Event.Retired(
                  instance.id(),
                  terms.node(),
                  instance.slotId(),
                  pool.lastToken() + 1_000_000_000,
                  "room",
                  instance.used()));
        }
      }
    }
    return decision;
  }

  private static Decision granted(
      Pool pool, Decision decision, Command.Assign assign, String instanceId) {
    long token = pool.lastToken() + 1;
    Change change = decision.change();
    Instant until = change.at().plusSeconds(30);
    return new Decision(
        new Change(
            change.version(),
            change.at(),
            List.of(
                new Event.Granted(assign.requestId(), instanceId, assign.caller(), token, until))),
        new Reply.Granted(instanceId, token, Duration.ofSeconds(30), StartKind.WARM),
        until);
  }
}
