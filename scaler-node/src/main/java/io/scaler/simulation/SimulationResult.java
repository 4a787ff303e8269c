package io.scaler.simulation;

import io.scaler.demand.Demand;
import io.scaler.model.Plan;
import io.scaler.trace.ContestScore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a trace under a policy.
 *
 * @param policy its name
 * @param requests of the trace
 * @param served those that got an instance and gave it back
 * @param cold how many waited for a new instance
 * @param waited how many waited and got one that another request gave back
 * @param waitP50Millis of those served; zero for those that found an idle instance
 * @param waitP99Millis the same
 * @param cost what they and their instances came to
 * @param functions those with requests, in the trace's order
 * @param samples at even intervals, the earliest first
 * @param busiest what was known in the end of the function with the most requests; null if no
 *     demand was observed
 */
public record SimulationResult(
    String policy,
    long requests,
    long served,
    long cold,
    long waited,
    double waitP50Millis,
    double waitP99Millis,
    Cost cost,
    List<FunctionCount> functions,
    List<Sample> samples,
    @Nullable Busiest busiest) {

  public SimulationResult {
    functions = List.copyOf(functions);
    samples = List.copyOf(samples);
  }

  /**
   * What was used and what it took.
   *
   * @param executionGbSeconds memory, in GiB, times execution
   * @param slotGbSeconds memory times the life of slots
   * @param executionSeconds of served requests
   * @param latencySeconds that served requests waited
   */
  public record Cost(
      double executionGbSeconds,
      double slotGbSeconds,
      double executionSeconds,
      double latencySeconds) {}

  /** A function's requests, and how many of them waited for a new instance. */
  public record FunctionCount(String key, long requests, long cold) {
    /** In percent of the requests. */
    public double coldPercent() {
      return 100.0 * cold / requests;
    }
  }

  /**
   * One moment.
   *
   * @param second since the trace's beginning
   * @param slots that exist
   * @param running requests that hold an instance
   * @param waiting requests that wait for one
   */
  public record Sample(double second, long slots, long running, long waiting) {}

  /**
   * A function's demand, and the plan that the policy makes of it.
   *
   * @param key of the function
   */
  public record Busiest(String key, Demand demand, Plan plan) {}

  /** The same under another name of its policy. */
  public SimulationResult named(String name) {
    return new SimulationResult(
        name,
        requests,
        served,
        cold,
        waited,
        waitP50Millis,
        waitP99Millis,
        cost,
        functions,
        samples,
        busiest);
  }

  /** The contest's score, 0 to 100: {@link #resource} and {@link #latency} together. */
  public double score() {
    return ContestScore.of(
        cost.executionGbSeconds(),
        cost.slotGbSeconds(),
        cost.executionSeconds(),
        cost.latencySeconds(),
        served,
        requests);
  }

  /** The half of the score that memory put to use makes, 0 to 50. */
  public double resource() {
    return ContestScore.half(cost.executionGbSeconds(), cost.slotGbSeconds());
  }

  /** The half of the score that time spent executing makes, 0 to 50. */
  public double latency() {
    return ContestScore.half(
        cost.executionSeconds(), cost.executionSeconds() + cost.latencySeconds());
  }

  /** In percent of the requests. */
  public double coldPercent() {
    return 100.0 * cold / requests;
  }

  /** In percent of the requests. */
  public double waitedPercent() {
    return 100.0 * waited / requests;
  }

  /**
   * The cold-start rate, in percent, that three quarters of the functions do not exceed (nearest
   * rank).
   */
  public double p75ColdPercent() {
    double[] shares = functions.stream().mapToDouble(FunctionCount::coldPercent).sorted().toArray();
    int rank = (int) Math.ceil(0.75 * shares.length);
    return shares.length == 0 ? 0 : shares[rank - 1];
  }

  /** Memory times life of slots in which nothing ran. */
  public double wastedGbSeconds() {
    return cost.slotGbSeconds() - cost.executionGbSeconds();
  }
}
