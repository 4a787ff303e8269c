package io.scaler.trace;

import io.scaler.model.Check;
import io.scaler.model.FunctionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The form of the Azure Functions Invocation Trace 2021 (Zhang et al., "Faster and Cheaper
 * Serverless Computing on Harvested Resources", SOSP 2021): one table with a row for each
 * invocation, its application, its function, when it ended and how long it took, both in seconds
 * with a fraction.
 *
 * <p>An invocation starts at its end less its duration; the trace begins with the earliest start.
 * The trace says nothing of memory and of the time to start: both are the options'. A function's
 * timeout is five minutes, or its longest execution if that is more.
 */
final class Azure2021Trace {
  static final String HEADER = "app,func,end_timestamp,duration";

  private static final List<String> COLUMNS = List.of(HEADER.split(",", -1));
  private static final long TIMEOUT_MICROS = 300_000_000;
  private static final double LAST_END_SECONDS = 1e11;
  private static final double LONGEST_SECONDS = FunctionSpec.LONGEST_TIMEOUT.toSeconds();
  private static final String RUNTIME = "azure";

  private Azure2021Trace() {}

  /** Whether a file begins with this form's header. */
  static boolean is(Folder folder, String file) {
    try (Lines lines = folder.open(file)) {
      String first = lines.next();
      return first != null && List.of(first.split(",", -1)).containsAll(COLUMNS);
    }
  }

  static Trace read(Folder folder, String file, TraceOptions options) {
    Calls calls = calls(folder, file);
    Trace.Function[] functions = new Trace.Function[calls.keys.size()];
    for (int i = 0; i < functions.length; i++) {
      functions[i] = function(calls.keys.get(i), calls.longestMicros.get(i), options);
    }
    List<Trace.Request> requests = new ArrayList<>(calls.all.size());
    for (Call call : calls.all) {
      long start = call.startMicros - calls.all.get(0).startMicros;
      if (start >= options.limitMicros()) {
        break;
      }
      requests.add(new Trace.Request(functions[call.function], start, call.executionMicros, false));
    }
    return new Trace(folder.name() + "/" + file, List.of(functions), requests);
  }

  private static Trace.Function function(String key, long longestMicros, TraceOptions options) {
    long timeoutMicros = Math.max(TIMEOUT_MICROS, longestMicros);
    var timeout = Duration.ofMillis((timeoutMicros + 999) / 1_000);
    return new Trace.Function(
        new FunctionSpec(key, RUNTIME, options.memoryMb(), timeout), options.init());
  }

  /**
   * @param function its place among the keys
   * @param startMicros by the file's clock, below zero if it started before that did
   */
  private record Call(int function, long startMicros, long executionMicros) {}

  /** What the file says: calls by their start, and for each function the longest of them. */
  private record Calls(List<String> keys, List<Long> longestMicros, List<Call> all) {}

  private static Calls calls(Folder folder, String file) {
    Map<String, Integer> places = new LinkedHashMap<>();
    List<Long> longest = new ArrayList<>();
    List<Call> all = new ArrayList<>();
    try (Csv csv = new Csv(folder.open(file))) {
      int app = csv.column("app");
      int function = csv.column("func");
      int end = csv.column("end_timestamp");
      int duration = csv.column("duration");
      while (csv.next()) {
        String key = csv.text(app) + "/" + csv.text(function);
        if (key.length() > Check.LONGEST_ID) {
          throw csv.fault(
              function,
              "must have at most " + Check.LONGEST_ID + " characters with app and a slash");
        }
        long executionMicros = Math.round(csv.number(duration, LONGEST_SECONDS) * 1e6);
        long endMicros = Math.round(csv.number(end, LAST_END_SECONDS) * 1e6);
        Integer place = places.putIfAbsent(key, places.size());
        if (place == null) {
          place = longest.size();
          longest.add(executionMicros);
        } else if (executionMicros > longest.get(place)) {
          longest.set(place, executionMicros);
        }
        all.add(new Call(place, endMicros - executionMicros, executionMicros));
      }
    }
    all.sort(Comparator.comparingLong(Call::startMicros));
    return new Calls(List.copyOf(places.keySet()), longest, all);
  }
}
