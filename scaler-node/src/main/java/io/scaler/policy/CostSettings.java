package io.scaler.policy;

/**
 * The settings under {@code policy.cost-optimal}.
 *
 * @param waitingPrice what a second of a request's waiting costs, in GB*s of memory; 0: what the
 *     contest's score makes of it, from what waiting and memory have come to so far
 * @param priorWeight as many observations the prior is worth that a function shares with all others
 * @param neverWeight as many observations of a level count as having been its last
 */
public record CostSettings(double waitingPrice, double priorWeight, double neverWeight) {
  private static final String KEY = "policy.cost-optimal.";

  public static final CostSettings DEFAULT = new CostSettings(0, 2, 0.5);

  /**
   * @throws IllegalArgumentException naming the key and the rule
   */
  public CostSettings {
    Range.between(KEY + "waiting-price", waitingPrice, 0, 1e9);
    Range.between(KEY + "prior-weight", priorWeight, 0, 1e6);
    Range.between(KEY + "never-weight", neverWeight, 0, 1e6);
  }

  /** The same with another price. */
  public CostSettings withWaitingPrice(double price) {
    return new CostSettings(price, priorWeight, neverWeight);
  }
}
