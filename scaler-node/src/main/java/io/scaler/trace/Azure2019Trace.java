package io.scaler.trace;

import io.scaler.model.FunctionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The form of the Azure Functions Trace 2019 (Shahrad et al., "Serverless in the Wild", USENIX ATC
 * 2020): invocations a minute ({@code inv.csv}), percentiles of execution time in ms ({@code
 * run.csv}) and of an app's allocated memory in MB ({@code mem.csv}).
 *
 * <p>What it does not say is filled in. A minute's invocations start at any instant of the minute
 * alike, and an execution's duration is drawn from its function's percentiles, taken as straight
 * between two of them; both by a generator whose seed comes from the options and the function's
 * key, so that a shorter limit or fewer functions change nothing in what is left. A function's
 * memory is the most that its app had; its timeout is five minutes, or its longest execution if
 * that is more; the time to start is the options'.
 */
final class Azure2019Trace {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final long MINUTE_MICROS = 60_000_000;
  private static final double LONGEST_MS = FunctionSpec.LONGEST_TIMEOUT.toMillis();
  private static final int MOST_A_MINUTE = 10_000_000;
  private static final int MOST_MB = 16 << 20;
  private static final String RUNTIME = "azure";
  private static final int[] PERCENTILES = {0, 1, 25, 50, 75, 99, 100};

  private Azure2019Trace() {}

  static Trace read(Folder folder, TraceOptions options) {
    Map<String, double[]> executions = executions(folder);
    Map<String, Long> memory = memory(folder);
    List<Trace.Function> functions = new ArrayList<>();
    List<Trace.Request> requests = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    try (Csv csv = new Csv(folder.open("inv.csv"))) {
      int keyColumn = csv.column("HashFunction");
      int appColumn = csv.column("HashApp");
      int firstMinute = csv.column("minute_1");
      int minutes = minutes(csv, firstMinute);
      while (csv.next()) {
        String key = csv.text(keyColumn);
        if (!seen.add(key)) {
          throw csv.fault(keyColumn, "must be unique, " + key + " was there before");
        }
        double[] quantiles = executions.get(key);
        if (quantiles == null) {
          throw csv.fault(keyColumn, "must be in run.csv, " + key + " is not");
        }
        Long memoryMb = memory.get(csv.text(appColumn));
        if (memoryMb == null) {
          throw csv.fault(appColumn, "must be in mem.csv, " + csv.text(appColumn) + " is not");
        }
        var function = function(key, memoryMb, quantiles, options);
        functions.add(function);
        var random = new SplittableRandom(options.seed() * 0x9E3779B97F4A7C15L + key.hashCode());
        for (int minute = 0; minute < minutes; minute++) {
          int count = csv.count(firstMinute + minute, MOST_A_MINUTE);
          spread(function, minute, count, quantiles, random, options.limitMicros(), requests);
        }
      }
    }
    requests.sort(Comparator.comparingLong(Trace.Request::startMicros));
    return new Trace(folder.name(), functions, requests);
  }

  private static int minutes(Csv csv, int firstMinute) {
    int minutes = csv.header().size() - firstMinute;
    for (int minute = 1; minute <= minutes; minute++) {
      if (csv.column("minute_" + minute) != firstMinute + minute - 1) {
        throw csv.fault(firstMinute + minute - 1, "minutes must be the last columns, in order");
      }
    }
    return minutes;
  }

  private static Trace.Function function(
      String key, long memoryMb, double[] quantiles, TraceOptions options) {
    Duration longest = Duration.ofMillis((long) Math.ceil(quantiles[quantiles.length - 1]));
    Duration timeout = longest.compareTo(TIMEOUT) > 0 ? longest : TIMEOUT;
    return new Trace.Function(new FunctionSpec(key, RUNTIME, memoryMb, timeout), options.init());
  }

  private static void spread(
      Trace.Function function,
      int minute,
      int count,
      double[] quantiles,
      SplittableRandom random,
      long limitMicros,
      List<Trace.Request> requests) {
    if (minute * MINUTE_MICROS >= limitMicros) {
      return;
    }
    for (int i = 0; i < count; i++) {
      long start = minute * MINUTE_MICROS + random.nextLong(MINUTE_MICROS);
      long execution = Math.round(quantile(quantiles, random.nextDouble(100)) * 1_000);
      if (start < limitMicros) {
        requests.add(new Trace.Request(function, start, execution, false));
      }
    }
  }

  /** The value at a percentile, from 0 to below 100. */
  static double quantile(double[] quantiles, double percentile) {
    int above = 1;
    while (PERCENTILES[above] <= percentile) {
      above++;
    }
    double from = PERCENTILES[above - 1];
    double share = (percentile - from) / (PERCENTILES[above] - from);
    return quantiles[above - 1] + share * (quantiles[above] - quantiles[above - 1]);
  }

  private static Map<String, double[]> executions(Folder folder) {
    Map<String, double[]> executions = new HashMap<>();
    try (Csv csv = new Csv(folder.open("run.csv"))) {
      int keyColumn = csv.column("HashFunction");
      int[] columns = new int[PERCENTILES.length];
      for (int i = 0; i < columns.length; i++) {
        columns[i] = csv.column("percentile_Average_" + PERCENTILES[i]);
      }
      while (csv.next()) {
        double[] quantiles = new double[columns.length];
        for (int i = 0; i < columns.length; i++) {
          quantiles[i] = csv.number(columns[i], LONGEST_MS);
          if (i > 0 && quantiles[i] < quantiles[i - 1]) {
            throw csv.fault(columns[i], "must not be below the percentile before it");
          }
        }
        String key = csv.text(keyColumn);
        if (executions.putIfAbsent(key, quantiles) != null) {
          throw csv.fault(keyColumn, "must be unique, " + key + " was there before");
        }
      }
    }
    return executions;
  }

  private static Map<String, Long> memory(Folder folder) {
    Map<String, Long> memory = new HashMap<>();
    try (Csv csv = new Csv(folder.open("mem.csv"))) {
      int appColumn = csv.column("HashApp");
      int most = csv.column("AverageAllocatedMb_pct100");
      while (csv.next()) {
        String app = csv.text(appColumn);
        long megabytes = Math.max(1, (long) Math.ceil(csv.number(most, MOST_MB)));
        if (memory.putIfAbsent(app, megabytes) != null) {
          throw csv.fault(appColumn, "must be unique, " + app + " was there before");
        }
      }
    }
    return memory;
  }
}
