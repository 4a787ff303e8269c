package io.scaler.pool;

/** The kinds of reasons that pools give instances up for, by the words that say so. */
public enum RetireReason {
  KEEP_ALIVE("the plan keeps idle instances for "),
  NONE_KEPT("the plan keeps no idle instances"),
  MAX_IDLE("more than "),
  NOT_WANTED("it is not expected to be wanted again soon"),
  SPARE("launched ahead"),
  MEMORY("memory is short, and others wait for it"),
  OUTDATED("the function needs other instances by now"),
  LEASE("the lease of its holder ran out"),
  LAUNCH_TIMEOUT("its launch took longer than "),
  LAUNCH_FAILED("launch failed: "),
  GIVEN_UP("given up before Init: nobody waits for it any more"),
  PLATFORM_LOST("the platform no longer runs it"),
  EXECUTION_FAILED("its execution failed"),
  HOLDER("its holder asked for it"),
  /** An operator asked for it, or a pool of another version says it. */
  OTHER("");

  /** Or their beginning. */
  final String words;

  RetireReason(String words) {
    this.words = words;
  }

  /** The kind of reason of a {@link Event.Retired}. */
  public static RetireReason of(Event.Retired retired) {
    for (RetireReason each : values()) {
      if (retired.why().startsWith(each.words)) {
        return each;
      }
    }
    return OTHER;
  }
}
