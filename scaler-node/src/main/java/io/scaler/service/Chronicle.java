package io.scaler.service;

import io.scaler.service.Vitals.Failure;
import io.scaler.service.Vitals.Hot;
import io.scaler.service.Vitals.Stock;
import io.scaler.service.Vitals.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The last quarter of an hour of the cluster, as this node heard of it: from the {@link Vitals} of
 * all nodes, step by step. Bounded. For any number of threads.
 */
public final class Chronicle {
  /** As far back as it goes. */
  public static final Duration SPAN = Duration.ofMinutes(15);

  /** A node that was not heard from for so long is left out of the sums. */
  private static final Duration SILENT = Vitals.EVERY.multipliedBy(3);

  private static final int MOST_FAILURES = 100;

  private final Map<String, Heard> nodes = new LinkedHashMap<>();
  private final Deque<Step> steps = new ArrayDeque<>();
  private final Deque<Failure> failures = new ArrayDeque<>();
  private long number;

  /** What was last heard from a node. */
  private static final class Heard {
    private Vitals vitals;
    private Instant at;
    private Tally counted;
    private Instant countedAt;
    private Pace pace = Pace.NONE;
    private @Nullable Instant goneSince;

    /** What it counted before cannot be told by when. */
    Heard(Vitals vitals, Instant at) {
      this.vitals = vitals;
      this.at = at;
      this.counted = vitals.tally();
      this.countedAt = at;
    }

    /** What it counted since this was asked last. */
    Tally count() {
      if (!at.isAfter(countedAt)) {
        return Tally.NONE;
      }
      Tally latest = vitals.tally().since(counted);
      pace = Pace.of(latest, Duration.between(countedAt, at));
      counted = vitals.tally();
      countedAt = at;
      return latest;
    }

    boolean isSilent(Instant now) {
      return at.plus(SILENT).isBefore(now);
    }
  }

  /** Calls a second, by how they fared. */
  public record Pace(double warm, double waited, double cold, double failed) {
    static final Pace NONE = new Pace(0, 0, 0, 0);

    static Pace of(Tally tally, Duration length) {
      double seconds = length.toNanos() / 1e9;
      return new Pace(
          tally.warm() / seconds,
          tally.waited() / seconds,
          tally.cold() / seconds,
          tally.failed() / seconds);
    }

    Pace plus(Pace other) {
      return new Pace(
          warm + other.warm, waited + other.waited, cold + other.cold, failed + other.failed);
    }
  }

  /**
   * One step of the cluster's history.
   *
   * @param number from 1, one more with every step
   * @param at when it ended
   * @param length since the one before
   * @param nodes how many were heard from
   * @param tally what was heard to have been counted
   * @param pace of all nodes together: steadier than the tally, since nodes' words come now sooner,
   *     now later
   * @param stock what there was at its end
   */
  public record Step(
      long number, Instant at, Duration length, int nodes, Tally tally, Pace pace, Stock stock) {}

  /** How it stands with a node. */
  public enum Presence {
    /** It is a member and was heard from just now. */
    HERE,
    /** It is a member and has not said anything for a while. */
    SILENT,
    /** It is a member no more. */
    GONE
  }

  /**
   * A node that is here, or was within {@link #SPAN}.
   *
   * @param vitals the last that were heard
   * @param heard when
   * @param goneSince null unless it is GONE
   * @param pace of the calls through it; none unless it is HERE
   */
  public record Member(
      Vitals vitals, Presence presence, Instant heard, @Nullable Instant goneSince, Pace pace) {}

  /** A node told how it is. */
  public synchronized void heard(Vitals vitals, Instant now) {
    Heard known = nodes.get(vitals.node());
    if (known == null) {
      nodes.put(vitals.node(), new Heard(vitals, now));
    } else {
      known.vitals = vitals;
      known.at = now;
      known.goneSince = null;
    }
    vitals.failures().forEach(failures::addFirst);
    while (failures.size() > MOST_FAILURES) {
      failures.removeLast();
    }
  }

  /**
   * Ends a step.
   *
   * @param members ids of the nodes that are members now
   */
  public synchronized void step(Collection<String> members, Instant now) {
    Tally tally = Tally.NONE;
    Pace pace = Pace.NONE;
    Stock stock = Stock.NONE;
    int present = 0;
    for (Heard node : nodes.values()) {
      tally = tally.plus(node.count());
      boolean isMember = members.contains(node.vitals.node());
      if (!isMember && node.goneSince == null) {
        node.goneSince = now;
      }
      if (isMember && !node.isSilent(now)) {
        present++;
        pace = pace.plus(node.pace);
        stock = stock.plus(node.vitals.stock());
      }
    }
    nodes
        .values()
        .removeIf(node -> node.goneSince != null && node.goneSince.plus(SPAN).isBefore(now));
    Step before = steps.peekLast();
    Duration length = before == null ? Vitals.EVERY : Duration.between(before.at(), now);
    steps.addLast(new Step(++number, now, length, present, tally, pace, stock));
    while (!steps.isEmpty() && steps.getFirst().at().plus(SPAN).isBefore(now)) {
      steps.removeFirst();
    }
  }

  /** The steps after one, the oldest first. */
  public synchronized List<Step> after(long step) {
    return steps.stream().filter(each -> each.number() > step).toList();
  }

  /** Nodes, in the order in which they were first heard from. */
  public synchronized List<Member> members(Instant now) {
    return nodes.values().stream().map(node -> member(node, now)).toList();
  }

  private static Member member(Heard node, Instant now) {
    Presence presence = Presence.HERE;
    if (node.goneSince != null) {
      presence = Presence.GONE;
    } else if (node.isSilent(now)) {
      presence = Presence.SILENT;
    }
    return new Member(
        node.vitals,
        presence,
        node.at,
        node.goneSince,
        presence == Presence.HERE ? node.pace : Pace.NONE);
  }

  /** The latest failures on all nodes, the latest first. */
  public synchronized List<Failure> failures() {
    return failures.stream().sorted((one, other) -> other.at().compareTo(one.at())).toList();
  }

  /** The functions that are asked for most, the most asked for first. */
  public synchronized List<Hot> hottest(int most, Instant now) {
    Map<String, Hot> all =
        nodes.values().stream()
            .filter(node -> node.goneSince == null && !node.isSilent(now))
            .flatMap(node -> node.vitals.hot().stream())
            .collect(Collectors.toMap(Hot::key, Function.identity(), Hot::plus));
    return HotFunctions.hottest(all.values(), most);
  }
}
