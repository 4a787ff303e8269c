package io.scaler.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.scaler.adapter.cron.CronTimetable;
import io.scaler.config.Settings.Access;
import io.scaler.config.Settings.Cluster;
import io.scaler.config.Settings.Grpc;
import io.scaler.config.Settings.Http;
import io.scaler.config.Settings.Launches;
import io.scaler.config.Settings.Leader;
import io.scaler.config.Settings.Limits;
import io.scaler.config.Settings.Log;
import io.scaler.config.Settings.Platform;
import io.scaler.config.Settings.Policy;
import io.scaler.config.Settings.Provisioned;
import io.scaler.config.Settings.Requests;
import io.scaler.config.Settings.Start;
import io.scaler.config.Settings.Tls;
import io.scaler.config.Settings.Tracing;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Every key's type and range. */
final class SettingsReader {
  private static final String LONGEST = "3650d";
  private static final int MANY = 1_000_000;
  private static final Set<String> PROVISIONED_KEYS =
      new LinkedHashSet<>(List.of("key", "runtime", "memory", "timeout", "instances", "windows"));
  private static final Set<String> WINDOW_KEYS =
      new LinkedHashSet<>(List.of("cron", "for", "instances", "zone"));
  private static final Set<String> OVERRIDE_KEYS =
      new LinkedHashSet<>(List.of("functions", "policy", "min-instances", "max-instances"));
  private static final Set<String> CERTIFICATE_KEYS = new LinkedHashSet<>(List.of("name", "role"));
  private static final int LONGEST_ID = 256;

  private final Values values;

  private SettingsReader(Values values) {
    this.values = values;
  }

  /**
   * @param problems what is wrong is added to; the settings are of use only if nothing is
   */
  static Settings read(Layers layers, List<String> problems) {
    Values values = new Values(layers, problems);
    Settings settings = new SettingsReader(values).settings();
    if (!values.unread().isEmpty()) {
      throw new IllegalStateException("keys that mean nothing: " + values.unread());
    }
    return settings;
  }

  private Settings settings() {
    Requests requests = requests();
    return new Settings(
        grpc(),
        new Http(values.text("http.host"), values.integer("http.port", 0, 65_535)),
        new Tls(
            values.anyText("tls.certificate"),
            values.anyText("tls.key"),
            values.anyText("tls.client-authorities")),
        access(),
        platform(),
        cluster(),
        policy(),
        limits(),
        requests,
        launches(),
        leader(),
        new Start(values.duration("start.rehearsal", "0s", "5m")),
        new Tracing(
            values.read("tracing.endpoint", Values::urlOrNone),
            values.number("tracing.sample-ratio", 0, 1)),
        values.read("provisioned", node -> allProvisioned(node, requests.defaultTimeout())),
        new Log(values.choice("log.level", Log.Level.class)));
  }

  private Grpc grpc() {
    return new Grpc(
        values.text("grpc.host"),
        values.integer("grpc.port", 0, 65_535),
        values.size("grpc.max-message", "1KB", "64MB"),
        values.integer("grpc.calls-per-connection", 0, MANY),
        values.integer("grpc.max-connections", 0, MANY),
        values.integer("grpc.max-connections-per-address", 0, MANY),
        values.duration("grpc.min-ping", "1s", "1h"),
        values.duration("grpc.ping", "1s", "1d"),
        values.duration("grpc.ping-timeout", "1s", "10m"),
        values.duration("grpc.max-idle", "10s", "7d"),
        values.duration("grpc.stop-notice", "0s", "10m"),
        values.duration("grpc.stop-grace", "0s", "10m"));
  }

  private Access access() {
    return new Access(
        values.flag("access.insecure"),
        values.anyText("access.tokens"),
        new Access.Jwt(
            values.anyText("access.jwt.keys"),
            values.anyText("access.jwt.issuer"),
            values.anyText("access.jwt.audience"),
            values.text("access.jwt.role-claim")),
        values.read("access.certificates", SettingsReader::certificates),
        values.flag("access.open-metrics"),
        values.integer("access.calls-per-second", 0, MANY),
        values.integer("access.burst", 0, MANY),
        values.integer("access.denials-per-second", 0, MANY));
  }

  private static List<Access.Certificate> certificates(JsonNode node) throws BadValueException {
    return each(
        node,
        "name and role",
        CERTIFICATE_KEYS,
        element ->
            new Access.Certificate(
                field("name", element, null, each -> id(each, 1)),
                field("role", element, null, each -> Values.choice(each, Access.Role.class))),
        Access.Certificate::name);
  }

  private Platform platform() {
    return new Platform(
        values.choice("platform.kind", Platform.Kind.class),
        values.address("platform.address"),
        values.choice("platform.contract", Platform.Contract.class),
        new Platform.Security(
            values.flag("platform.security.tls"),
            values.anyText("platform.security.authorities"),
            values.anyText("platform.security.certificate"),
            values.anyText("platform.security.key"),
            values.anyText("platform.security.token")),
        new Platform.Calls(
            values.duration("platform.calls.create-timeout", "1ms", "1h"),
            values.duration("platform.calls.init-timeout", "1ms", "1h"),
            values.duration("platform.calls.destroy-timeout", "1ms", "1h"),
            values.duration("platform.calls.list-timeout", "1ms", "1h"),
            values.integer("platform.calls.attempts", 1, 10),
            values.duration("platform.calls.backoff", "1ms", "1m"),
            values.integer("platform.calls.bulkhead", 1, 100_000),
            new Platform.Breaker(
                values.number("platform.calls.breaker.failure-rate", 0.01, 1),
                values.integer("platform.calls.breaker.window", 1, 10_000),
                values.integer("platform.calls.breaker.minimum-calls", 1, 10_000),
                values.duration("platform.calls.breaker.open", "1ms", "1h"),
                values.integer("platform.calls.breaker.probes", 1, 1_000))),
        new Platform.Simulated(
            values.duration("platform.simulated.create-latency", "0s", "1h"),
            values.duration("platform.simulated.init", "0s", "1h"),
            values.anyText("platform.simulated.trace"),
            values.duration("platform.simulated.destroy-latency", "0s", "1h"),
            values.number("platform.simulated.jitter", 0, 1),
            values.number("platform.simulated.create-failures", 0, 1),
            values.number("platform.simulated.init-failures", 0, 1),
            values.number("platform.simulated.destroy-failures", 0, 1),
            values.memory("platform.simulated.memory", "0")));
  }

  private Cluster cluster() {
    return new Cluster(
        values.text("cluster.name"),
        values.text("cluster.host"),
        values.integer("cluster.port", 0, 65_535),
        values.addresses("cluster.members"),
        values.anyText("cluster.kubernetes-dns"),
        values.integer("cluster.expected-size", 1, 100),
        values.seconds("cluster.heartbeat", "1s", "1m"),
        values.duration("cluster.tolerance", "100ms", "10m"),
        values.seconds("cluster.removal", "2s", "1h"),
        values.duration("cluster.backup-timeout", "100ms", "1m"));
  }

  private Policy policy() {
    Policy.Choice choice = values.choice("policy.default", Policy.Choice.class);
    return new Policy(
        choice,
        values.read("policy.overrides", node -> overrides(node, choice)),
        new Policy.Fixed(values.duration("policy.fixed.keep-alive", "0s", LONGEST)),
        new Policy.Contest(
            values.integer("policy.contest.max-idle", 0, MANY),
            values.memory("policy.contest.large-memory", "1MB"),
            values.integer("policy.contest.large-max-idle", 0, MANY),
            values.integer("policy.contest.launch-ahead", 0, 1_000),
            values.duration("policy.contest.spare-interval", "0s", LONGEST),
            values.integer("policy.contest.spares-kept", 0, 1_000),
            values.number("policy.contest.execution-ratio", 1, MANY),
            values.duration("policy.contest.execution-keep-alive", "0s", LONGEST),
            values.duration("policy.contest.classify-after", "0s", LONGEST),
            values.integer("policy.contest.sparse-concurrency", 1, MANY),
            values.duration("policy.contest.sparse-interval", "1ms", LONGEST),
            values.duration("policy.contest.sparse-keep-alive", "0s", LONGEST),
            values.duration("policy.contest.dense-interval", "1ms", LONGEST),
            values.memory("policy.contest.dense-memory", "1MB"),
            values.duration("policy.contest.dense-keep-alive", "0s", LONGEST),
            values.duration("policy.contest.keep-alive", "0s", LONGEST),
            values.choice("policy.contest.surplus", Policy.Surplus.class)),
        new Policy.Hybrid(
            values.number("policy.hybrid.head-percentile", 0, 1),
            values.number("policy.hybrid.tail-percentile", 0, 1),
            values.number("policy.hybrid.margin", 0, 1),
            values.number("policy.hybrid.cv-threshold", 0, 15),
            values.number("policy.hybrid.out-of-bounds", 0.01, 1),
            values.number("policy.hybrid.forecast-margin", 0, 1),
            values.duration("policy.hybrid.keep-alive", "0s", LONGEST)),
        new Policy.CostOptimal(
            values.number("policy.cost-optimal.waiting-price", 0, 1e9),
            values.number("policy.cost-optimal.prior-weight", 0, 1e6),
            values.number("policy.cost-optimal.never-weight", 0, 1e6)));
  }

  private Limits limits() {
    return new Limits(
        values.memory("limits.memory", "0"),
        values.integer("limits.launches", 0, MANY),
        values.integer("limits.launches-per-function", 0, MANY),
        values.integer("limits.instances-per-function", 1, MANY),
        values.integer("limits.waiters-per-function", 1, MANY),
        values.integer("limits.calls", 1, 10_000_000),
        values.integer("limits.remembered", 0, MANY),
        values.duration("limits.remember-for", "0s", "1d"),
        values.duration("limits.remember-functions-for", "1s", "25d"));
  }

  private Requests requests() {
    return new Requests(
        values.duration("requests.default-wait", "1ms", "1d"),
        values.duration("requests.max-wait", "1ms", "1d"),
        values.duration("requests.default-timeout", "1ms", "1d"),
        values.duration("requests.lease-grace", "0s", "1d"),
        values.duration("requests.ask-again", "10ms", "1m"),
        values.duration("requests.overtime", "0s", "200ms"));
  }

  private Launches launches() {
    return new Launches(
        values.integer("launches.attempts", 1, 100),
        values.duration("launches.backoff", "1ms", "1h"),
        values.duration("launches.timeout", "1s", "1d"),
        values.duration("launches.patience", "1ms", "1d"),
        values.duration("launches.destroy-again", "100ms", "1d"));
  }

  private Leader leader() {
    return new Leader(
        values.duration("leader.tick", "10ms", "1m"),
        values.duration("leader.sweep", "1ms", "1m"),
        values.duration("leader.plan", "100ms", "1d"),
        values.duration("leader.reconcile", "1s", "1d"),
        values.integer("leader.sweep-most", 1, MANY));
  }

  private static List<Provisioned> allProvisioned(JsonNode node, Duration defaultTimeout)
      throws BadValueException {
    return each(
        node,
        "key, memory and instances",
        PROVISIONED_KEYS,
        element -> provisioned(element, defaultTimeout),
        Provisioned::key);
  }

  private static List<Policy.Special> overrides(JsonNode node, Policy.Choice byDefault)
      throws BadValueException {
    return each(
        node,
        "functions",
        OVERRIDE_KEYS,
        element -> override(element, byDefault),
        Policy.Special::functions);
  }

  /**
   * A list of objects.
   *
   * @param required the keys that each must have, for a message
   * @param keys that each may have
   * @param key what no two of them may have in common: the first of the keys
   */
  private static <T> List<T> each(
      JsonNode node,
      String required,
      Set<String> keys,
      Values.Form<T> form,
      Function<T, String> key)
      throws BadValueException {
    Map<String, T> byKey = new LinkedHashMap<>();
    int index = 0;
    for (JsonNode element : Layers.elements(node)) {
      String place = "[" + index++ + "]";
      T read;
      try {
        requireKeys(element, required, keys);
        read = form.of(element);
      } catch (BadValueException e) {
        throw e.within(place, element);
      }
      if (byKey.put(key.apply(read), read) != null) {
        throw new BadValueException("must have a key that no other has").within(place, element);
      }
    }
    return List.copyOf(byKey.values());
  }

  private static void requireKeys(JsonNode element, String required, Set<String> keys)
      throws BadValueException {
    if (!element.isObject()) {
      throw new BadValueException("must have the keys " + required);
    }
    for (Map.Entry<String, JsonNode> field : element.properties()) {
      if (!keys.contains(field.getKey())) {
        throw new BadValueException(
                "no such key; the nearest is " + Nearest.of(field.getKey(), keys))
            .within("." + field.getKey(), field.getValue());
      }
    }
  }

  private static Policy.Special override(JsonNode element, Policy.Choice byDefault)
      throws BadValueException {
    String functions = field("functions", element, null, SettingsReader::functions);
    Policy.Choice policy =
        field("policy", element, byDefault, node -> Values.choice(node, Policy.Choice.class));
    int least = field("min-instances", element, 0, node -> Values.integer(node, 0, MANY));
    int most =
        field(
            "max-instances",
            element,
            Policy.Special.UNLIMITED,
            node -> Values.integer(node, Math.max(1, least), Policy.Special.UNLIMITED));
    return new Policy.Special(functions, policy, least, most);
  }

  private static String functions(JsonNode node) throws BadValueException {
    String functions = id(node, 1);
    if (functions.indexOf('*') >= 0 && functions.indexOf('*') < functions.length() - 1) {
      throw new BadValueException("must have a * at its end or none");
    }
    return functions;
  }

  private static Provisioned provisioned(JsonNode element, Duration defaultTimeout)
      throws BadValueException {
    return new Provisioned(
        field("key", element, null, node -> id(node, 1)),
        field("runtime", element, "", node -> id(node, 0)),
        field("memory", element, null, node -> Values.memory(node, "1MB")),
        field("timeout", element, defaultTimeout, node -> Values.duration(node, "1ms", "1d")),
        field(
            "instances",
            element,
            element.has("windows") ? 0 : null,
            node -> Values.integer(node, 0, MANY)),
        field("windows", element, List.of(), SettingsReader::windows));
  }

  private static List<Provisioned.Window> windows(JsonNode node) throws BadValueException {
    return each(
        node,
        "cron, for and instances",
        WINDOW_KEYS,
        SettingsReader::window,
        window -> window.cron() + " " + window.zone());
  }

  private static Provisioned.Window window(JsonNode element) throws BadValueException {
    ZoneId zone = field("zone", element, ZoneOffset.UTC, node -> ruled(node, CronTimetable::zone));
    return new Provisioned.Window(
        field(
            "cron",
            element,
            null,
            node ->
                ruled(
                    node,
                    text -> {
                      CronTimetable.of(text, zone);
                      return text;
                    })),
        field("for", element, null, node -> Values.duration(node, "1s", "366d")),
        field("instances", element, null, node -> Values.integer(node, 1, MANY)),
        zone);
  }

  /** Reads what refuses a text by a rule of its own. */
  private static <T> T ruled(JsonNode node, Function<String, T> reading) throws BadValueException {
    try {
      return reading.apply(Values.text(node));
    } catch (IllegalArgumentException e) {
      throw new BadValueException(String.valueOf(e.getMessage()), e);
    }
  }

  /** An element's field; {@code absent} is null where it must be there. */
  private static <T> T field(String name, JsonNode element, @Nullable T absent, Values.Form<T> form)
      throws BadValueException {
    JsonNode node = element.get(name);
    if (node == null) {
      if (absent == null) {
        throw new BadValueException("must have the key " + name);
      }
      return absent;
    }
    try {
      return form.of(node);
    } catch (BadValueException e) {
      throw e.within("." + name, node);
    }
  }

  private static String id(JsonNode node, int least) throws BadValueException {
    String id = Values.text(node);
    if (id.length() < least || id.length() > LONGEST_ID) {
      throw new BadValueException("must have %d to %d characters".formatted(least, LONGEST_ID));
    }
    return id;
  }
}
