package io.scaler.simulation;

import io.scaler.policy.Hindsight;
import io.scaler.simulation.SimulationResult.Cost;
import io.scaler.simulation.SimulationResult.FunctionCount;
import io.scaler.trace.Trace;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * What a policy would come to that knows what is asked for in advance: the bound.
 *
 * <p>Every request finds an instance, and an instance that idles is kept or destroyed and launched
 * again in time, whichever takes less memory. Instances are used last in, first out.
 */
public final class Clairvoyant {
  public static final String NAME = "clairvoyant";

  private static final double MB_PER_GB = 1_024;

  private Clairvoyant() {}

  /** One function's instances: those that run, by their end, and since when the others idle. */
  private static final class Instances {
    final PriorityQueue<Long> ends = new PriorityQueue<>();
    final Deque<Long> idleSince = new ArrayDeque<>();
    long requests;
  }

  /**
   * @param createLatency of a slot
   */
  public static SimulationResult of(Trace trace, Duration createLatency) {
    Map<Trace.Function, Instances> functions = new LinkedHashMap<>();
    double executionGb = 0;
    double execution = 0;
    double slotsGb = 0;
    for (Trace.Request request : trace.requests()) {
      Trace.Function function = request.function();
      Instances instances = functions.computeIfAbsent(function, first -> new Instances());
      long start = request.startMicros();
      for (Long end = instances.ends.peek(); end != null && end <= start; ) {
        instances.idleSince.addLast(instances.ends.remove());
        end = instances.ends.peek();
      }
      double launch = seconds(micros(createLatency) + micros(function.init()));
      Long since = instances.idleSince.pollLast();
      double gap = since == null ? Double.POSITIVE_INFINITY : seconds(start - since);
      double idle = Hindsight.clairvoyant(gap, launch);
      slotsGb += function.spec().memoryMb() / MB_PER_GB * idle;
      instances.ends.add(start + request.executionMicros());
      instances.requests++;
      executionGb += request.gbSeconds();
      execution += seconds(request.executionMicros());
    }
    List<FunctionCount> counts =
        functions.entrySet().stream()
            .map(each -> new FunctionCount(each.getKey().key(), each.getValue().requests, 0))
            .toList();
    int requests = trace.requests().size();
    return new SimulationResult(
        NAME,
        requests,
        requests,
        0,
        0,
        0,
        0,
        new Cost(executionGb, executionGb + slotsGb, execution, 0),
        counts,
        List.of(),
        null);
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  private static double seconds(long micros) {
    return micros / 1e6;
  }
}
