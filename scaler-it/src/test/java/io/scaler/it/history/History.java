package io.scaler.it.history;

import io.scaler.adapter.platform.SlotEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What happened.
 *
 * @param calls of all callers
 * @param slots what the platform saw of its slots, in the order in which it told
 * @param lost when the platform ended with all that it ran
 * @param hangs when something between callers and nodes kept calls from being answered or refused
 * @param standstills when callers did not go on, most often with all others of their machine
 * @param limits that held
 * @param begun when: what slots did before belongs to it, the limits that they exceeded then do not
 */
public record History(
    List<Call> calls,
    List<SlotEvent> slots,
    List<Instant> lost,
    List<Span> hangs,
    List<Span> standstills,
    Limits limits,
    Instant begun) {

  public History {
    calls = List.copyOf(calls);
    slots = List.copyOf(slots);
    lost = List.copyOf(lost);
    hangs = List.copyOf(hangs);
    standstills = List.copyOf(standstills);
  }

  /** One in which nothing kept calls from being answered or refused. */
  public History(List<Call> calls, List<SlotEvent> slots, List<Instant> lost, Limits limits) {
    this(calls, slots, lost, List.of(), List.of(), limits, Instant.MIN);
  }

  /** From a moment until another. */
  public record Span(Instant from, Instant until) {
    boolean overlaps(Call call) {
      return overlaps(call.start(), call.end());
    }

    boolean overlaps(Instant begun, Instant ended) {
      return from.isBefore(ended) && until.isAfter(begun);
    }
  }

  /**
   * What the cluster was told to keep to.
   *
   * @param launches that may be on their way at a time
   * @param launchesOfFunction of one function
   * @param memoryMb of all slots together; 0 for no limit
   * @param lateness by which an answer may come after its deadline, for the callers' own sake
   * @param forgetting how long after the platform has ended with all that it ran the cluster may
   *     take that to be there: the time between two looks at the platform, and how long one takes
   */
  public record Limits(
      int launches, int launchesOfFunction, long memoryMb, Duration lateness, Duration forgetting) {
    private static final Duration LONG = Duration.ofSeconds(30);

    /** Half a minute to forget what ended with the platform. */
    public Limits(int launches, long memoryMb, Duration lateness) {
      this(launches, launches, memoryMb, lateness, LONG);
    }
  }
}
