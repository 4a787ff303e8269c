package io.scaler.trace;

import io.scaler.model.FunctionSpec;
import java.time.Duration;
import java.util.List;

/**
 * What was called, when, and for how long.
 *
 * @param name where it was read from, for people
 * @param functions in the order of their first mention; some may have no requests
 * @param requests at least one, by start
 */
public record Trace(String name, List<Function> functions, List<Request> requests) {

  public Trace {
    functions = List.copyOf(functions);
    requests = List.copyOf(requests);
    if (requests.isEmpty()) {
      throw new TraceException(name + ": the trace is empty: it has no requests");
    }
    for (int i = 1; i < requests.size(); i++) {
      if (requests.get(i).startMicros() < requests.get(i - 1).startMicros()) {
        throw new IllegalStateException("requests out of order at " + i);
      }
    }
  }

  /**
   * A function.
   *
   * @param init how long its application takes to start, zero or more
   */
  public record Function(FunctionSpec spec, Duration init) {
    public Function {
      if (init.isNegative()) {
        throw new IllegalArgumentException("init must be zero or more, is " + init);
      }
    }

    public String key() {
      return spec.key();
    }
  }

  /**
   * One call of a function. Holds plain numbers because a day of a trace has millions of them.
   *
   * @param startMicros since the trace's beginning, zero or more
   * @param executionMicros zero or more
   * @param fails whether the execution fails
   */
  public record Request(Function function, long startMicros, long executionMicros, boolean fails) {
    public Request {
      if (startMicros < 0 || executionMicros < 0) {
        throw new IllegalArgumentException(
            "start and execution must be zero or more, are "
                + startMicros
                + ", "
                + executionMicros);
      }
    }

    public Duration start() {
      return micros(startMicros);
    }

    public Duration execution() {
      return micros(executionMicros);
    }

    /** Memory times execution, in GB (1024 MB) seconds. */
    public double gbSeconds() {
      return function.spec().memoryMb() / 1024.0 * executionMicros / 1e6;
    }
  }

  /** From the trace's beginning to the end of the execution that ends last. */
  public Duration length() {
    return micros(
        requests.stream().mapToLong(r -> r.startMicros() + r.executionMicros()).max().orElse(0));
  }

  private static Duration micros(long micros) {
    return Duration.ofSeconds(micros / 1_000_000, micros % 1_000_000 * 1_000);
  }
}
