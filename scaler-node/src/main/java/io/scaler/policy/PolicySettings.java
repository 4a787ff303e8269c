package io.scaler.policy;

/** The settings of every policy that has any, under {@code policy}. */
public record PolicySettings(
    FixedSettings fixed, ContestSettings contest, HybridSettings hybrid, CostSettings cost) {
  public static final PolicySettings DEFAULT =
      new PolicySettings(
          FixedSettings.DEFAULT,
          ContestSettings.DEFAULT,
          HybridSettings.DEFAULT,
          CostSettings.DEFAULT);
}
