package io.scaler.service;

import io.scaler.model.StartKind;
import io.scaler.service.Vitals.Hot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which functions are asked for most through this node, the latest requests counting most. For any
 * number of threads; one looks.
 */
public final class HotFunctions {
  private static final Duration HALF_LIFE = Duration.ofSeconds(15);

  /** Requests a second below which a function is forgotten. */
  private static final double COLD = 1e-3;

  private final int mostFunctions;
  private final ConcurrentMap<String, Heat> functions = new ConcurrentHashMap<>();

  /** Requests since the last look, and a second up to then. */
  private static final class Heat {
    private final StartCounts counts = new StartCounts();
    private StartCounts.Sum counted = StartCounts.Sum.NONE;
    private double warm;
    private double waited;
    private double cold;

    private double cool(double seconds) {
      double rest = Math.pow(0.5, seconds / (HALF_LIFE.toNanos() / 1e9));
      StartCounts.Sum now = counts.sum();
      warm = rest * warm + (1 - rest) * (now.warm() - counted.warm()) / seconds;
      waited = rest * waited + (1 - rest) * (now.waited() - counted.waited()) / seconds;
      cold = rest * cold + (1 - rest) * (now.cold() - counted.cold()) / seconds;
      counted = now;
      return warm + waited + cold;
    }

    private Hot told(String key) {
      return new Hot(key, warm, waited, cold);
    }
  }

  /**
   * @param mostFunctions that are told apart; while there are as many, more are overlooked
   */
  public HotFunctions(int mostFunctions) {
    this.mostFunctions = mostFunctions;
  }

  void started(String functionKey, StartKind kind) {
    Heat heat = functions.get(functionKey);
    if (heat == null) {
      if (functions.size() >= mostFunctions) {
        return;
      }
      heat = functions.computeIfAbsent(functionKey, key -> new Heat());
    }
    heat.counts.add(kind);
  }

  /**
   * The hottest, the most asked for first.
   *
   * @param passed since the last look
   */
  List<Hot> look(Duration passed, int most) {
    double seconds = Math.max(1e-3, passed.toNanos() / 1e9);
    List<Hot> all = new ArrayList<>();
    functions
        .entrySet()
        .removeIf(
            each -> {
              boolean isCold = each.getValue().cool(seconds) < COLD;
              if (!isCold) {
                all.add(each.getValue().told(each.getKey()));
              }
              return isCold;
            });
    return hottest(all, most);
  }

  /** The first so many of them, the most asked for first. */
  public static List<Hot> hottest(Collection<Hot> all, int most) {
    return all.stream()
        .sorted(Comparator.comparingDouble(Hot::perSecond).reversed().thenComparing(Hot::key))
        .limit(most)
        .toList();
  }
}
