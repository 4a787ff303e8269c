package io.scaler.simulation;

import io.scaler.trace.ContestScore;
import io.scaler.trace.Trace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * What a fixed keep-alive comes to, computed without any of the code that nodes run: instances are
 * used last in, first out, and billed until their keep-alive has passed or, at the latest, 300 s
 * after the last completion. In microseconds.
 */
final class KeepAliveByHand {
  private static final long SECOND = 1_000_000;
  private static final long CREATE = SECOND / 10;
  private static final long BILL_FOR = 300 * SECOND;
  private static final double MB_PER_GB = 1_024;

  private final long keepAlive;
  private final boolean waits;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.comparingLong(Event::at).thenComparing(Event::kind).thenComparing(Event::id));
  private final Map<Trace.Function, Instances> functions = new HashMap<>();
  private long ids;
  private long lastCompletion;
  private double executionGb;
  private double execution;
  private double latency;
  private double slotsGb;

  /** In the order in which those of one instant happen. */
  private enum Kind {
    RELEASE,
    READY,
    REQUEST
  }

  /**
   * @param slotSince when the instance's slot was asked for
   */
  private record Event(long at, Kind kind, long id, Trace.Request request, long slotSince) {}

  private record Idle(long since, long slotSince) {}

  private static final class Instances {
    final Deque<Idle> idle = new ArrayDeque<>();
    final Deque<Trace.Request> queue = new ArrayDeque<>();
    int starting;
  }

  private KeepAliveByHand(long keepAlive, boolean waits) {
    this.keepAlive = keepAlive;
    this.waits = waits;
  }

  /**
   * @param waits whether a request that finds no idle instance takes whichever comes first, one
   *     that is released or a new one; else the new one is for it alone
   * @return the contest's score
   */
  static double score(Trace trace, int keepAliveSeconds, boolean waits) {
    return new KeepAliveByHand(keepAliveSeconds * SECOND, waits).run(trace);
  }

  private double run(Trace trace) {
    for (Trace.Request request : trace.requests()) {
      at(request.startMicros(), Kind.REQUEST, request, 0);
    }
    for (Event event = events.poll(); event != null; event = events.poll()) {
      Instances instances =
          functions.computeIfAbsent(event.request().function(), first -> new Instances());
      switch (event.kind()) {
        case REQUEST -> requested(event, instances);
        case READY -> {
          instances.starting--;
          free(event, instances);
        }
        case RELEASE -> {
          lastCompletion = event.at();
          free(event, instances);
        }
      }
    }
    functions.forEach(
        (function, instances) ->
            instances.idle.forEach(
                idle ->
                    bill(
                        function,
                        idle.slotSince(),
                        Math.min(idle.since() + keepAlive, lastCompletion + BILL_FOR))));
    int requests = trace.requests().size();
    return ContestScore.of(executionGb, slotsGb, execution, latency, requests, requests);
  }

  private void requested(Event event, Instances instances) {
    Trace.Request request = event.request();
    List<Idle> over = new ArrayList<>();
    instances.idle.stream()
        .filter(idle -> idle.since() + keepAlive < event.at())
        .forEach(over::add);
    over.forEach(idle -> bill(request.function(), idle.slotSince(), idle.since() + keepAlive));
    instances.idle.removeAll(over);
    Idle warm = instances.idle.pollLast();
    long launch = CREATE + request.function().init().toNanos() / 1_000;
    if (warm != null) {
      serve(request, event.at(), warm.slotSince());
    } else if (!waits) {
      serve(request, event.at() + launch, event.at());
    } else {
      instances.queue.addLast(request);
      if (instances.starting < instances.queue.size()) {
        instances.starting++;
        at(event.at() + launch, Kind.READY, request, event.at());
      }
    }
  }

  private void free(Event event, Instances instances) {
    Trace.Request next = instances.queue.pollFirst();
    if (next == null) {
      instances.idle.addLast(new Idle(event.at(), event.slotSince()));
    } else {
      serve(next, event.at(), event.slotSince());
    }
  }

  private void serve(Trace.Request request, long from, long slotSince) {
    executionGb += request.gbSeconds();
    execution += seconds(request.executionMicros());
    latency += seconds(from - request.startMicros());
    at(from + request.executionMicros(), Kind.RELEASE, request, slotSince);
  }

  private void bill(Trace.Function function, long from, long until) {
    slotsGb += function.spec().memoryMb() / MB_PER_GB * seconds(until - from);
  }

  private void at(long micros, Kind kind, Trace.Request request, long slotSince) {
    events.add(new Event(micros, kind, ids++, request, slotSince));
  }

  private static double seconds(long micros) {
    return micros / 1e6;
  }
}
