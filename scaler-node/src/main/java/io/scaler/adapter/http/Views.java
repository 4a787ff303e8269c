package io.scaler.adapter.http;

import io.scaler.demand.Demand;
import io.scaler.demand.LogLinearHistogram;
import io.scaler.model.Plan;
import io.scaler.policy.LevelGaps;
import io.scaler.pool.Hold;
import io.scaler.pool.Instance;
import io.scaler.pool.PoolState;
import io.scaler.pool.Waiter;
import io.scaler.service.Chronicle;
import io.scaler.service.Inspection.Summary;
import io.scaler.service.KnownNode;
import io.scaler.service.Vitals;
import io.scaler.service.Whereabouts;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the page is told, as JSON has it: times of day in ms since 1970 by the clock of the node
 * that answers or keeps them, lengths of time in seconds, memory in GB.
 */
final class Views {
  private static final int MOST_LEVELS = 12;

  private Views() {}

  /**
   * @param known where it is; null if that is not known
   */
  static Map<String, Object> member(Chronicle.Member of, @Nullable KnownNode known, Instant now) {
    Vitals vitals = of.vitals();
    Instant gone = of.goneSince();
    Whereabouts where = known == null ? Whereabouts.UNKNOWN : known.whereabouts();
    KnownNode.Gone left = known == null ? null : known.gone();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("node", vitals.node());
    view.put("host", where.host());
    view.put("grpcPort", where.grpcPort());
    view.put("httpPort", where.httpPort());
    view.put("presence", lower(of.presence()));
    view.put("heardSeconds", between(of.heard(), now));
    view.put("goneSeconds", gone == null ? null : between(gone, now));
    view.put("left", left == null ? null : left.left());
    view.put("epoch", vitals.epoch());
    view.put("notReady", vitals.notReady());
    view.put("safe", vitals.safe());
    view.put("launchesRefused", vitals.launchesRefused());
    view.put("pace", of.pace());
    view.put("stock", vitals.stock());
    return view;
  }

  static Map<String, Object> step(Chronicle.Step of) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("number", of.number());
    view.put("at", of.at().toEpochMilli());
    view.put("seconds", seconds(of.length()));
    view.put("nodes", of.nodes());
    view.put("tally", of.tally());
    view.put("pace", of.pace());
    view.put("stock", of.stock());
    return view;
  }

  static Map<String, Object> failure(Vitals.Failure of) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("at", of.at().toEpochMilli());
    view.put("node", of.node());
    view.put("what", of.what());
    view.put("function", of.functionKey());
    view.put("reason", of.reason());
    view.put("message", of.message());
    return view;
  }

  /** A function in a list: what is asked of it, if that is known, and what it has, if anything. */
  static Map<String, Object> row(String key, Vitals.@Nullable Hot hot, @Nullable Summary pool) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("key", key);
    view.put("pace", hot == null ? new Vitals.Hot(key, 0, 0, 0) : hot);
    if (pool != null) {
      view.put("memoryMb", pool.spec().memoryMb());
      view.put("idle", pool.idle());
      view.put("busy", pool.busy());
      view.put("starting", pool.starting());
      view.put("retiring", pool.retiring());
      view.put("waiting", pool.waiting());
    }
    return view;
  }

  static Map<String, Object> function(
      PoolState pool, Plan plan, Optional<Demand> demand, Instant now) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("key", pool.spec().key());
    view.put("runtime", pool.spec().runtime());
    view.put("memoryMb", pool.spec().memoryMb());
    view.put("instances", pool.instances().stream().map(each -> instance(each, now)).toList());
    view.put("waiters", pool.waiters().stream().map(each -> waiter(each, now)).toList());
    view.put("plan", plan(plan));
    view.put("demand", demand.map(known -> demand(known, now)).orElse(null));
    view.put(
        "levels", demand.map(known -> LevelGaps.of(known, plan, MOST_LEVELS)).orElse(List.of()));
    return view;
  }

  private static Map<String, Object> instance(Instance of, Instant now) {
    Hold hold = of.hold();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("id", of.id());
    view.put("state", lower(of.state()));
    view.put("forSeconds", between(of.since(), now));
    view.put("request", hold == null ? "" : hold.requestId());
    view.put("used", of.used());
    view.put("reason", of.reason());
    return view;
  }

  private static Map<String, Object> waiter(Waiter of, Instant now) {
    return Map.of(
        "request",
        of.requestId(),
        "forSeconds",
        between(of.since(), now),
        "leftSeconds",
        between(now, of.until()));
  }

  private static Map<String, Object> plan(Plan of) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("words", of.policy());
    view.put("keepAliveSeconds", seconds(of.keepAlive()));
    view.put("foresees", !of.foresight().levels().isEmpty());
    view.put("minInstances", of.minInstances());
    view.put("maxInstances", of.maxInstances() == Integer.MAX_VALUE ? null : of.maxInstances());
    return view;
  }

  private static Map<String, Object> demand(Demand of, Instant now) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("arrivals", of.arrivals());
    view.put("perSecond", of.ratePerSecond(now));
    view.put("peakConcurrency", of.peakConcurrency());
    view.put("meanExecutionSeconds", mean(of.executions()));
    view.put("meanColdStartSeconds", mean(of.coldStarts()));
    return view;
  }

  private static @Nullable Double mean(LogLinearHistogram times) {
    return times.isEmpty() ? null : seconds(times.mean());
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Clocks of different machines may put the later before the earlier. */
  private static double between(Instant from, Instant to) {
    return Math.max(0, seconds(Duration.between(from, to)));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
