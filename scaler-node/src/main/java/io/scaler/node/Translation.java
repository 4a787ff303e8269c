package io.scaler.node;

import io.scaler.adapter.cron.CronTimetable;
import io.scaler.adapter.grpc.CallRules;
import io.scaler.adapter.grpc.GrpcServer.Listen;
import io.scaler.adapter.hazelcast.ClusterSettings;
import io.scaler.config.Settings;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan.Surplus;
import io.scaler.model.Ruling;
import io.scaler.model.ScalerException;
import io.scaler.model.Window;
import io.scaler.policy.ContestSettings;
import io.scaler.policy.CostSettings;
import io.scaler.policy.FixedSettings;
import io.scaler.policy.GreedyDualPolicy;
import io.scaler.policy.HybridSettings;
import io.scaler.policy.OverridingPolicy;
import io.scaler.policy.OverridingPolicy.Rule;
import io.scaler.policy.Policies;
import io.scaler.policy.Policy;
import io.scaler.policy.PolicySettings;
import io.scaler.pool.PoolLimits;
import io.scaler.service.CallLimits;
import io.scaler.service.LaunchLimits;
import io.scaler.service.Provisioning.Provisioned;
import io.scaler.service.Provisioning.Shift;
import io.scaler.service.Rules;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.SortedSet;

/** The configuration in the words of those that it configures. */
record Translation(Settings settings) {

  ClusterSettings cluster() {
    Settings.Cluster from = settings.cluster();
    return new ClusterSettings(
        from.name(),
        from.host(),
        from.port(),
        from.members(),
        from.kubernetesDns(),
        from.expectedSize(),
        from.heartbeat(),
        from.tolerance(),
        from.removal(),
        from.backupTimeout(),
        settings.limits().rememberFunctionsFor());
  }

  PoolLimits poolLimits() {
    Settings.Limits limits = settings.limits();
    Settings.Launches launches = settings.launches();
    return new PoolLimits(
        limits.instancesPerFunction(),
        limits.waitersPerFunction(),
        settings.requests().leaseGrace(),
        limits.remembered(),
        limits.rememberFor(),
        limits.rememberFunctionsFor(),
        launches.attempts(),
        launches.backoff(),
        launches.timeout(),
        launches.destroyAgain());
  }

  LaunchLimits launchLimits() {
    Settings.Limits limits = settings.limits();
    return new LaunchLimits(
        limits.memory().megabytes(),
        limits.launches(),
        limits.launchesPerFunction(),
        shorter(settings.launches().patience(), settings.launches().timeout()));
  }

  CallLimits callLimits() {
    Settings.Requests requests = settings.requests();
    return new CallLimits(settings.limits().calls(), requests.askAgain(), requests.overtime());
  }

  CallRules callRules() {
    Settings.Requests requests = settings.requests();
    return new CallRules(
        requests.defaultTimeout(),
        settings.limits().memory().megabytes(),
        requests.defaultWait(),
        requests.maxWait());
  }

  LiveLimits liveLimits() {
    return new LiveLimits(poolLimits(), launchLimits(), callLimits(), callRules());
  }

  Listen listen() {
    Settings.Grpc grpc = settings.grpc();
    return new Listen(
        grpc.host(),
        grpc.port(),
        Math.toIntExact(grpc.maxMessage().bytes()),
        grpc.minPing(),
        grpc.ping(),
        grpc.pingTimeout(),
        grpc.maxIdle());
  }

  List<Provisioned> provisioned() {
    return settings.provisioned().stream()
        .map(
            each ->
                new Provisioned(
                    new FunctionSpec(
                        each.key(), each.runtime(), each.memory().megabytes(), each.timeout()),
                    each.instances(),
                    each.windows().stream().map(Translation::shift).toList()))
        .toList();
  }

  private static Shift shift(Settings.Provisioned.Window from) {
    return new Shift(CronTimetable.of(from.cron(), from.zone()), from.length(), from.instances());
  }

  /** Of a window that {@link #check} lets pass. */
  static Shift shift(Window from) {
    return new Shift(
        CronTimetable.of(from.cron(), CronTimetable.zone(from.zone())),
        from.length(),
        from.instances());
  }

  /**
   * @throws ScalerException INVALID_FIELD if its cron or its zone is none
   */
  static void check(Window window) {
    ZoneId zone;
    try {
      zone = CronTimetable.zone(window.zone());
    } catch (IllegalArgumentException e) {
      throw ScalerException.invalid("windows.zone", e.getMessage() + ", is " + window.zone());
    }
    try {
      CronTimetable.of(window.cron(), zone);
    } catch (IllegalArgumentException e) {
      throw ScalerException.invalid("windows.cron", e.getMessage() + ", is " + window.cron());
    }
  }

  Rules.Configured rules() {
    return new Rules.Configured(this::policy, provisioned());
  }

  /**
   * @throws ScalerException INVALID_FIELD if no policy of that name can be had with this
   *     configuration
   */
  void checkPolicy(String name) {
    SortedSet<String> names = Policies.names();
    boolean isKnown = names.contains(name);
    if (settings.limits().memory().megabytes() == 0) {
      names.remove(GreedyDualPolicy.NAME);
    }
    if (!names.contains(name)) {
      String others = String.join(", ", names);
      throw ScalerException.invalid(
          "policy",
          isKnown
              ? "%s needs limits.memory, which is 0 (no limit); as it is, must be one of %s"
                  .formatted(name, others)
              : "must be one of %s, is %s".formatted(others, name));
    }
  }

  OverridingPolicy policy() {
    return policy(List.of());
  }

  /**
   * @param rulings of operators, the first that is for a function holding for it
   */
  OverridingPolicy policy(List<Ruling> rulings) {
    return new OverridingPolicy(
        policy(settings.policy().choice()),
        rulings.stream().map(this::rule).toList(),
        settings.policy().overrides().stream().map(this::rule).toList());
  }

  private Rule rule(Ruling from) {
    return new Rule(
        from.functions(),
        from.policy().isEmpty() ? null : Policies.named(from.policy(), policySettings()),
        from.minInstances() == Ruling.OPEN ? null : from.minInstances(),
        from.maxInstances() == Ruling.OPEN ? null : from.maxInstances());
  }

  private Rule rule(Settings.Policy.Special from) {
    return new Rule(
        from.functions(),
        policy(from.policy()),
        from.minInstances(),
        from.maxInstances() == Settings.Policy.Special.UNLIMITED ? null : from.maxInstances());
  }

  private Policy policy(Settings.Policy.Choice choice) {
    return Policies.named(choice.word(), policySettings());
  }

  PolicySettings policySettings() {
    return new PolicySettings(
        new FixedSettings(settings.policy().fixed().keepAlive()),
        contestSettings(),
        hybridSettings(),
        new CostSettings(
            settings.policy().costOptimal().waitingPrice(),
            settings.policy().costOptimal().priorWeight(),
            settings.policy().costOptimal().neverWeight()));
  }

  HybridSettings hybridSettings() {
    Settings.Policy.Hybrid from = settings.policy().hybrid();
    return new HybridSettings(
        from.headPercentile(),
        from.tailPercentile(),
        from.margin(),
        from.cvThreshold(),
        from.outOfBounds(),
        from.forecastMargin(),
        from.keepAlive());
  }

  ContestSettings contestSettings() {
    Settings.Policy.Contest from = settings.policy().contest();
    return new ContestSettings(
        from.maxIdle(),
        from.largeMemory().megabytes(),
        from.largeMaxIdle(),
        from.launchAhead(),
        from.spareInterval(),
        from.sparesKept(),
        from.surplus() == Settings.Policy.Surplus.GIVE_UP ? Surplus.GIVE_UP : Surplus.KEEP,
        from.executionRatio(),
        from.executionKeepAlive(),
        from.classifyAfter(),
        from.sparseConcurrency(),
        from.sparseInterval(),
        from.sparseKeepAlive(),
        from.denseInterval(),
        from.denseMemory().megabytes(),
        from.denseKeepAlive(),
        from.keepAlive());
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
