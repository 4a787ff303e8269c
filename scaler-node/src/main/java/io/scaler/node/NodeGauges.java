package io.scaler.node;

import io.scaler.adapter.hazelcast.HazelcastCluster;
import io.scaler.adapter.metrics.Metric;
import io.scaler.adapter.metrics.NodeMetrics;
import io.scaler.service.FailsafePolicy;
import io.scaler.service.PoolClient;
import io.scaler.service.ServedRequests;
import io.scaler.service.VitalsDuty;
import java.util.function.Supplier;
import java.util.function.ToDoubleBiFunction;

/**
 * What is read off a node whenever somebody asks for its metrics.
 *
 * @param live the limits that hold now
 * @param limits how much of them is in use
 */
record NodeGauges(
    HazelcastCluster cluster,
    Lifecycle life,
    PlatformAccess platform,
    ServedRequests requests,
    PoolClient pools,
    FailsafePolicy policy,
    VitalsDuty vitals,
    Supplier<LiveLimits> live,
    LimitUses limits) {
  private static final int FUNCTIONS_MEASURED = 10;
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final String[] FIXED = {"beside", "fixed"};
  private static final String[] CLAIRVOYANT = {"beside", "clairvoyant"};

  void register(NodeMetrics metrics) {
    fallbacks(metrics, policy);
    demand(metrics);
    work(metrics);
    membership(metrics);
    limits(metrics);
    pools(metrics);
  }

  static void fallbacks(NodeMetrics metrics, FailsafePolicy policy) {
    metrics.count(Metric.PLAN_FALLBACKS, policy, FailsafePolicy::fallbacks);
  }

  private void demand(NodeMetrics metrics) {
    metrics.count(
        Metric.ALTERNATIVE_WASTE, vitals, duty -> duty.sinceStart().fixedGbSeconds(), FIXED);
    metrics.count(
        Metric.ALTERNATIVE_WASTE, vitals, duty -> duty.sinceStart().bestGbSeconds(), CLAIRVOYANT);
    metrics.count(Metric.WASTE, vitals, duty -> duty.sinceStart().wastedGbSeconds());
    metrics.count(Metric.ALTERNATIVE_COLD, vitals, duty -> duty.sinceStart().fixedCold(), FIXED);
    metrics.gauge(Metric.REGRET, () -> vitals.lately().regretBesideFixed(), FIXED);
    metrics.gauge(Metric.REGRET, () -> vitals.lately().regretBesideBest(), CLAIRVOYANT);
    metrics.gauge(
        Metric.REGRET_COLD, () -> vitals.lately().late() - vitals.lately().fixedCold(), FIXED);
    metrics.gauge(Metric.REGRET_COLD, () -> vitals.lately().late(), CLAIRVOYANT);
    metrics.hottest(() -> vitals.hottest(FUNCTIONS_MEASURED));
  }

  private void work(NodeMetrics metrics) {
    metrics.gauge(Metric.OPEN_CALLS, requests::waiting);
    metrics.gauge(Metric.LAUNCHES, pools::launching);
    metrics.gauge(Metric.BREAKER_OPEN, () -> platform.isRefusing().getAsBoolean() ? 1 : 0);
  }

  private void membership(NodeMetrics metrics) {
    metrics.gauge(Metric.LEADER, () -> cluster.leadership().epoch().isPresent() ? 1 : 0);
    metrics.gauge(Metric.TERM, () -> cluster.leadership().epoch().orElse(0));
    metrics.gauge(Metric.READY, () -> life.whyNotReady().isEmpty() ? 1 : 0);
    metrics.gauge(Metric.SAFE, () -> cluster.isSafe() ? 1 : 0);
    metrics.gauge(Metric.NODES, () -> cluster.nodes().size());
    reads(metrics, "plans", HazelcastCluster::planReads);
    reads(metrics, "functions", HazelcastCluster::functionReads);
  }

  private void reads(
      NodeMetrics metrics, String cache, ToDoubleBiFunction<HazelcastCluster, Boolean> reads) {
    metrics.count(
        Metric.CACHE_READS,
        cluster,
        here -> reads.applyAsDouble(here, true),
        "cache",
        cache,
        "result",
        "hit");
    metrics.count(
        Metric.CACHE_READS,
        cluster,
        here -> reads.applyAsDouble(here, false),
        "cache",
        cache,
        "result",
        "miss");
  }

  private void limits(NodeMetrics metrics) {
    metrics.gauge(Metric.LIMITS, () -> live.get().launches().memoryMb(), "limit", "memory");
    metrics.gauge(Metric.LIMITS, () -> live.get().launches().launches(), "limit", "launches");
    metrics.gauge(Metric.LIMITS_USED, () -> limits.used(LimitUses.MEMORY), "limit", "memory");
    metrics.gauge(Metric.LIMITS_USED, () -> limits.used(LimitUses.LAUNCHES), "limit", "launches");
  }

  private void pools(NodeMetrics metrics) {
    metrics.gauge(Metric.POOLS, () -> cluster.counts().pools());
    metrics.gauge(Metric.INSTANCES, () -> cluster.counts().idle(), "state", "idle");
    metrics.gauge(Metric.INSTANCES, () -> cluster.counts().busy(), "state", "busy");
    metrics.gauge(Metric.INSTANCES, () -> cluster.counts().starting(), "state", "starting");
    metrics.gauge(Metric.INSTANCES, () -> cluster.counts().retiring(), "state", "retiring");
    metrics.gauge(Metric.WAITERS, () -> cluster.counts().waiting());
    metrics.gauge(
        Metric.OLDEST_WAITER, () -> cluster.counts().longestWait().toMillis() / MILLIS_PER_SECOND);
  }
}
