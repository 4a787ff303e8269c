package io.scaler.it.history;

import java.util.List;
import java.util.Set;

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

  @Override
  public String toString() {
    return rule + "\n  " + String.join("\n  ", story);
  }
}
