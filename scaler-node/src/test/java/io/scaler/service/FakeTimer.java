package io.scaler.service;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes when a test says so; what is due then runs in order on the test's thread. */
public final class FakeTimer implements Timer, InstantSource {
  private final PriorityQueue<Due> queue =
      new PriorityQueue<>(Comparator.comparing(Due::at).thenComparing(Due::number));
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private long scheduled;

  private record Due(Instant at, long number, Runnable task) {}

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public Task after(Duration delay, Runnable task) {
    Due due = new Due(now.plus(delay), scheduled++, task);
    queue.add(due);
    return () -> queue.remove(due);
  }

  /** Lets time pass and runs what becomes due, each at its instant. */
  public void advance(Duration by) {
    Instant end = now.plus(by);
    while (!queue.isEmpty() && !queue.element().at().isAfter(end)) {
      Due due = queue.remove();
      now = due.at().isAfter(now) ? due.at() : now;
      due.task().run();
    }
    now = end;
  }

  /** Tasks that have not run yet. */
  public int pending() {
    return queue.size();
  }
}
