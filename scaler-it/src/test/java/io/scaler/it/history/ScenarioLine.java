package io.scaler.it.history;

import static java.util.stream.Collectors.toList;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario came to.
 *
 * @param calls without their repetitions, and without those that their callers gave up
 * @param failedFirst of these, those whose first attempt failed, by the answer
 * @param failed of these, how many no repetition brought to a good end
 * @param failedFinally these, by the method and the last answer
 * @param longestGap between two requests that were given an instance
 * @param hottest the worst off of the functions that are asked for most
 * @param newLeader from the disturbance until another node led; null if none took over
 * @param heldTwice violations of that rule
 * @param leaked likewise
 */
public record ScenarioLine(
    String scenario,
    long calls,
    Map<String, Long> failedFirst,
    long failed,
    Map<String, Long> failedFinally,
    Duration longestGap,
    Gap hottest,
    @Nullable Duration newLeader,
    long heldTwice,
    long leaked) {

  /** Asked for often enough that a gap is not by chance. */
  private static final int HOTTEST = 3;

  /** The longest time between two requests of a function that were given an instance. */
  public record Gap(String function, Duration length) {}

  public static ScenarioLine of(
      String scenario, History history, List<Violation> violations, @Nullable Duration newLeader) {
    Map<String, String> first = new LinkedHashMap<>();
    Map<String, String> last = new LinkedHashMap<>();
    Set<String> good = new HashSet<>();
    Set<String> givenUp = new HashSet<>();
    for (Call call : history.calls()) {
      String key = call.method() + " " + call.requestId();
      if (call.isGivenUp()) {
        givenUp.add(key);
      }
      first.putIfAbsent(key, call.answer());
      last.put(key, call.method() + " " + call.answer());
      if (call.code().equals(Call.OK)) {
        good.add(key);
      }
    }
    givenUp.removeAll(good);
    first.keySet().removeAll(givenUp);
    last.keySet().removeAll(givenUp);
    last.keySet().removeAll(good);
    return new ScenarioLine(
        scenario,
        first.size(),
        counted(first.values().stream().filter(answer -> !answer.equals(Call.OK))),
        last.size(),
        counted(last.values().stream()),
        longestGap(firstGrants(history.calls())),
        hottestGap(firstGrants(history.calls())),
        newLeader,
        count(violations, HistoryChecker.HELD_TWICE),
        count(violations, HistoryChecker.LEAKED));
  }

  private static Map<String, Long> counted(Stream<String> answers) {
    return answers.collect(
        Collectors.groupingBy(answer -> answer, TreeMap::new, Collectors.counting()));
  }

  /** Of each request the first Assign that was given an instance, in the order of their answers. */
  private static List<Call> firstGrants(List<Call> calls) {
    Set<String> granted = new HashSet<>();
    return calls.stream()
        .filter(Call::isAssigned)
        .sorted(Comparator.comparing(Call::end))
        .filter(call -> granted.add(call.requestId()))
        .toList();
  }

  private static Duration longestGap(List<Call> grants) {
    Duration longest = Duration.ZERO;
    for (int i = 1; i < grants.size(); i++) {
      Duration gap = Duration.between(grants.get(i - 1).end(), grants.get(i).end());
      longest = gap.compareTo(longest) > 0 ? gap : longest;
    }
    return longest;
  }

  private static Gap hottestGap(List<Call> grants) {
    Map<String, List<Call>> byFunction =
        grants.stream().collect(Collectors.groupingBy(Call::function, TreeMap::new, toList()));
    return byFunction.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> -entry.getValue().size()))
        .limit(HOTTEST)
        .map(entry -> new Gap(entry.getKey(), longestGap(entry.getValue())))
        .max(Comparator.comparing(Gap::length))
        .orElse(new Gap("", Duration.ZERO));
  }

  /** In percent of the calls, the first attempt alone. */
  public double succeededAtOnce() {
    long failures = failedFirst.values().stream().mapToLong(Long::longValue).sum();
    return calls == 0 ? 100 : 100.0 * (calls - failures) / calls;
  }

  private static long count(List<Violation> violations, String rule) {
    return violations.stream().filter(each -> each.rule().equals(rule)).count();
  }

  private String failures() {
    return (failedFirst.isEmpty() ? "" : failedFirst.toString())
        + (failedFinally.isEmpty() ? "" : "; " + failedFinally);
  }

  /** The lines as a table. */
  public static String table(List<ScenarioLine> lines) {
    StringBuilder table = new StringBuilder();
    String form = "%-44s %8s %10s %8s %9s %15s %11s %6s %6s  %s%n";
    table.append(
        String.format(
            form,
            "scenario",
            "calls",
            "at once %",
            "failed",
            "gap ms",
            "hot gap ms",
            "leader ms",
            "twice",
            "leaked",
            "first attempts that failed; those that failed in the end"));
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
              line.hottest.length().toMillis() + " " + line.hottest.function(),
              line.newLeader == null ? "" : line.newLeader.toMillis(),
              line.heldTwice,
              line.leaked,
              line.failures()));
    }
    return table.toString();
  }
}
