package io.scaler.policy;

import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.model.Ruling;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One policy for most functions, and something else for those that are named: by operators, and in
 * what these leave open by the configuration.
 */
public final class OverridingPolicy implements Policy {
  private final Policy byDefault;
  private final List<Rule> rulings;
  private final List<Rule> rules;

  /**
   * What holds for the functions that it names.
   *
   * @param functions a key, or the beginning of keys before a {@code *}
   * @param policy null: left open
   * @param minInstances at least so many, or what the policy says if that is more; null: left open
   * @param maxInstances at most so many, or what the policy says if that is less; at least 1 and
   *     the minimum; null: left open
   */
  public record Rule(
      String functions,
      @Nullable Policy policy,
      @Nullable Integer minInstances,
      @Nullable Integer maxInstances) {}

  /**
   * A policy without rulings.
   *
   * @param rules of the configuration: the first that is for a function holds for it
   */
  public OverridingPolicy(Policy byDefault, List<Rule> rules) {
    this(byDefault, List.of(), rules);
  }

  /**
   * @param rulings of operators: the first that is for a function holds for it
   * @param rules of the configuration: likewise, where the ruling says nothing
   */
  public OverridingPolicy(Policy byDefault, List<Rule> rulings, List<Rule> rules) {
    this.byDefault = byDefault;
    this.rulings = List.copyOf(rulings);
    this.rules = List.copyOf(rules);
  }

  @Override
  public String name() {
    return byDefault.name();
  }

  @Override
  public Plan plan(FunctionSpec function, @Nullable Demand demand, Fleet fleet, Instant now) {
    List<Rule> holding = new ArrayList<>(2);
    Rule ruling = ruling(function.key());
    if (ruling != null) {
      holding.add(ruling);
    }
    Rule rule = rule(function.key());
    if (rule != null) {
      holding.add(rule);
    }
    if (holding.isEmpty()) {
      return byDefault.plan(function, demand, fleet, now);
    }
    Policy policy = byDefault;
    Rule chooses = first(holding, each -> each.policy() != null);
    if (chooses != null && chooses.policy() != null) {
      policy = chooses.policy();
    }
    return bounded(policy.plan(function, demand, fleet, now), holding);
  }

  /** A minimum outdoes another rule's maximum. */
  private static Plan bounded(Plan plan, List<Rule> holding) {
    String words = plan.policy();
    int floor = 0;
    Rule raises = first(holding, each -> each.minInstances() != null);
    if (raises != null && raises.minInstances() != null && raises.minInstances() > 0) {
      floor = raises.minInstances();
      words += "; at least " + floor + " for " + raises.functions();
    }
    int ceiling = Integer.MAX_VALUE;
    Rule limits = first(holding, each -> each.maxInstances() != null);
    if (limits != null && limits.maxInstances() != null) {
      ceiling = limits.maxInstances();
      words += "; at most " + ceiling + " for " + limits.functions();
    }
    int least = Math.max(floor, Math.min(plan.minInstances(), ceiling));
    int most = Math.max(least, Math.min(plan.maxInstances(), ceiling));
    return plan.inWords(words).within(least, most);
  }

  /** An operator's rule for this function; null if there is none. */
  public @Nullable Rule ruling(String functionKey) {
    return first(rulings, rule -> Ruling.names(rule.functions(), functionKey));
  }

  /** The configuration's rule for this function; null if there is none. */
  public @Nullable Rule rule(String functionKey) {
    return first(rules, rule -> Ruling.names(rule.functions(), functionKey));
  }

  private static @Nullable Rule first(List<Rule> rules, Predicate<Rule> that) {
    for (Rule rule : rules) {
      if (that.test(rule)) {
        return rule;
      }
    }
    return null;
  }
}
