package io.scaler.permit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scaler.permit.Claim.When;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PermitsRandomRunTest {
  private static final int SEEDS = 2_000;
  private static final int STEPS = 300;

  /** What a semaphore decides instead of what it should. */
  @FunctionalInterface
  interface Bug {
    List<PermitEvent> distort(Permits permits, PermitCommand command, List<PermitEvent> events);
  }

  /** Bugs that a semaphore might have, each with what is seen of it. */
  enum PlantedBug implements Bug {
    GRANTS_TO_WHOEVER_ASKS("above the limit") {
      @Override
      public List<PermitEvent> distort(
          Permits permits, PermitCommand command, List<PermitEvent> events) {
        return permits.waiters().isEmpty() ? grantingQueued(events, When.AT_ONCE) : events;
      }
    },
    FORGETS_TO_GRANT("could be granted and waits") {
      @Override
      public List<PermitEvent> distort(
          Permits permits, PermitCommand command, List<PermitEvent> events) {
        return events.stream().filter(event -> !(event instanceof PermitEvent.Granted)).toList();
      }
    },
    FORGETS_WHO_TOOK_A_CLAIM_OVER("changes something when repeated") {
      @Override
      public List<PermitEvent> distort(
          Permits permits, PermitCommand command, List<PermitEvent> events) {
        return events.stream().filter(event -> !(event instanceof PermitEvent.Taken)).toList();
      }
    },
    GRANTS_BEFORE_IT_IS_COUNTED("granted uncounted") {
      @Override
      public List<PermitEvent> distort(
          Permits permits, PermitCommand command, List<PermitEvent> events) {
        return grantingQueued(events, When.COUNTED);
      }
    },
    KEEPS_WHAT_A_LOST_NODE_WAITED_FOR("its lost node") {
      @Override
      public List<PermitEvent> distort(
          Permits permits, PermitCommand command, List<PermitEvent> events) {
        return command instanceof PermitCommand.NodeLost ? List.of() : events;
      }
    };

    private final String seen;

    PlantedBug(String seen) {
      this.seen = seen;
    }

    private static List<PermitEvent> grantingQueued(List<PermitEvent> events, When when) {
      List<PermitEvent> more = new ArrayList<>(events);
      for (PermitEvent event : events) {
        if (event instanceof PermitEvent.Queued queued
            && queued.claim().when() == when
            && !events.contains(new PermitEvent.Granted(queued.claim()))) {
          more.add(new PermitEvent.Granted(queued.claim()));
        }
      }
      return more;
    }
  }

  @Test
  void noSeedExceedsTheLimitOvertakesOrLosesAnybody() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      new Run(seed, (permits, command, events) -> events).run();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPlantedBugIsCaught(PlantedBug bug) {
    assertThatThrownBy(
            () -> {
              for (long seed = 1; seed <= 20; seed++) {
                new Run(seed, bug).run();
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed ")
        .hasMessageContaining(bug.seen);
  }

  /** One seed's run: commands that come late, twice or in another order, and their backup. */
  private static final class Run {
    private final long seed;
    private final Random random;
    private final Bug bug;
    private final Map<String, Claim> held = new LinkedHashMap<>();
    private final Map<String, Claim> queue = new LinkedHashMap<>();
    private final List<PermitCommand> onTheWay = new ArrayList<>();
    private final Permits permits = Permits.of(0, 0, false, List.of(), List.of());
    private Permits backup = Permits.of(0, 0, false, List.of(), List.of());
    private boolean counted;
    private long limit;
    private long configured;
    private int step;

    Run(long seed, Bug bug) {
      this.seed = seed;
      this.random = new Random(seed);
      this.bug = bug;
      this.configured = 1L + random.nextInt(8);
    }

    void run() {
      for (; step < STEPS; step++) {
        PermitCommand command = any();
        int lot = random.nextInt(10);
        if (lot < 8) {
          submit(command);
        }
        if (lot > 5) {
          onTheWay.add(command);
        }
        if (random.nextInt(3) == 0 && !onTheWay.isEmpty()) {
          submit(onTheWay.remove(random.nextInt(onTheWay.size())));
        }
      }
      for (String holder : List.copyOf(held.keySet())) {
        submit(new PermitCommand.Release(holder, null));
      }
      while (!held.isEmpty() || !queue.isEmpty()) {
        String next = (held.isEmpty() ? queue : held).keySet().iterator().next();
        submit(new PermitCommand.Release(next, null));
      }
      check(
          permits.isEmpty() != counted && permits.held() == 0,
          "permits are left",
          permits.holders());
    }

    private PermitCommand any() {
      String holder = "h" + random.nextInt(20);
      int lot = random.nextInt(100);
      if (lot < 48) {
        if (random.nextInt(50) == 0) {
          configured = 1L + random.nextInt(8);
        }
        When when = random.nextBoolean() ? When.AT_ONCE : When.COUNTED;
        return new PermitCommand.Acquire(claim(holder, when), configured);
      } else if (lot < 50) {
        return new PermitCommand.Count(
            random.nextBoolean() ? List.of() : List.of(claim(holder, When.COUNTED)),
            random.nextBoolean());
      } else if (lot < 95) {
        return new PermitCommand.Release(holder, random.nextBoolean() ? null : node());
      }
      return new PermitCommand.NodeLost(node());
    }

    private Claim claim(String holder, When when) {
      return new Claim(holder, node(), 1 + random.nextInt(3), when);
    }

    private String node() {
      return "n" + random.nextInt(4);
    }

    private void submit(PermitCommand command) {
      List<PermitEvent> events = bug.distort(permits, command, permits.decide(command));
      for (PermitEvent event : events) {
        observe(event, command);
      }
      permits.apply(events);
      backup.apply(events);
      after(command);
    }

    private void observe(PermitEvent event, PermitCommand command) {
      if (event instanceof PermitEvent.Limited limited) {
        limit = limited.limit();
      } else if (event instanceof PermitEvent.Queued queued) {
        String holder = queued.claim().holder();
        check(!held.containsKey(holder) && !queue.containsKey(holder), "queued twice", holder);
        queue.put(holder, queued.claim());
      } else if (event instanceof PermitEvent.Granted granted) {
        Claim claim = granted.claim();
        boolean isThere =
            command instanceof PermitCommand.Count count
                && count.claims().stream().anyMatch(each -> each.holder().equals(claim.holder()));
        check(isThere || sum() + claim.permits() <= limit, "above the limit", claim);
        check(isThere || counted || claim.when() == When.AT_ONCE, "granted uncounted", claim);
        check(
            isThere || (!queue.isEmpty() && queue.values().iterator().next().equals(claim)),
            "overtook the head of the queue",
            claim);
        queue.remove(claim.holder());
        check(held.put(claim.holder(), claim) == null, "granted twice", claim);
      } else if (event instanceof PermitEvent.Counted) {
        check(!counted, "counted twice", command);
        counted = true;
      } else if (event instanceof PermitEvent.Taken taken) {
        check(
            command instanceof PermitCommand.Acquire acquire
                && acquire.claim().node().equals(taken.node())
                && acquire.claim().holder().equals(taken.holder()),
            "taken over unasked",
            taken);
        Map<String, Claim> where = held.containsKey(taken.holder()) ? held : queue;
        where.computeIfPresent(taken.holder(), (holder, claim) -> claim.of(taken.node()));
      } else if (event instanceof PermitEvent.Gone gone) {
        Claim waiting = queue.remove(gone.holder());
        Claim holding = held.remove(gone.holder());
        Claim claim = waiting == null ? holding : waiting;
        boolean released =
            command instanceof PermitCommand.Release release
                && release.holder().equals(gone.holder())
                && claim != null
                && (release.node() == null || release.node().equals(claim.node()));
        boolean lost =
            command instanceof PermitCommand.NodeLost node
                && waiting != null
                && waiting.node().equals(node.node());
        check(released || lost, "taken from its holder", gone);
      }
    }

    private void after(PermitCommand command) {
      check(permits.held() == sum(), "held does not add up", permits.held());
      long waited = permits.waiters().stream().mapToLong(Claim::permits).sum();
      long missing = waited == 0 ? 0 : Math.max(0, waited + permits.held() - permits.limit());
      check(permits.shortage() == missing, "shortage does not add up", permits.shortage());
      check(List.copyOf(permits.holders()).equals(List.copyOf(held.values())), "holders", held);
      check(List.copyOf(permits.waiters()).equals(List.copyOf(queue.values())), "waiters", queue);
      if (command instanceof PermitCommand.NodeLost lost) {
        for (Claim claim : queue.values()) {
          check(!claim.node().equals(lost.node()), "waits on for its lost node", claim);
        }
      }
      if (!queue.isEmpty()) {
        Claim head = queue.values().iterator().next();
        boolean mayBeGranted = counted || head.when() == When.AT_ONCE;
        check(!mayBeGranted || head.permits() > limit - sum(), "could be granted and waits", head);
      }
      check(permits.decide(command).isEmpty(), "changes something when repeated", command);
      check(
          backup.version() == permits.version()
              && backup.limit() == permits.limit()
              && backup.isCounted() == permits.isCounted()
              && backup.held() == permits.held()
              && List.copyOf(backup.holders()).equals(List.copyOf(permits.holders()))
              && List.copyOf(backup.waiters()).equals(List.copyOf(permits.waiters())),
          "the backup differs",
          backup.holders());
      if (random.nextInt(16) == 0) {
        backup =
            Permits.of(
                permits.limit(),
                permits.version(),
                permits.isCounted(),
                permits.holders(),
                permits.waiters());
      }
    }

    private long sum() {
      long sum = 0;
      for (Claim claim : held.values()) {
        sum += claim.permits();
      }
      return sum;
    }

    private void check(boolean holds, String what, Object which) {
      if (!holds) {
        assertThat(holds).as("seed %d, step %d: %s: %s", seed, step, what, which).isTrue();
      }
    }
  }
}
