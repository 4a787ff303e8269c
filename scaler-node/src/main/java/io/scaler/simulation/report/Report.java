package io.scaler.simulation.report;

import io.scaler.policy.LevelGaps;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows.
 *
 * @param trace what was simulated
 * @param remark a sentence on how, for people; may be empty
 * @param policies in the order of the table; their names differ
 * @param gaps of one function, or null if none was looked at
 */
public record Report(
    String trace, String remark, List<PolicyFigures> policies, @Nullable FunctionGaps gaps) {

  public Report {
    policies = List.copyOf(policies);
    long names = policies.stream().map(PolicyFigures::policy).distinct().count();
    if (policies.isEmpty() || names < policies.size()) {
      throw new IllegalArgumentException("policies must be one or more of different names");
    }
  }

  /**
   * What came of a policy. What is not known, such as a clairvoyant's waiting times, is null.
   *
   * @param resourceScore the score's half for memory, from 0 to 50
   * @param latencyScore the score's half for latency, from 0 to 50
   * @param coldPercent of the requests
   * @param waitedPercent of the requests
   * @param p50WaitSeconds of all requests
   * @param p99WaitSeconds of all requests
   * @param p75ColdPercent three quarters of the functions have at most this share of cold starts
   * @param busyGbSeconds memory times execution, GB of 1024 MB
   * @param wastedGbSeconds memory times the time in which an instance does not execute
   * @param wastedVsFixed10m the same relative to a fixed keep-alive of ten minutes
   * @param seconds what simulating it took
   * @param functionColdPercents of the requests of each function, in any order; empty: no curve
   * @param intervals by their start; empty: no curve. A thousand are more than a page can show
   */
  public record PolicyFigures(
      String policy,
      double resourceScore,
      double latencyScore,
      double coldPercent,
      @Nullable Double waitedPercent,
      @Nullable Double p50WaitSeconds,
      @Nullable Double p99WaitSeconds,
      double p75ColdPercent,
      double busyGbSeconds,
      double wastedGbSeconds,
      @Nullable Double wastedVsFixed10m,
      @Nullable Double seconds,
      List<Double> functionColdPercents,
      List<Interval> intervals) {

    public PolicyFigures {
      functionColdPercents = functionColdPercents.stream().sorted().toList();
      intervals = List.copyOf(intervals);
    }
  }

  /**
   * Averages over a while.
   *
   * @param startSeconds since the trace's beginning
   * @param instances that there are, busy or not
   * @param concurrency requests that execute or wait
   */
  public record Interval(double startSeconds, double instances, double concurrency) {}

  /**
   * How long a function's levels of concurrency were not reached, and what was planned for it.
   *
   * @param policy whose plan it is
   */
  public record FunctionGaps(String function, String policy, List<LevelGaps> levels) {
    public FunctionGaps {
      levels = List.copyOf(levels);
    }
  }
}
