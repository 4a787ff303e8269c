package io.scaler.it.history;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A part of a history that cannot be.
 *
 * @param rule that it breaks, in words
 * @param story the calls and the steps of slots that show it, in the order of their times
 * @param concerned ids of the requests and instances
 */
public record Violation(String rule, List<String> story, Set<String> concerned) {

  public Violation {
    story = List.copyOf(story);
    concerned = Set.copyOf(concerned);
  }

  /** Of each rule the one with the shortest story. */
  public static List<Violation> shortest(List<Violation> violations) {
    Map<String, Violation> byRule = new LinkedHashMap<>();
    violations.forEach(
        violation ->
            byRule.merge(
                violation.rule(),
                violation,
                (one, other) -> other.story().size() < one.story().size() ? other : one));
    return List.copyOf(byRule.values());
  }

  /** Of each rule the shortest story that shows it, and how many more there are. */
  public static String inBrief(List<Violation> violations) {
    Map<String, Long> times =
        violations.stream().collect(Collectors.groupingBy(Violation::rule, Collectors.counting()));
    return shortest(violations).stream()
        .map(
            violation -> {
              long more = times.getOrDefault(violation.rule(), 1L) - 1;
              return violation + (more == 0 ? "" : "\n  and %d more like it".formatted(more));
            })
        .collect(Collectors.joining("\n"));
  }

  @Override
  public String toString() {
    return rule + "\n  " + String.join("\n  ", story);
  }
}
