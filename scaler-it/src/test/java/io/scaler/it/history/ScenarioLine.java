package io.scaler.it.history;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a scenario came to.
 *
 * @param calls without their repetitions, and without those that their callers cancelled
 * @param failedFirst of these, those whose first attempt failed, by the code of the answer
 * @param failed of these, how many no repetition brought to a good end
 * @param longestGap between two Assigns that were answered with an instance
 * @param newLeader from the disturbance until another node led; null if none took over
 * @param heldTwice violations of that rule
 * @param leaked likewise
 */
public record ScenarioLine(
    String scenario,
    long calls,
    Map<String, Long> failedFirst,
    long failed,
    Duration longestGap,
    Duration newLeader,
    long heldTwice,
    long leaked) {

  public static ScenarioLine of(
      String scenario, History history, List<Violation> violations, Duration newLeader) {
    Set<String> seen = new HashSet<>();
    Set<String> good = new HashSet<>();
    Set<String> all = new HashSet<>();
    Map<String, Long> failedFirst = new TreeMap<>();
    for (Call call : history.calls()) {
      String key = call.method() + call.requestId();
      boolean isFirst = seen.add(key);
      if (call.code().equals("CANCELLED")) {
        continue;
      }
      all.add(key);
      if (call.code().equals(Call.OK)) {
        good.add(key);
      } else if (isFirst) {
        failedFirst.merge(call.code(), 1L, Long::sum);
      }
    }
    return new ScenarioLine(
        scenario,
        all.size(),
        failedFirst,
        all.size() - good.size(),
        longestGap(history.calls()),
        newLeader,
        count(violations, HistoryChecker.HELD_TWICE),
        count(violations, HistoryChecker.LEAKED));
  }

  /** In percent of the calls, the first attempt alone. */
  public double succeededAtOnce() {
    long failures = failedFirst.values().stream().mapToLong(Long::longValue).sum();
    return 100.0 * (calls - failures) / calls;
  }

  private static long count(List<Violation> violations, String rule) {
    return violations.stream().filter(each -> each.rule().equals(rule)).count();
  }

  private static Duration longestGap(List<Call> calls) {
    List<Instant> ends =
        calls.stream()
            .filter(Call::isAssigned)
            .map(Call::end)
            .sorted()
            .collect(Collectors.toList());
    Duration longest = Duration.ZERO;
    for (int i = 1; i < ends.size(); i++) {
      Duration gap = Duration.between(ends.get(i - 1), ends.get(i));
      longest = gap.compareTo(longest) > 0 ? gap : longest;
    }
    return longest;
  }

  /** The lines as a table. */
  public static String table(List<ScenarioLine> lines) {
    StringBuilder table = new StringBuilder();
    String form = "%-44s %8s %10s %8s %9s %11s %6s %6s  %s%n";
    table.append(
        String.format(
            form,
            "scenario",
            "calls",
            "at once %",
            "failed",
            "gap ms",
            "leader ms",
            "twice",
            "leaked",
            "first attempts that failed"));
    for (ScenarioLine line : lines) {
      table.append(
          String.format(
              Locale.ROOT,
              form,
              line.scenario,
              String.format(Locale.ROOT, "%,d", line.calls),
              String.format(Locale.ROOT, "%.3f", line.succeededAtOnce()),
              line.failed,
              line.longestGap.toMillis(),
              line.newLeader == null ? "" : line.newLeader.toMillis(),
              line.heldTwice,
              line.leaked,
              line.failedFirst.isEmpty() ? "" : line.failedFirst));
    }
    return table.toString();
  }
}
