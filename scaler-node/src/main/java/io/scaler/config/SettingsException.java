package io.scaler.config;

import java.util.List;

/** A configuration that a node cannot start with, with everything that is wrong with it. */
public final class SettingsException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  SettingsException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** Each names the key, the rule, the value and the layer that it comes from. */
  public List<String> problems() {
    return problems;
  }
}
