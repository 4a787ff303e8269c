package io.scaler.it.history;

import static java.util.stream.Collectors.toList;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
 * @param calls without their repetitions, and without those that their callers gave up; a holder
 *     that asks again for what it has makes another call
 * @param failedFirst of these, those whose first attempt failed, by the answer
 * @param failed of these, how many no repetition brought to a good end; who gives back what it held
 *     asks for it no more
 * @param failedFinally these, by the method and the last answer, but for those that their callers
 *     gave up in the end
 * @param longestGap without a request that was given an instance, from the first that asked for one
 *     to the last
 * @param hottest the same of the worst off of the functions that are asked for most
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

  /** The longest time for which nobody who asked for a function was given an instance. */
  public record Gap(String function, Duration length) {}

  public static ScenarioLine of(
      String scenario, History history, List<Violation> violations, @Nullable Duration newLeader) {
    Map<String, String> first = new LinkedHashMap<>();
    Map<String, String> last = new LinkedHashMap<>();
    Set<String> good = new HashSet<>();
    Set<String> released = new HashSet<>();
    for (Call call : history.calls()) {
      String request = call.method() + " " + call.requestId();
      boolean isHeld = !call.isRelease() && good.contains(request);
      String key = isHeld ? again(call) : request;
      boolean isGood = call.code().equals(Call.OK) || (isHeld && call.isFinished());
      if (!call.isGivenUp()) {
        first.putIfAbsent(key, isGood ? Call.OK : call.answer());
        last.put(key, call.method() + " " + call.answer());
      } else {
        last.remove(key);
      }
      if (isGood) {
        good.add(key);
      }
      if (call.isRelease()) {
        released.add(again(call));
      }
    }
    last.keySet().removeAll(good);
    last.keySet().removeAll(released);
    List<Call> asks = asks(history.calls());
    return new ScenarioLine(
        scenario,
        first.size(),
        counted(first.values().stream().filter(answer -> !answer.equals(Call.OK))),
        last.size(),
        counted(last.values().stream()),
        longestGap(asks),
        hottestGap(asks),
        newLeader,
        count(violations, HistoryChecker.HELD_TWICE),
        count(violations, HistoryChecker.LEAKED));
  }

  private static String again(Call call) {
    return "again " + call.requestId();
  }

  private static Map<String, Long> counted(Stream<String> answers) {
    return answers.collect(
        Collectors.groupingBy(answer -> answer, TreeMap::new, Collectors.counting()));
  }

  /** Of each request its Assigns up to the one that was given an instance. */
  private static List<Call> asks(List<Call> calls) {
    Set<String> granted = new HashSet<>();
    return calls.stream()
        .filter(call -> !call.isRelease() && !call.isGivenUp())
        .sorted(Comparator.comparing(Call::end))
        .filter(
            call ->
                call.isAssigned()
                    ? granted.add(call.requestId())
                    : !granted.contains(call.requestId()))
        .toList();
  }

  private static Duration longestGap(List<Call> asks) {
    List<Instant> moments = new ArrayList<>();
    asks.stream().map(Call::start).min(Instant::compareTo).ifPresent(moments::add);
    asks.stream().filter(Call::isAssigned).map(Call::end).sorted().forEach(moments::add);
    asks.stream()
        .map(Call::start)
        .max(Instant::compareTo)
        .filter(last -> last.isAfter(moments.get(moments.size() - 1)))
        .ifPresent(moments::add);
    Duration longest = Duration.ZERO;
    for (int i = 1; i < moments.size(); i++) {
      Duration gap = Duration.between(moments.get(i - 1), moments.get(i));
      longest = gap.compareTo(longest) > 0 ? gap : longest;
    }
    return longest;
  }

  private static Gap hottestGap(List<Call> asks) {
    Map<String, List<Call>> byFunction =
        asks.stream().collect(Collectors.groupingBy(Call::function, TreeMap::new, toList()));
    return byFunction.entrySet().stream()
        .sorted(Comparator.comparingLong(entry -> -requests(entry.getValue())))
        .limit(HOTTEST)
        .map(entry -> new Gap(entry.getKey(), longestGap(entry.getValue())))
        .max(Comparator.comparing(Gap::length))
        .orElse(new Gap("", Duration.ZERO));
  }

  private static long requests(List<Call> asks) {
    return asks.stream().map(Call::requestId).distinct().count();
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
