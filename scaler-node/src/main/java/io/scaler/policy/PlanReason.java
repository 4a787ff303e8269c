package io.scaler.policy;

import io.scaler.model.Plan;

/** The kinds of reasons that plans are made for, by the words that say so. */
public enum PlanReason {
  NONE("none", "always", ""),
  FIXED("fixed", "always", ""),
  GREEDY_DUAL("greedy-dual", "priority", ""),
  COST_OPTIMAL("cost-optimal", "cost", ""),
  CONTEST_UNKNOWN("contest", "unknown", "nothing known of its demand"),
  CONTEST_EXECUTIONS("contest", "executions", "executions take far longer"),
  CONTEST_NEW("contest", "new", "known for less than"),
  CONTEST_SPARSE("contest", "sparse", "sparse, high concurrency"),
  CONTEST_DENSE_SMALL("contest", "dense_small", "dense, small memory"),
  CONTEST_DENSE("contest", "dense", "dense, memory not small"),
  CONTEST_NEITHER("contest", "neither", "neither dense nor sparse"),
  HYBRID_UNKNOWN("hybrid", "unknown", "no idle times seen"),
  HYBRID_FORECAST("hybrid", "forecast", "out of bounds"),
  HYBRID_UNCLEAR("hybrid", "unclear", "idle times vary by"),
  HYBRID_HISTOGRAM("hybrid", "histogram", ", head "),
  /** What a policy says that is not among these. */
  OTHER("other", "other", "");

  private final String policy;
  private final String kind;
  private final String words;

  PlanReason(String policy, String kind, String words) {
    this.policy = policy;
    this.kind = kind;
    this.words = words;
  }

  /** The policy's name. */
  public String policy() {
    return policy;
  }

  /** The reason in a word, the same for all functions. */
  public String kind() {
    return kind;
  }

  /** The kind of reason that the plan gives. */
  public static PlanReason of(Plan plan) {
    String all = plan.policy();
    for (PlanReason each : values()) {
      if (all.startsWith(each.policy)
          && all.startsWith(": ", each.policy.length())
          && all.contains(each.words)) {
        return each;
      }
    }
    return OTHER;
  }
}
