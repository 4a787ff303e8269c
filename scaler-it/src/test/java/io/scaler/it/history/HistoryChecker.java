package io.scaler.it.history;

import io.scaler.adapter.platform.SlotEvent;
import io.scaler.adapter.platform.SlotEvent.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Looks for what must not be in a history.
 *
 * <p>A request holds its instance from its Assign's answer to its Release's start, or, if it never
 * releases, for as long as its lease lasts at least. All that lies within what the cluster takes
 * for the hold, so that whatever is found is the cluster's fault.
 */
public final class HistoryChecker {
  static final String HELD_TWICE = "an instance is held by two requests at once";
  static final String TWO_INSTANCES = "a request was given two instances";
  static final String NOT_RUNNING = "an instance is held that the platform does not run";
  static final String UNANSWERED = "an Assign was answered after its deadline";
  public static final String LEAKED = "a slot is left that nobody uses";
  static final String TOO_MANY_LAUNCHES = "more launches are on their way than may be";
  static final String TOO_MUCH_MEMORY = "slots take more memory than they may";

  private final History history;
  private final List<Violation> violations = new ArrayList<>();

  private record Hold(Call assign, Instant from, Instant until) {}

  /** One slot's steps by their kind. */
  private static final class Life {
    final Map<Kind, SlotEvent> steps = new HashMap<>();

    boolean isOver() {
      return steps.containsKey(Kind.DESTROYED) || steps.containsKey(Kind.NOT_CREATED);
    }
  }

  private HistoryChecker(History history) {
    this.history = history;
  }

  /**
   * What is wrong with a history.
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
    checker.answered();
    checker.limits();
    if (isOver) {
      checker.nothingLeft();
    }
    return List.copyOf(checker.violations);
  }

  private List<Hold> holds() {
    Map<String, Instant> released = new HashMap<>();
    for (Call call : history.calls()) {
      if (call.isRelease()) {
        released.merge(
            call.requestId(), call.start(), (one, other) -> one.isBefore(other) ? one : other);
      }
    }
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
    return byRequest.values().stream()
        .filter(hold -> hold.from().isBefore(hold.until()))
        .sorted(Comparator.comparing(Hold::from))
        .toList();
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
        if (before != null && !before.instanceId().equals(call.instanceId())) {
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
      SlotEvent start = started.get(hold.assign().instanceId());
      SlotEvent end = destroyed.get(hold.assign().instanceId());
      if (start == null || start.at().isAfter(hold.from())) {
        Story story = new Story().add(hold.assign());
        violations.add((start == null ? story : story.add(start)).violating(NOT_RUNNING));
      } else if (end != null && end.at().isBefore(hold.until())) {
        violations.add(
            new Story()
                .add(hold.assign())
                .add(end)
                .add(hold.until(), hold.assign().requestId() + " ends its hold")
                .violating(NOT_RUNNING));
      }
    }
  }

  private void answered() {
    for (Call call : history.calls()) {
      Duration took = Duration.between(call.start(), call.end());
      if (!call.isRelease()
          && took.compareTo(call.deadline().plus(history.limits().lateness())) > 0) {
        violations.add(new Story().add(call).violating(UNANSWERED));
      }
    }
  }

  /** What the platform works on counts as launches; a slot that a dead node left does not. */
  private void limits() {
    Map<String, SlotEvent> working = new LinkedHashMap<>();
    Map<String, SlotEvent> there = new LinkedHashMap<>();
    long memory = 0;
    boolean tooMany = false;
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
      if (working.size() > history.limits().launches() && !tooMany) {
        tooMany = true;
        violations.add(told(working).violating(TOO_MANY_LAUNCHES));
      }
      if (history.limits().memoryMb() > 0 && memory > history.limits().memoryMb() && !tooMuch) {
        tooMuch = true;
        violations.add(told(there).violating(TOO_MUCH_MEMORY));
      }
    }
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

  private static Story told(Map<String, SlotEvent> events) {
    Story story = new Story();
    events.values().forEach(story::add);
    return story;
  }

  private void nothingLeft() {
    Map<String, Life> lives = new TreeMap<>();
    for (SlotEvent event : history.slots()) {
      lives.computeIfAbsent(event.slotId(), slot -> new Life()).steps.put(event.kind(), event);
    }
    for (Life life : lives.values()) {
      SlotEvent begun = life.steps.get(Kind.CREATING);
      if (!life.isOver() && begun != null && !isLost(begun.at())) {
        violations.add(told(bySlotStep(life)).violating(LEAKED));
      }
    }
  }

  private static Map<String, SlotEvent> bySlotStep(Life life) {
    Map<String, SlotEvent> steps = new LinkedHashMap<>();
    life.steps.forEach((kind, event) -> steps.put(kind.name(), event));
    return steps;
  }

  private boolean isLost(Instant begun) {
    return history.lost().stream().anyMatch(begun::isBefore);
  }
}
