package io.scaler.it.history;

import java.util.List;

/**
 * A part of a history that cannot be.
 *
 * @param rule that it breaks, in words
 * @param story the calls and the steps of slots that show it, in the order of their times
 */
public record Violation(String rule, List<String> story) {

  public Violation {
    story = List.copyOf(story);
  }

  @Override
  public String toString() {
    return rule + "\n  " + String.join("\n  ", story);
  }
}
