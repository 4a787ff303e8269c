package io.scaler.simulation;

import io.scaler.service.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Time that passes from one event to the next; events of one instant run in their order. */
final class VirtualTime implements Timer, InstantSource {
  /** The instant of a trace's beginning. */
  static final Instant START = Instant.EPOCH;

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long nanos;
  private Instant now = START;
  private long planned;

  private static final class Event implements Task, Comparable<Event> {
    final long at;
    final long number;
    @Nullable Runnable task;

    Event(long at, long number, Runnable task) {
      this.at = at;
      this.number = number;
      this.task = task;
    }

    @Override
    public void cancel() {
      task = null;
    }

    @Override
    public int compareTo(Event other) {
      return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
    }
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** Since the start. */
  long nanos() {
    return nanos;
  }

  @Override
  public Task after(Duration delay, Runnable task) {
    return at(nanos + delay.toNanos(), task);
  }

  /** Runs the task at this time, in ns since the start; now if that has passed. */
  Task at(long time, Runnable task) {
    Event event = new Event(Math.max(nanos, time), planned++, task);
    events.add(event);
    return event;
  }

  /** Runs what is due up to this time, in ns since the start, which it then is. */
  void passUntil(long end) {
    for (Event next = events.peek(); next != null && next.at <= end; next = events.peek()) {
      events.remove();
      Runnable task = next.task;
      if (task != null) {
        reach(next.at);
        task.run();
      }
    }
    reach(end);
  }

  private void reach(long time) {
    if (time > nanos) {
      nanos = time;
      now = START.plusNanos(time);
    }
  }

  static long nanosOf(Instant instant) {
    return Duration.between(START, instant).toNanos();
  }
}
