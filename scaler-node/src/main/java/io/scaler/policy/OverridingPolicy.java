package io.scaler.policy;

import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One policy for most functions, and something else for those that are named. */
public final class OverridingPolicy implements Policy {
  private static final String ANY = "*";

  private final Policy byDefault;
  private final List<Rule> rules;

  /**
   * What holds for the functions that it names.
   *
   * @param functions a key, or the beginning of keys before a {@code *}
   * @param minInstances at least so many, or what the policy says if that is more; 0 or more
   * @param maxInstances at most so many, or what the policy says if that is less; {@code
   *     minInstances} or more, at least 1
   */
  public record Rule(String functions, Policy policy, int minInstances, int maxInstances) {

    boolean isFor(String functionKey) {
      return functions.endsWith(ANY)
          ? functionKey.startsWith(functions.substring(0, functions.length() - ANY.length()))
          : functionKey.equals(functions);
    }

    private Plan bounded(Plan plan) {
      int least = Math.max(minInstances, Math.min(plan.minInstances(), maxInstances));
      int most = Math.max(least, Math.min(plan.maxInstances(), maxInstances));
      return plan.inWords(plan.policy() + inWords()).within(least, most);
    }

    private String inWords() {
      return (minInstances == 0 ? "" : "; at least " + minInstances + " for " + functions)
          + (maxInstances == Integer.MAX_VALUE
              ? ""
              : "; at most " + maxInstances + " for " + functions);
    }
  }

  /**
   * @param rules the first that is for a function holds for it
   */
  public OverridingPolicy(Policy byDefault, List<Rule> rules) {
    this.byDefault = byDefault;
    this.rules = List.copyOf(rules);
  }

  @Override
  public String name() {
    return byDefault.name();
  }

  @Override
  public Plan plan(FunctionSpec function, @Nullable Demand demand, Fleet fleet, Instant now) {
    for (Rule rule : rules) {
      if (rule.isFor(function.key())) {
        return rule.bounded(rule.policy().plan(function, demand, fleet, now));
      }
    }
    return byDefault.plan(function, demand, fleet, now);
  }
}
