package io.scaler.it.history;

import io.scaler.adapter.platform.SlotEvent;
import io.scaler.adapter.platform.SlotEvent.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what must not be in a history.
 *
 * <p>A request holds its instance from its Assign's answer to its Release's start, or, if it never
 * releases, for as long as its lease lasts at least. All that lies within what the cluster takes
 * for the hold, so that whatever is found is the cluster's fault.
 */
public final class HistoryChecker {
  static final String HELD_TWICE = "an instance is held by two requests at once";
  static final String TWO_INSTANCES = "a request was given two instances, or one of them twice";
  static final String NOT_RUNNING = "an instance is held that the platform does not run";
  static final String OTHER_FUNCTION = "a request was given an instance of another function";
  static final String NO_LEASE = "an instance was given without a lease";
  static final String UNANSWERED = "an Assign was not answered by its deadline";
  static final String UNCLEAR = "an Assign ended in an error that the contract does not name";
  public static final String LEAKED = "a slot is left that nobody uses";
  static final String TOO_MANY_LAUNCHES = "more launches are on their way than may be";
  static final String TOO_MANY_OF_FUNCTION =
      "more launches of a function are on their way than may be";
  static final String TOO_MUCH_MEMORY = "slots take more memory than they may";

  /**
   * Errors of an Assign, by the contract's words, that a caller whose requests are in order has to
   * expect.
   */
  private static final Set<String> CLEAR =
      Set.of(
          "UNAVAILABLE/PLATFORM_UNAVAILABLE",
          "UNAVAILABLE/LAUNCH_FAILED",
          "UNAVAILABLE/NODE_UNAVAILABLE",
          "RESOURCE_EXHAUSTED/OVERLOADED",
          "RESOURCE_EXHAUSTED/TIMED_OUT",
          "RESOURCE_EXHAUSTED/TOO_MANY_CALLS");

  /**
   * What the transport makes of a node that is gone, or of whose calls the load balancer ends the
   * streams: no connection, a refused stream and a 502, 503 or 504 show as UNAVAILABLE, a stream
   * that is reset while its answer comes as CANCELLED. Neither has a reason. A call is not ended as
   * INTERNAL or UNKNOWN by any of these.
   */
  private static final Set<String> OF_TRANSPORT = Set.of("UNAVAILABLE", Call.CANCELLED);

  /** What a node leaves of a deadline of 15 s for its answer, but for its own last wait. */
  private static final Duration ON_ITS_WAY = Duration.ofMillis(400);

  private final History history;
  private final List<Violation> violations = new ArrayList<>();

  private record Hold(Call assign, Instant from, Instant until) {}

  /** One slot's steps by their kind. */
  private static final class Life {
    final Map<Kind, SlotEvent> steps = new EnumMap<>(Kind.class);

    boolean isOver() {
      return steps.containsKey(Kind.DESTROYED) || steps.containsKey(Kind.NOT_CREATED);
    }
  }

  private HistoryChecker(History history) {
    this.history = history;
  }

  /**
   * What is wrong with a history; what takes the fewest words to tell first.
   *
   * @param isOver nothing is to be left running: no call is open, keep-alives and leases have run
   *     out
   */
  public static List<Violation> check(History history, boolean isOver) {
    HistoryChecker checker = new HistoryChecker(history);
    List<Hold> holds = checker.holds();
    checker.heldOnce(holds);
    checker.oneInstanceEach();
    checker.running(holds);
    checker.leased();
    checker.answered();
    checker.limits();
    if (isOver) {
      checker.nothingLeft();
    }
    return checker.violations.stream()
        .sorted(Comparator.comparingInt(violation -> violation.story().size()))
        .toList();
  }

  private List<Hold> holds() {
    Map<String, Instant> released = firstReleases();
    Map<String, Hold> byRequest = new LinkedHashMap<>();
    for (Call call : history.calls()) {
      if (call.isAssigned()) {
        Instant until = released.getOrDefault(call.requestId(), call.start().plus(call.lease()));
        Hold hold = new Hold(call, call.end(), until);
        byRequest.merge(
            call.requestId() + '\n' + call.instanceId(),
            hold,
            (one, other) -> one.from().isBefore(other.from()) ? one : other);
      }
    }
    // An answer that came after its lease, or its Release, gave nothing.
    return byRequest.values().stream()
        .filter(hold -> hold.from().isBefore(hold.until()))
        .sorted(Comparator.comparing(Hold::from))
        .toList();
  }

  /** When each request began to give its instance back. */
  private Map<String, Instant> firstReleases() {
    Map<String, Instant> released = new HashMap<>();
    for (Call call : history.calls()) {
      if (call.isRelease()) {
        released.merge(
            call.requestId(), call.start(), (one, other) -> one.isBefore(other) ? one : other);
      }
    }
    return released;
  }

  private void heldOnce(List<Hold> holds) {
    Map<String, Hold> latest = new HashMap<>();
    for (Hold hold : holds) {
      Hold before = latest.get(hold.assign().instanceId());
      if (before != null && before.until().isAfter(hold.from())) {
        violations.add(
            new Story()
                .add(before.assign())
                .add(hold.assign())
                .add(before.until(), before.assign().requestId() + " ends its hold")
                .violating(HELD_TWICE));
      }
      if (before == null || before.until().isBefore(hold.until())) {
        latest.put(hold.assign().instanceId(), hold);
      }
    }
  }

  private void oneInstanceEach() {
    Map<String, Call> given = new HashMap<>();
    for (Call call : history.calls()) {
      if (call.isAssigned()) {
        Call before = given.putIfAbsent(call.requestId(), call);
        if (before != null
            && !(before.instanceId().equals(call.instanceId()) && before.token() == call.token())) {
          violations.add(new Story().add(before).add(call).violating(TWO_INSTANCES));
        }
      }
    }
  }

  private void running(List<Hold> holds) {
    Map<String, SlotEvent> started = new HashMap<>();
    Map<String, SlotEvent> destroyed = new HashMap<>();
    for (SlotEvent event : history.slots()) {
      if (event.kind() == Kind.STARTED) {
        started.put(event.instanceId(), event);
      } else if (event.kind() == Kind.DESTROYING && event.instanceId() != null) {
        destroyed.putIfAbsent(event.instanceId(), event);
      }
    }
    for (Hold hold : holds) {
      Call assign = hold.assign();
      SlotEvent start = started.get(assign.instanceId());
      SlotEvent end = destroyed.get(assign.instanceId());
      if (start != null && !assign.function().equals(start.functionKey())) {
        violations.add(new Story().add(assign).add(start).violating(OTHER_FUNCTION));
      }
      Instant lost = start == null ? null : longLost(start.at(), hold.from());
      if (start == null || start.at().isAfter(hold.from())) {
        Story story = new Story().add(assign);
        violations.add((start == null ? story : story.add(start)).violating(NOT_RUNNING));
      } else if (end != null && end.at().isBefore(hold.until())) {
        violations.add(
            new Story()
                .add(assign)
                .add(end)
                .add(hold.until(), assign.requestId() + " ends its hold")
                .violating(NOT_RUNNING));
      } else if (lost != null) {
        violations.add(
            new Story()
                .add(start)
                .add(lost, "platform ends with all that it runs")
                .add(assign)
                .violating(NOT_RUNNING));
      }
    }
  }

  /** When the platform ended with what had started, if that was known long before it was held. */
  private @Nullable Instant longLost(Instant started, Instant held) {
    return history.lost().stream()
        .filter(started::isBefore)
        .filter(lost -> held.isAfter(lost.plus(history.limits().forgetting())))
        .findFirst()
        .orElse(null);
  }

  private void leased() {
    for (Call call : history.calls()) {
      if (call.isAssigned() && call.lease().compareTo(Duration.ZERO) <= 0) {
        violations.add(new Story().add(call).violating(NO_LEASE));
      }
    }
  }

  /**
   * With an instance, or an error that tells the caller what to do about it.
   *
   * <p>A node leaves an answer some time to be there by the deadline. Where its caller stood still
   * meanwhile, nobody knows whether it was. Where everything shares a few busy processors one
   * Assign in a thousand may take longer; a node that does not answer loses far more.
   */
  private void answered() {
    List<Violation> unanswered = new ArrayList<>();
    Map<String, Instant> released = firstReleases();
    Map<String, Instant> leasesEnd = leasesEnd();
    for (Call call : history.calls()) {
      if (call.isRelease() || call.isGivenUp()) {
        continue;
      }
      Duration took = Duration.between(call.start(), call.end());
      if (took.compareTo(call.deadline().plus(history.limits().lateness())) > 0
          || call.code().equals(Call.DEADLINE_EXCEEDED)) {
        Instant deadline = call.start().plus(call.deadline());
        if (history.hangs().stream().noneMatch(hang -> hang.overlaps(call))
            && history.standstills().stream()
                .noneMatch(
                    still ->
                        still.overlaps(
                            deadline.minus(ON_ITS_WAY),
                            deadline.plus(history.limits().lateness())))) {
          unanswered.add(new Story().add(call).violating(UNANSWERED));
        }
      } else if (call.isFinished()) {
        Instant finished = earlier(released.get(call.requestId()), leasesEnd.get(call.requestId()));
        if (finished == null || finished.isAfter(call.end())) {
          violations.add(new Story().add(call).violating(UNCLEAR));
        }
      } else if (!call.code().equals(Call.OK)
          && !CLEAR.contains(call.answer())
          && !OF_TRANSPORT.contains(call.answer())) {
        violations.add(new Story().add(call).violating(UNCLEAR));
      }
    }
    long assigns = history.calls().stream().filter(call -> !call.isRelease()).count();
    if (unanswered.size() > assigns / 1_000) {
      violations.addAll(unanswered);
    }
  }

  /** When what a request may have been given at its first Assign is taken from it, heard or not. */
  private Map<String, Instant> leasesEnd() {
    Map<String, Instant> ends = new HashMap<>();
    history.calls().stream()
        .filter(Call::isAssigned)
        .map(Call::lease)
        .filter(lease -> lease.compareTo(Duration.ZERO) > 0)
        .min(Comparator.naturalOrder())
        .ifPresent(
            shortest -> {
              for (Call call : history.calls()) {
                if (!call.isRelease()) {
                  ends.merge(
                      call.requestId(), call.start().plus(shortest), HistoryChecker::earlier);
                }
              }
            });
    return ends;
  }

  private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }

  /** What the platform works on counts as launches; a slot that a dead node left does not. */
  private void limits() {
    Map<String, SlotEvent> working = new LinkedHashMap<>();
    Map<String, SlotEvent> there = new LinkedHashMap<>();
    int launches = history.limits().launches();
    long most = history.limits().memoryMb();
    long memory = 0;
    Map<String, String> functions = functions();
    boolean tooMany = false;
    boolean tooManyOfOne = false;
    boolean tooMuch = false;
    for (SlotEvent event : history.slots()) {
      memory -= forgetLost(there, event.at());
      forgetLost(working, event.at());
      switch (event.kind()) {
        case CREATING -> {
          working.put(event.slotId(), event);
          there.put(event.slotId(), event);
          memory += event.memoryMb();
        }
        case STARTING -> working.put(event.slotId(), event);
        case NOT_CREATED, DESTROYED -> {
          working.remove(event.slotId());
          memory -= there.remove(event.slotId()) == null ? 0 : event.memoryMb();
        }
        case CREATED, STARTED, NOT_STARTED, DESTROYING -> working.remove(event.slotId());
      }
      boolean isOfThis = !event.at().isBefore(history.begun());
      if (working.size() > launches && isOfThis && !tooMany) {
        tooMany = true;
        violations.add(
            new Story()
                .addLatest(working.values())
                .add(
                    event.at(),
                    "%d launches are on their way; %d may be".formatted(working.size(), launches))
                .violating(TOO_MANY_LAUNCHES));
      }
      if (isOfThis && !tooManyOfOne) {
        tooManyOfOne = ofFunction(functions.get(event.slotId()), functions, working, event);
      }
      if (most > 0 && memory > most && isOfThis && !tooMuch) {
        tooMuch = true;
        violations.add(
            new Story()
                .addLatest(there.values())
                .add(event.at(), "slots take %d MiB; %d may be".formatted(memory, most))
                .violating(TOO_MUCH_MEMORY));
      }
    }
  }

  /** By slot, of those in which something was started. */
  private Map<String, String> functions() {
    Map<String, String> functions = new HashMap<>();
    for (SlotEvent event : history.slots()) {
      if (event.functionKey() != null) {
        functions.put(event.slotId(), event.functionKey());
      }
    }
    return functions;
  }

  private boolean ofFunction(
      @Nullable String function,
      Map<String, String> functions,
      Map<String, SlotEvent> working,
      SlotEvent event) {
    List<SlotEvent> launches =
        working.values().stream()
            .filter(each -> function != null && function.equals(functions.get(each.slotId())))
            .toList();
    int most = history.limits().launchesOfFunction();
    if (launches.size() <= most) {
      return false;
    }
    violations.add(
        new Story()
            .addLatest(launches)
            .add(
                event.at(),
                "%d launches of %s are on their way; %d may be"
                    .formatted(launches.size(), function, most))
            .violating(TOO_MANY_OF_FUNCTION));
    return true;
  }

  /** Takes out what ended with the platform before a moment; returns its memory. */
  private long forgetLost(Map<String, SlotEvent> events, Instant now) {
    List<SlotEvent> lost =
        events.values().stream()
            .filter(
                event ->
                    history.lost().stream()
                        .anyMatch(end -> event.at().isBefore(end) && !now.isBefore(end)))
            .toList();
    lost.forEach(event -> events.remove(event.slotId()));
    return lost.stream().mapToLong(SlotEvent::memoryMb).sum();
  }

  private void nothingLeft() {
    Map<String, Life> lives = new TreeMap<>();
    for (SlotEvent event : history.slots()) {
      lives.computeIfAbsent(event.slotId(), slot -> new Life()).steps.put(event.kind(), event);
    }
    for (Life life : lives.values()) {
      SlotEvent begun = life.steps.get(Kind.CREATING);
      if (!life.isOver() && begun != null && !isLost(begun.at())) {
        Story story = new Story();
        life.steps.values().forEach(story::add);
        addLastHold(story, life);
        violations.add(story.violating(LEAKED));
      }
    }
  }

  /** The last request that held what is in a slot, and how it gave that back. */
  private void addLastHold(Story story, Life life) {
    SlotEvent starting = life.steps.get(Kind.STARTING);
    String instanceId = starting == null ? null : starting.instanceId();
    history.calls().stream()
        .filter(call -> call.isAssigned() && call.instanceId().equals(instanceId))
        .max(Comparator.comparing(Call::end))
        .ifPresent(
            last -> {
              story.add(last);
              history.calls().stream()
                  .filter(call -> call.isRelease() && call.requestId().equals(last.requestId()))
                  .forEach(story::add);
            });
  }

  private boolean isLost(Instant begun) {
    return history.lost().stream().anyMatch(begun::isBefore);
  }
}
