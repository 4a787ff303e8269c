package io.scaler.trace;

import io.scaler.model.FunctionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the functions of a made-up trace and draws their calls. */
final class Traffic {
  private static final long LONGEST_TIMEOUT_SECONDS = 600;

  /** No execution is shorter. */
  static final double SHORTEST = 0.001;

  private final Draw draw;
  private final double length;
  private final List<Trace.Function> functions = new ArrayList<>();
  private final List<Trace.Request> requests = new ArrayList<>();

  /**
   * @param length of the trace, in seconds
   */
  Traffic(Draw draw, double length) {
    this.draw = draw;
    this.length = length;
  }

  /** In seconds. */
  double length() {
    return length;
  }

  int size() {
    return requests.size();
  }

  /** A generator for one function's properties and calls. */
  Draw draw() {
    return draw.split();
  }

  /**
   * How long executions take: log-normal, and within bounds.
   *
   * @param median in seconds
   * @param spread of the logarithm
   * @param longest in seconds
   */
  record Execution(double median, double spread, double longest) {
    double seconds(Draw draw) {
      return Math.max(SHORTEST, Math.min(longest, draw.logNormal(median, spread)));
    }
  }

  /**
   * A function that is called at those instants.
   *
   * @param init in seconds
   */
  Trace.Function function(String key, double memoryMb, double init) {
    var spec =
        new FunctionSpec(
            key, "generated", Math.round(memoryMb), Duration.ofSeconds(LONGEST_TIMEOUT_SECONDS));
    var function = new Trace.Function(spec, Duration.ofMillis(Math.round(init * 1e3)));
    functions.add(function);
    return function;
  }

  /** Draws a function's calls and how long each takes. */
  void calls(Trace.Function function, Arrivals arrivals, Execution execution, Draw draw) {
    Draw executions = draw.split();
    arrivals.draw(
        draw,
        length,
        at -> {
          long start = Math.round(at * 1e6);
          long micros = Math.round(execution.seconds(executions) * 1e6);
          if (start >= 0 && start < Math.round(length * 1e6)) {
            requests.add(new Trace.Request(function, start, micros, false));
          }
        });
  }

  /** The trace so far, up to a limit. */
  Trace trace(String name, long limitMicros) {
    List<Trace.Request> sorted = new ArrayList<>(requests);
    sorted.removeIf(request -> request.startMicros() >= limitMicros);
    sorted.sort(Comparator.comparingLong(Trace.Request::startMicros));
    return new Trace(name, functions, sorted);
  }
}
