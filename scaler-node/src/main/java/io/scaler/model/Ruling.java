package io.scaler.model;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator laid down for some functions. It goes over the configuration, which holds in
 * what a ruling leaves open.
 *
 * @param functions a key, or the beginning of keys before a {@code *}
 * @param policy a policy's name; empty: left open
 * @param minInstances kept from a function's first request on; {@link #OPEN}: left open
 * @param maxInstances at least 1 and the minimum; {@link #OPEN}: left open
 * @param provisioned instances kept even before anyone asks, of one function only; {@link #OPEN}:
 *     left open
 * @param function what to launch for {@code provisioned}; may be null if that is not above 0 and
 *     there are no windows
 * @param windows when more than {@code provisioned} are kept; of one function only
 */
public record Ruling(
    String functions,
    String policy,
    int minInstances,
    int maxInstances,
    int provisioned,
    @Nullable FunctionSpec function,
    List<Window> windows) {
  /** The number that is left open. */
  public static final int OPEN = -1;

  public static final int MOST_INSTANCES = 1_000_000;
  public static final int MOST_WINDOWS = 100;

  /** One key before beginnings of keys, the longer before the shorter. */
  public static final Comparator<Ruling> MOST_SPECIAL_FIRST =
      Comparator.<Ruling, Boolean>comparing(ruling -> isBeginning(ruling.functions()))
          .thenComparing(ruling -> -ruling.functions().length())
          .thenComparing(Ruling::functions);

  private static final String ANY = "*";

  /**
   * @throws ScalerException {@link Reason#INVALID_FIELD} naming the field and the rule
   */
  public Ruling {
    functions(functions);
    Check.between("min_instances", minInstances, OPEN, MOST_INSTANCES);
    if (maxInstances != OPEN) {
      Check.between("max_instances", maxInstances, 1, MOST_INSTANCES);
      if (maxInstances < minInstances) {
        throw ScalerException.invalid(
            "max_instances",
            "must be at least min_instances, " + minInstances + ", is " + maxInstances);
      }
    }
    Check.between("provisioned", provisioned, OPEN, MOST_INSTANCES);
    windows = List.copyOf(windows);
    Check.between("windows", windows.size(), 0, MOST_WINDOWS);
    if (provisions(provisioned, windows) && isBeginning(functions)) {
      throw ScalerException.invalid(
          "provisioned",
          "must be for one function, is for " + functions + "; min_instances may be for many");
    }
    if ((provisioned > 0 || !windows.isEmpty())
        && (function == null || !function.key().equals(functions))) {
      throw ScalerException.invalid(
          "function", "must say what to launch for the provisioned instances of " + functions);
    }
    if (policy.isEmpty()
        && minInstances == OPEN
        && maxInstances == OPEN
        && !provisions(provisioned, windows)) {
      throw ScalerException.invalid(
          "override",
          "must have a policy, min_instances, max_instances, provisioned or windows, has none");
    }
  }

  /** A ruling without windows. */
  public Ruling(
      String functions,
      String policy,
      int minInstances,
      int maxInstances,
      int provisioned,
      @Nullable FunctionSpec function) {
    this(functions, policy, minInstances, maxInstances, provisioned, function, List.of());
  }

  /** Whether it says how many instances are provisioned. */
  public boolean provisions() {
    return provisions(provisioned, windows);
  }

  private static boolean provisions(int provisioned, List<Window> windows) {
    return provisioned != OPEN || !windows.isEmpty();
  }

  /**
   * Returns {@code functions} if it names functions.
   *
   * @throws ScalerException {@link Reason#INVALID_FIELD}
   */
  public static String functions(String functions) {
    Check.id("functions", functions);
    int any = functions.indexOf(ANY);
    if (any >= 0 && any < functions.length() - 1) {
      throw ScalerException.invalid(
          "functions", "must have a * at its end or none, is " + functions);
    }
    return functions;
  }

  /** Whether {@code functions} names this function. */
  public static boolean names(String functions, String functionKey) {
    return isBeginning(functions)
        ? functionKey.startsWith(functions.substring(0, functions.length() - ANY.length()))
        : functionKey.equals(functions);
  }

  /** Whether {@code functions} is the beginning of keys rather than a key. */
  public static boolean isBeginning(String functions) {
    return functions.endsWith(ANY);
  }
}
