package io.scaler.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A node's configuration, checked. Each component is a key, or a section of keys, of {@code
 * scaler.yaml}, which says what it means, its unit and its range.
 */
public record Settings(
    Grpc grpc,
    Http http,
    Tls tls,
    Access access,
    Platform platform,
    Cluster cluster,
    Policy policy,
    Limits limits,
    Requests requests,
    Launches launches,
    Leader leader,
    Start start,
    Tracing tracing,
    List<Provisioned> provisioned,
    Log log) {

  public Settings {
    provisioned = List.copyOf(provisioned);
  }

  /**
   * The gRPC server.
   *
   * @param callsPerConnection zero for no limit
   * @param maxConnections likewise
   * @param maxConnectionsPerAddress likewise
   */
  public record Grpc(
      String host,
      int port,
      Size maxMessage,
      int callsPerConnection,
      int maxConnections,
      int maxConnectionsPerAddress,
      Duration minPing,
      Duration ping,
      Duration pingTimeout,
      Duration maxIdle,
      Duration stopNotice,
      Duration stopGrace) {}

  /** The HTTP server. */
  public record Http(String host, int port) {}

  /**
   * Encryption of both ports; each is a file's path, empty if there is none.
   *
   * @param certificate empty: connections are not encrypted
   * @param clientAuthorities empty: clients show no certificates
   */
  public record Tls(String certificate, String key, String clientAuthorities) {
    /** Whether connections are encrypted. */
    public boolean isOn() {
      return !certificate.isEmpty();
    }
  }

  /**
   * Who may call.
   *
   * @param tokens a file's path; empty if there is none
   * @param callsPerSecond zero for no limit
   * @param burst zero for as many as in a second
   * @param denialsPerSecond zero for no limit
   */
  public record Access(
      boolean insecure,
      String tokens,
      Jwt jwt,
      List<Certificate> certificates,
      boolean openMetrics,
      int callsPerSecond,
      int burst,
      int denialsPerSecond) {
    public Access {
      certificates = List.copyOf(certificates);
    }

    /**
     * JSON Web Tokens.
     *
     * @param keys a file's path; empty if there is none
     * @param issuer empty if not checked
     * @param audience empty if not checked
     */
    public record Jwt(String keys, String issuer, String audience, String roleClaim) {}

    /**
     * What a client certificate makes of its owner.
     *
     * @param name one of its names, or {@code *} for any other
     */
    public record Certificate(String name, Role role) {}

    /** What a caller may do. */
    public enum Role {
      CALLER,
      VIEWER,
      OPERATOR
    }
  }

  /** Where instances run. */
  public record Platform(
      Kind kind,
      String address,
      Contract contract,
      Security security,
      Calls calls,
      Simulated simulated) {

    /** Which adapter. */
    public enum Kind {
      SIMULATED,
      GRPC
    }

    /** What a remote platform speaks. */
    public enum Contract {
      V1,
      CONTEST
    }

    /**
     * How the connection to a remote platform is encrypted, and what it shows; each but tls is a
     * file's path, empty if there is none.
     */
    public record Security(
        boolean tls, String authorities, String certificate, String key, String token) {}

    /** How the platform is called. */
    public record Calls(
        Duration createTimeout,
        Duration initTimeout,
        Duration destroyTimeout,
        Duration listTimeout,
        int attempts,
        Duration backoff,
        int bulkhead,
        Breaker breaker) {}

    /** When the platform is taken for down. */
    public record Breaker(
        double failureRate, int window, int minimumCalls, Duration open, int probes) {}

    /**
     * The platform within this process.
     *
     * @param trace a folder or a bundled trace's name; empty for none
     * @param memory zero for no limit
     */
    public record Simulated(
        Duration createLatency,
        Duration init,
        String trace,
        Duration destroyLatency,
        double jitter,
        double createFailures,
        double initFailures,
        double destroyFailures,
        Size memory) {}
  }

  /**
   * How nodes find each other.
   *
   * @param members {@code host:port} each
   * @param kubernetesDns empty if not used; never together with members
   */
  public record Cluster(
      String name,
      String host,
      int port,
      List<String> members,
      String kubernetesDns,
      int expectedSize,
      Duration heartbeat,
      Duration tolerance,
      Duration removal,
      Duration backupTimeout) {
    public Cluster {
      members = List.copyOf(members);
    }
  }

  /** What is kept and started ahead. */
  public record Policy(
      @Key("default") Choice choice,
      List<Special> overrides,
      Fixed fixed,
      Contest contest,
      Hybrid hybrid,
      CostOptimal costOptimal) {
    public Policy {
      overrides = List.copyOf(overrides);
    }

    /**
     * What holds for some functions.
     *
     * @param functions a key, or the beginning of keys before a {@code *}
     * @param maxInstances {@link #UNLIMITED} for as many as the policy says
     */
    public record Special(String functions, Choice policy, int minInstances, int maxInstances) {
      public static final int UNLIMITED = 1_000_000;
    }

    /** Which policy. */
    public enum Choice {
      COST_OPTIMAL,
      CONTEST,
      GREEDY_DUAL,
      HYBRID,
      FIXED,
      NONE;

      /** As a configuration spells it. */
      public String word() {
        return Values.name(this);
      }
    }

    /** One keep-alive for all. */
    public record Fixed(Duration keepAlive) {}

    /** The hybrid histogram. */
    public record Hybrid(
        double headPercentile,
        double tailPercentile,
        double margin,
        double cvThreshold,
        double outOfBounds,
        double forecastMargin,
        Duration keepAlive) {}

    /** What costs least. */
    public record CostOptimal(double waitingPrice, double priorWeight, double neverWeight) {}

    /** The contest's rules. */
    public record Contest(
        int maxIdle,
        Size largeMemory,
        int largeMaxIdle,
        int launchAhead,
        Duration spareInterval,
        int sparesKept,
        double executionRatio,
        Duration executionKeepAlive,
        Duration classifyAfter,
        int sparseConcurrency,
        Duration sparseInterval,
        Duration sparseKeepAlive,
        Duration denseInterval,
        Size denseMemory,
        Duration denseKeepAlive,
        Duration keepAlive,
        Surplus surplus) {}

    /** What becomes of a launch that nobody waits for any more. */
    public enum Surplus {
      KEEP,
      GIVE_UP
    }
  }

  /**
   * What is never exceeded.
   *
   * @param memory zero for no limit
   * @param launches zero for no limit
   * @param launchesPerFunction zero for no limit
   */
  public record Limits(
      Size memory,
      int launches,
      int launchesPerFunction,
      int instancesPerFunction,
      int waitersPerFunction,
      int calls,
      int remembered,
      Duration rememberFor,
      Duration rememberFunctionsFor) {}

  /** How requests are treated. */
  public record Requests(
      Duration defaultWait,
      Duration maxWait,
      Duration defaultTimeout,
      Duration leaseGrace,
      Duration askAgain,
      Duration overtime) {}

  /** How instances are started and ended. */
  public record Launches(
      int attempts, Duration backoff, Duration timeout, Duration patience, Duration destroyAgain) {}

  /** When the leader does its duties. */
  public record Leader(
      Duration tick, Duration sweep, Duration plan, Duration reconcile, int sweepMost) {}

  /** What a node does before it joins. */
  public record Start(Duration rehearsal) {}

  /** Whom requests are followed for. */
  public record Tracing(String endpoint, double sampleRatio) {}

  /**
   * A function of which instances are kept without demand.
   *
   * @param instances always, and in windows more
   */
  public record Provisioned(
      String key,
      String runtime,
      Size memory,
      Duration timeout,
      int instances,
      List<Window> windows) {
    public Provisioned {
      windows = List.copyOf(windows);
    }

    /** When more are kept. */
    public record Window(String cron, @Key("for") Duration length, int instances, ZoneId zone) {}
  }

  /** What is logged. */
  public record Log(Level level) {

    /** The least severe that is logged. */
    public enum Level {
      TRACE,
      DEBUG,
      INFO,
      WARN,
      ERROR
    }
  }

  /**
   * Reads the layers, one over the other: the defaults, the file, the environment, the sets.
   *
   * @param config a YAML file; null for the one that {@code SCALER_CONFIG} names, or none
   * @param environment all of the process's variables
   * @param sets {@code key=value} each; the last of a key holds
   * @throws SettingsException with everything that is wrong; rules that span keys are checked only
   *     where each value by itself is right
   */
  public static Settings load(
      @Nullable Path config, Map<String, String> environment, List<String> sets)
      throws SettingsException {
    List<String> problems = new ArrayList<>();
    Layers layers = new Layers(problems);
    Path file = config == null ? fileOf(environment, problems) : config;
    if (file != null) {
      layers.addFile(file);
    }
    layers.addEnvironment(environment);
    layers.addSets(sets);
    Settings settings = SettingsReader.read(layers, problems);
    if (problems.isEmpty()) {
      CrossChecks.check(settings, problems);
    }
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return settings;
  }

  /** The file that {@link #load} reads; empty if there is none. */
  public static Optional<Path> file(@Nullable Path config, Map<String, String> environment) {
    return Optional.ofNullable(config == null ? fileOf(environment, new ArrayList<>()) : config);
  }

  private static @Nullable Path fileOf(Map<String, String> environment, List<String> problems) {
    String name = environment.getOrDefault(Layers.CONFIG_VARIABLE, "");
    try {
      return name.isEmpty() ? null : Path.of(name);
    } catch (InvalidPathException e) {
      problems.add("%s: is no path: %s".formatted(Layers.CONFIG_VARIABLE, e.getMessage()));
      return null;
    }
  }

  /**
   * As much of these settings as can hold in a node that runs with others: policies, what is
   * provisioned, the log's level and limits; a limit that is none, or is to be none, stays.
   *
   * @throws SettingsException if that breaks a rule
   */
  public Settings onTopOf(Settings running) throws SettingsException {
    Limits then = running.limits;
    Limits mixed =
        new Limits(
            isNone(then.memory.bytes(), limits.memory.bytes()) ? then.memory : limits.memory,
            isNone(then.launches, limits.launches) ? then.launches : limits.launches,
            isNone(then.launchesPerFunction, limits.launchesPerFunction)
                ? then.launchesPerFunction
                : limits.launchesPerFunction,
            limits.instancesPerFunction,
            limits.waitersPerFunction,
            limits.calls,
            limits.remembered,
            limits.rememberFor,
            then.rememberFunctionsFor);
    Settings settings =
        new Settings(
            running.grpc,
            running.http,
            running.tls,
            running.access,
            running.platform,
            running.cluster,
            policy,
            mixed,
            running.requests,
            running.launches,
            running.leader,
            running.start,
            running.tracing,
            provisioned,
            log);
    List<String> problems = new ArrayList<>();
    CrossChecks.check(settings, problems);
    if (!problems.isEmpty()) {
      throw new SettingsException(
          problems.stream().map(each -> each + " (a restart would do)").toList());
    }
    return settings;
  }

  private static boolean isNone(long limit, long other) {
    return limit == 0 || other == 0;
  }

  /** Whether callers must show who they are. */
  public boolean asksWhoCalls() {
    return !(access.tokens + access.jwt.keys + tls.clientAuthorities).isEmpty();
  }

  /** Whether other machines may reach one of the ports that calls come to. */
  public boolean listensToOthers() {
    return !Loopback.is(grpc.host) || !Loopback.is(http.host);
  }

  /** The keys that have another value in the other settings, e.g. {@code grpc.port}. */
  public SortedSet<String> differencesTo(Settings other) {
    Map<String, Object> here = SettingsText.values(this);
    Map<String, Object> there = SettingsText.values(other);
    SortedSet<String> differing = new TreeSet<>(here.keySet());
    differing.removeIf(key -> Objects.equals(here.get(key), there.get(key)));
    return differing;
  }

  /** Everything as YAML that {@link #load} reads to the same settings. */
  public String describe() {
    return SettingsText.of(this);
  }
}
