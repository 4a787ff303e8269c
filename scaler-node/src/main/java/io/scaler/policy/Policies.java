package io.scaler.policy;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Every policy by its name in the configuration. */
public final class Policies {
  private static final Map<String, Function<PolicySettings, Policy>> BY_NAME =
      new TreeMap<>(
          Map.of(
              NonePolicy.NAME, settings -> new NonePolicy(),
              FixedPolicy.NAME, settings -> new FixedPolicy(settings.fixed().keepAlive()),
              GreedyDualPolicy.NAME, settings -> new GreedyDualPolicy(),
              HybridPolicy.NAME, settings -> new HybridPolicy(settings.hybrid()),
              CostPolicy.NAME, settings -> new CostPolicy(settings.cost()),
              ContestPolicy.NAME, settings -> new ContestPolicy(settings.contest())));

  private Policies() {}

  /** The names that {@link #named} knows. */
  public static SortedSet<String> names() {
    return new TreeSet<>(BY_NAME.keySet());
  }

  /**
   * The policy of this name.
   *
   * @throws IllegalArgumentException if there is none, listing those that there are
   */
  public static Policy named(String name, PolicySettings settings) {
    Function<PolicySettings, Policy> policy = BY_NAME.get(name);
    if (policy == null) {
      throw new IllegalArgumentException(
          "policy.default: must be one of %s, is \"%s\""
              .formatted(String.join(", ", BY_NAME.keySet()), name));
    }
    return policy.apply(settings);
  }
}
