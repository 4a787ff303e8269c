package io.scaler.policy;

import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Usage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of all functions together: what to expect of one that little is known of, and what
 * waiting and memory have come to so far.
 *
 * <p>A function is expected to be like those of its kind: of the same runtime, and of the same
 * memory to a factor of two. Where these are few, all others count, too.
 *
 * @param functions how many are known
 * @param usage of all of them
 * @param all what all of them have in common
 * @param kinds what those of a kind have, leaning on all
 */
public record Fleet(int functions, Usage usage, Habits all, Map<Kind, Habits> kinds) {

  /** All functions together count for as many of a function's kind. */
  private static final double OTHERS = 3;

  /** Nothing is known yet. */
  public static final Fleet UNKNOWN = new Fleet(0, Usage.NONE, Habits.NONE, Map.of());

  public Fleet {
    kinds = Map.copyOf(kinds);
  }

  /**
   * Functions that are alike.
   *
   * @param memoryDoublings of one MiB, rounded down
   */
  public record Kind(String runtime, int memoryDoublings) {
    static Kind of(FunctionSpec function) {
      return new Kind(
          function.runtime(), Long.SIZE - 1 - Long.numberOfLeadingZeros(function.memoryMb()));
    }
  }

  /**
   * One function.
   *
   * @param spec null: it is not known yet what it needs
   */
  public record Known(@Nullable FunctionSpec spec, Demand demand) {}

  /** What these functions have in common. */
  public static Fleet of(Collection<Known> functions) {
    Usage usage = Usage.NONE;
    Map<Kind, List<Demand>> byKind = new HashMap<>();
    List<Demand> demands = new ArrayList<>(functions.size());
    for (Known function : functions) {
      Demand demand = function.demand();
      usage = usage.plus(demand.usage());
      demands.add(demand);
      if (function.spec() != null) {
        byKind.computeIfAbsent(Kind.of(function.spec()), kind -> new ArrayList<>()).add(demand);
      }
    }
    Habits all = Habits.of(demands);
    Map<Kind, Habits> kinds = new HashMap<>();
    byKind.forEach((kind, alike) -> kinds.put(kind, Habits.of(alike).leaningOn(all, OTHERS)));
    return new Fleet(demands.size(), usage, all, kinds);
  }

  /** What is to be expected of a function that nothing is known of but this. */
  public Habits like(FunctionSpec function) {
    return kinds.getOrDefault(Kind.of(function), all);
  }
}
