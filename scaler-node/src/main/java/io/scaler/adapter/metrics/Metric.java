package io.scaler.adapter.metrics;

import java.util.Locale;

/** What is measured, besides the JVM; docs/metrics.md says the same for whoever reads it. */
public enum Metric {
  ASSIGNS(
      Kind.TIMER,
      "scaler.assign",
      "Assigns that got an instance, and how long that took, by how it came about",
      "start"),
  RELEASES(Kind.TIMER, "scaler.release", "Releases, and how long they took"),
  RENEWALS(Kind.TIMER, "scaler.renew", "Leases extended, and how long that took"),
  REFUSALS(
      Kind.COUNTER,
      "scaler.refused",
      "Calls to the gRPC port that were let in and failed, by method and reason",
      "method",
      "reason"),
  CALLS_REFUSED(
      Kind.COUNTER,
      "scaler.calls.refused",
      "Calls to either port that were not let in, by reason: no credentials, bad or expired ones,"
          + " no role for it, too many calls or connections, a message too large",
      "reason"),
  ACCESS_FILES_BROKEN(
      Kind.GAUGE,
      "scaler.access.files.broken",
      "Files of access control and certificates that have changed and cannot be read: what they"
          + " held before still counts"),
  CERTIFICATE_EXPIRES(
      Kind.GAUGE,
      "scaler.certificate.expires.seconds",
      "How long the node's certificate is valid, negative once it has expired, NaN if there is"
          + " none"),
  CONFIGURATION_BROKEN(
      Kind.GAUGE,
      "scaler.configuration.broken",
      "1 while the configuration breaks a rule as it was last read: what it said before still"
          + " holds"),
  CONNECTIONS(Kind.GAUGE, "scaler.connections.open", "Connections to the gRPC port"),
  CONNECTIONS_LIMIT(
      Kind.GAUGE, "scaler.connections.limit", "How many there may be at a time, 0 for no limit"),
  OPEN_CALLS(Kind.GAUGE, "scaler.calls.open", "Assigns through this node without an answer so far"),
  PLATFORM_CALLS(
      Kind.TIMER,
      "scaler.platform.call",
      "Calls to the platform and how long they took, with their repetitions, by phase and outcome",
      "phase",
      "outcome"),
  LAUNCHES(Kind.GAUGE, "scaler.launches.open", "Cold starts that this node is carrying out"),
  PERMIT_WAITS(
      Kind.TIMER,
      "scaler.launch.queue",
      "Waits of launches for room within a limit, before the platform is asked for anything",
      "limit"),
  LAUNCH_FAILURES(
      Kind.COUNTER, "scaler.launches.failed", "Launches that failed, by reason", "reason"),
  LAUNCHES_GIVEN_UP(
      Kind.COUNTER, "scaler.launches.given.up", "Launches that nobody wanted any more"),
  BREAKER_OPEN(
      Kind.GAUGE,
      "scaler.platform.breaker.open",
      "1 while launches are refused for an unavailable platform"),
  OWNER_CALLS(
      Kind.TIMER,
      "scaler.pool.command",
      "Commands to pools' owners and how long their answers took, by command",
      "command"),
  DECISIONS(
      Kind.TIMER,
      "scaler.pool.decision",
      "Commands that pools owned here decided on, and how long deciding and applying took, by"
          + " command",
      "command"),
  HAND_OFFS(
      Kind.TIMER,
      "scaler.hand.off",
      "Waiting Assigns of this node that heard of their instance, and how long that took from the"
          + " owner's decision"),
  LAUNCHES_BEGUN(
      Kind.COUNTER,
      "scaler.launches.begun",
      "Launches that pools owned here decided on, by kind of reason",
      "reason"),
  RETIREMENTS(
      Kind.COUNTER,
      "scaler.instances.retired",
      "Instances that pools owned here gave up, by kind of reason",
      "reason"),
  PLANS(
      Kind.COUNTER,
      "scaler.plans",
      "Plans that this node made, by policy and kind of reason",
      "policy",
      "reason"),
  INSTANCES(
      Kind.GAUGE,
      "scaler.instances",
      "Instances of the pools that this node owns, by state",
      "state"),
  WAITERS(Kind.GAUGE, "scaler.waiters", "Requests that wait in the pools that this node owns"),
  OLDEST_WAITER(
      Kind.GAUGE,
      "scaler.waiters.oldest.seconds",
      "How long the longest waiting of these has waited"),
  LIMITS(Kind.GAUGE, "scaler.limit", "Limits of the whole cluster, 0 for none", "limit"),
  LIMITS_USED(
      Kind.GAUGE,
      "scaler.limit.used",
      "How much of it was in use a few seconds ago, the same on every node; 0 if there is none",
      "limit"),
  FUNCTION_CALLS(
      Kind.GAUGE,
      "scaler.function.calls.per.second",
      "Assigns that got an instance through this node, of its 10 hottest functions, the latest"
          + " counting most",
      "function"),
  FUNCTION_COLD(
      Kind.GAUGE,
      "scaler.function.cold.per.second",
      "Those of them that an instance was started for",
      "function"),
  POOLS(Kind.GAUGE, "scaler.pools", "Pools that this node owns and has seen change"),
  SLOT_MEMORY(
      Kind.COUNTER, "scaler.slot.gb.seconds", "Memory times life of the slots of pools owned here"),
  BUSY_MEMORY(
      Kind.COUNTER, "scaler.busy.gb.seconds", "The part of it in which requests held the slots"),
  WAITED(Kind.COUNTER, "scaler.waited.seconds", "How long requests waited in pools owned here"),
  CACHE_READS(
      Kind.COUNTER,
      "scaler.cache.reads",
      "Reads of what every node keeps a copy of, by what and whether it was there",
      "cache",
      "result"),
  WASTE(
      Kind.COUNTER,
      "scaler.wasted.gb.seconds",
      "Memory times time of instances that no request held, of pools owned here, as time passes"),
  ALTERNATIVE_WASTE(
      Kind.COUNTER,
      "scaler.alternative.wasted.gb.seconds",
      "What that would have been under another policy: a keep-alive of 10 minutes, or a"
          + " clairvoyant's",
      "beside"),
  ALTERNATIVE_COLD(
      Kind.COUNTER,
      "scaler.alternative.cold",
      "Requests that would have found no idle instance under a keep-alive of 10 minutes",
      "beside"),
  REGRET(
      Kind.GAUGE,
      "scaler.regret.gb.seconds",
      "What was wasted in the last 15 minutes beyond what another policy would have; negative:"
          + " less",
      "beside"),
  REGRET_COLD(
      Kind.GAUGE,
      "scaler.regret.cold",
      "Requests through this node in the last 15 minutes that found no idle instance, beyond those"
          + " that would not under another policy",
      "beside"),
  PLAN_FALLBACKS(
      Kind.COUNTER,
      "scaler.plan.fallbacks",
      "Plans that a policy failed to make; another stood in"),
  LEADER(Kind.GAUGE, "scaler.leader", "1 on the node that leads"),
  TERM(
      Kind.GAUGE,
      "scaler.leader.term",
      "The term of the leadership, on the node that leads; the first is the time in milliseconds,"
          + " each that follows one more"),
  READY(Kind.GAUGE, "scaler.ready", "1 while the node is ready to get calls"),
  NODES(Kind.GAUGE, "scaler.nodes", "Nodes that are members of the cluster, as this one sees it"),
  SAFE(
      Kind.GAUGE,
      "scaler.safe",
      "1 while all that the node owns has its copies: another node may be stopped"),
  DUTIES(Kind.TIMER, "scaler.duty", "Turns of what a node does at regular times, by duty", "duty"),
  TICK_LAG(
      Kind.TIMER, "scaler.tick.lag", "Ticks, at which duties have their turns, by how late it is");

  /** How it is read. */
  enum Kind {
    TIMER("_seconds_count"),
    COUNTER("_total"),
    GAUGE("");

    private final String suffix;

    Kind(String suffix) {
      this.suffix = suffix;
    }
  }

  final Kind kind;
  final String id;
  final String help;
  final String labels;

  Metric(Kind kind, String id, String help, String... labels) {
    this.kind = kind;
    this.id = id;
    this.help = help;
    this.labels = String.join(", ", labels);
  }

  /** As Prometheus calls it; of a timer, the series that counts. */
  public String series() {
    return id.replace('.', '_').toLowerCase(Locale.ROOT) + kind.suffix;
  }

  /** In a sentence, without its stop. */
  public String help() {
    return help;
  }

  /** The names of its labels, separated by commas. */
  public String labels() {
    return labels;
  }
}
