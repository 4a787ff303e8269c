package io.scaler.service;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes when a test says so; what is due then runs in order on the test's thread. Other
 * threads may plan things meanwhile.
 */
public final class FakeTimer implements Timer, InstantSource {
  private final PriorityQueue<Due> queue =
      new PriorityQueue<>(Comparator.comparing(Due::at).thenComparing(Due::number));
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private long scheduled;

  private record Due(Instant at, long number, Runnable task) {}

  @Override
  public synchronized Instant instant() {
    return now;
  }

  @Override
  public synchronized Task after(Duration delay, Runnable task) {
    Due due = new Due(now.plus(delay), scheduled++, task);
    queue.add(due);
    return () -> cancel(due);
  }

  /** Lets time pass and runs what becomes due, each at its instant. */
  public void advance(Duration by) {
    Instant end = instant().plus(by);
    for (Due due = next(end); due != null; due = next(end)) {
      due.task().run();
    }
    synchronized (this) {
      now = end;
    }
  }

  /** Tasks that have not run yet. */
  public synchronized int pending() {
    return queue.size();
  }

  private synchronized void cancel(Due due) {
    queue.remove(due);
  }

  private synchronized @Nullable Due next(Instant end) {
    if (queue.isEmpty() || queue.element().at().isAfter(end)) {
      return null;
    }
    Due due = queue.remove();
    now = due.at().isAfter(now) ? due.at() : now;
    return due;
  }
}
