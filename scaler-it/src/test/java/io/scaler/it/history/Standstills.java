package io.scaler.it.history;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * When this process stood still, most often with all others of the machine: who measures how long
 * something took has to allow for it.
 */
public final class Standstills implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(20);

  private final List<Standstill> seen = new CopyOnWriteArrayList<>();
  private final Thread watch = new Thread(this::look, "standstills");

  private record Standstill(Instant from, Instant to) {}

  /** Watches until it is closed. */
  public static Standstills watch() {
    Standstills standstills = new Standstills();
    standstills.watch.setDaemon(true);
    standstills.watch.start();
    return standstills;
  }

  private void look() {
    try {
      Instant before = Instant.now();
      while (!Thread.interrupted()) {
        Thread.sleep(STEP.toMillis());
        Instant now = Instant.now();
        awoke(before, now);
        before = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Slept for a step from the first moment on, and went on at the second. */
  void awoke(Instant before, Instant now) {
    Instant due = before.plus(STEP);
    if (Duration.between(due, now).compareTo(STEP.multipliedBy(4)) > 0) {
      seen.add(new Standstill(due, now));
    }
  }

  /** When it stood still so far; less than a tenth of a second is not seen. */
  public List<History.Span> seen() {
    return seen.stream().map(each -> new History.Span(each.from(), each.to())).toList();
  }

  /** For how long it stood still between two moments; less than a tenth of a second is not seen. */
  public Duration between(Instant from, Instant to) {
    Duration still = Duration.ZERO;
    for (Standstill each : seen) {
      Instant begun = each.from.isAfter(from) ? each.from : from;
      Instant ended = each.to.isBefore(to) ? each.to : to;
      if (begun.isBefore(ended)) {
        still = still.plus(Duration.between(begun, ended));
      }
    }
    return still;
  }

  @Override
  public void close() {
    watch.interrupt();
  }
}
