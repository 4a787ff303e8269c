package io.scaler.pool;

/** The kinds of reasons that pools begin launches for, by the words that say so. */
public enum LaunchReason {
  WAITER("a request waits"),
  AHEAD("launched ahead on a cold start"),
  FORESEEN("foreseen"),
  MINIMUM("the plan keeps "),
  PREWARMED("pre-warmed"),
  AFTER_FAILURE("stands in for a launch that failed"),
  /** What a pool of another version says. */
  OTHER("");

  /** Or their beginning. */
  final String words;

  LaunchReason(String words) {
    this.words = words;
  }

  /** The kind of reason of a {@link Event.LaunchBegun}. */
  public static LaunchReason of(Event.LaunchBegun begun) {
    for (LaunchReason each : values()) {
      if (begun.why().startsWith(each.words)) {
        return each;
      }
    }
    return OTHER;
  }
}
