package io.scaler.node;

import io.grpc.InsecureServerCredentials;
import io.scaler.adapter.access.AccessSettings;
import io.scaler.adapter.access.CheckedGate;
import io.scaler.adapter.access.ServerTls;
import io.scaler.adapter.grpc.GrpcServer;
import io.scaler.adapter.http.OperatorServer;
import io.scaler.adapter.metrics.Metric;
import io.scaler.adapter.metrics.NodeMetrics;
import io.scaler.config.Settings;
import io.scaler.service.Admission;
import io.scaler.service.Denial;
import io.scaler.service.Gate;
import io.scaler.service.RefusalLog;
import io.scaler.service.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may come in at a node's two ports, and how they are encrypted. One pass has the log say who
 * may not, looks whether one of the files that say so has changed, and reads it again. One that is
 * broken changes nothing, so that what was taken back in it still counts: it is counted, and read
 * again in every pass.
 */
final class Doors implements Runnable {
  static final String LOGGER = "io.scaler.Access";

  private static final Logger log = LoggerFactory.getLogger(LOGGER);

  /** What was exceeded, of which no gate knows. */
  private static final Map<Denial, String> LIMITS =
      Map.of(
          Denial.MESSAGE_TOO_LARGE, "a request is larger than grpc.max-message",
          Denial.TOO_MANY_CONNECTIONS, "there are grpc.max-connections already",
          Denial.TOO_MANY_CONNECTIONS_PER_ADDRESS,
              "there are grpc.max-connections-per-address already");

  /** How long before its certificate's end a node begins to warn of it. */
  private static final Duration WARNED_BEFORE = Duration.ofDays(14);

  private final Settings settings;
  private final NodeMetrics metrics;
  private final InstantSource clock;
  private final Gate gate;
  private final @Nullable ServerTls tls;
  private final RefusalLog refusals;
  private final List<FileWatch> watches = new ArrayList<>();
  private final List<Reading> readings = new ArrayList<>();

  private Doors(Settings settings, NodeMetrics metrics, InstantSource clock, LongSupplier nanoTime)
      throws IOException {
    this.settings = settings;
    this.metrics = metrics;
    this.clock = clock;
    this.refusals = new RefusalLog(nanoTime);
    Settings.Tls files = settings.tls();
    watch("the certificate", this::reloadCertificate, files.certificate(), files.key());
    watch("the tokens", () -> reload(CheckedGate::reloadTokens), settings.access().tokens());
    watch(
        "the keys of tokens",
        () -> reload(CheckedGate::reloadKeys),
        settings.access().jwt().keys());
    watch(
        "the clients' authorities",
        () -> reload(CheckedGate::reloadAuthorities),
        files.clientAuthorities());
    // Read only now that they are watched: no change is missed.
    this.tls =
        files.isOn()
            ? ServerTls.read(
                Path.of(files.certificate()),
                Path.of(files.key()),
                !files.clientAuthorities().isEmpty())
            : null;
    this.gate = CheckedGate.open(translated(settings), clock, nanoTime);
  }

  /**
   * @param nanoTime for elapsed time only
   * @throws IOException if a file cannot be read or breaks a rule; the message names its key
   */
  static Doors open(
      Settings settings, NodeMetrics metrics, InstantSource clock, LongSupplier nanoTime)
      throws IOException {
    Doors doors = new Doors(settings, metrics, clock, nanoTime);
    metrics.gauge(Metric.ACCESS_FILES_BROKEN, doors::broken);
    metrics.gauge(Metric.CERTIFICATE_EXPIRES, doors::certificateExpiresSeconds);
    return doors;
  }

  private void reloadCertificate() throws IOException {
    if (tls != null) {
      tls.reload();
      sayWhenTheCertificateExpires(tls);
    }
  }

  private void sayWhenTheCertificateExpires(ServerTls shown) {
    String file = settings.tls().certificate();
    Instant end = shown.expires();
    Duration left = Duration.between(clock.instant(), end);
    if (left.isNegative()) {
      log.warn(
          "the certificate ({}) has expired, on {}: clients that check it refuse this node",
          file,
          end);
    } else if (left.compareTo(WARNED_BEFORE) < 0) {
      log.warn("the certificate ({}) expires in {} days, on {}", file, left.toDays(), end);
    }
  }

  /** Negative once it has expired; no number where there is none. */
  private double certificateExpiresSeconds() {
    return tls == null
        ? Double.NaN
        : Duration.between(clock.instant(), tls.expires()).toMillis() / 1e3;
  }

  private interface GateReload {
    void of(CheckedGate gate) throws IOException;
  }

  private void reload(GateReload reload) throws IOException {
    if (gate instanceof CheckedGate checked) {
      reload.of(checked);
    }
  }

  /** The configuration in the words of the gate. */
  static AccessSettings translated(Settings settings) {
    Settings.Access access = settings.access();
    Settings.Access.Jwt jwt = access.jwt();
    Map<String, Role> certificates = new LinkedHashMap<>();
    access.certificates().forEach(each -> certificates.put(each.name(), role(each.role())));
    Path keys = path(jwt.keys());
    return new AccessSettings(
        path(access.tokens()),
        keys == null
            ? null
            : new AccessSettings.Jwt(keys, jwt.issuer(), jwt.audience(), jwt.roleClaim()),
        path(settings.tls().clientAuthorities()),
        certificates,
        access.callsPerSecond(),
        access.burst() == 0 ? access.callsPerSecond() : access.burst(),
        access.denialsPerSecond());
  }

  private static Role role(Settings.Access.Role role) {
    return switch (role) {
      case CALLER -> Role.CALLER;
      case VIEWER -> Role.VIEWER;
      case OPERATOR -> Role.OPERATOR;
    };
  }

  private static @Nullable Path path(String text) {
    return text.isEmpty() ? null : Path.of(text);
  }

  private interface Reload {
    void run() throws IOException;
  }

  private void watch(String what, Reload reload, String... files) {
    Stream.of(files)
        .filter(file -> !file.isEmpty())
        .forEach(
            file -> {
              Reading reading = new Reading(what + " (" + file + ")", reload);
              readings.add(reading);
              watches.add(FileWatch.beforeReading(Path.of(file), reading));
            });
  }

  /** Reads a file again, and says so; once, where it fails in the same way again. */
  private static final class Reading implements Runnable {
    private final String what;
    private final Reload reload;
    private volatile @Nullable String failure;

    Reading(String what, Reload reload) {
      this.what = what;
      this.reload = reload;
    }

    boolean isBroken() {
      return failure != null;
    }

    @Override
    public void run() {
      try {
        reload.run();
        failure = null;
        log.info("{}: read again", what);
      } catch (IOException e) {
        String message = String.valueOf(e.getMessage());
        if (!message.equals(failure)) {
          log.error("{}: broken, what it held before holds on: {}", what, message);
        }
        failure = message;
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void run() {
    refusals.run();
    for (FileWatch watch : watches) {
      try {
        watch.run();
      } catch (UncheckedIOException e) {
        log.trace("said before; the next pass reads it again", e);
      }
    }
  }

  /** How many files have changed and cannot be read. */
  private int broken() {
    return (int) readings.stream().filter(Reading::isBroken).count();
  }

  /** The gRPC port's. */
  GrpcServer.Door grpc() {
    return new GrpcServer.Door(
        counted("gRPC"),
        tls == null ? InsecureServerCredentials.create() : tls.grpc(),
        orNone(settings.grpc().callsPerConnection()),
        orNone(settings.grpc().maxConnections()),
        orNone(settings.grpc().maxConnectionsPerAddress()),
        (denial, address) -> {
          metrics.refused(denial);
          refusals.denied(
              "gRPC", denial, "from %s: %s".formatted(address, LIMITS.getOrDefault(denial, "")));
        });
  }

  private static int orNone(int limit) {
    return limit == 0 ? Integer.MAX_VALUE : limit;
  }

  /** The HTTP port's. */
  OperatorServer.Door http() {
    return new OperatorServer.Door(
        counted("HTTP"),
        tls == null ? null : tls.http(),
        tls != null && tls.asksClients(),
        settings.access().openMetrics());
  }

  /** The gate, with whom it refuses counted and logged. */
  private Gate counted(String port) {
    Gate counted = metrics.counted(gate);
    return counted == Gate.OPEN
        ? counted
        : (shown, right) -> {
          Admission admission = counted.admit(shown, right);
          if (admission instanceof Admission.Denied denied) {
            refusals.denied(
                port,
                denied.denial(),
                "from %s, to %s: %s".formatted(shown.address(), right.verb(), denied.why()));
          }
          return admission;
        };
  }

  /** Has the log say what is refused. */
  RefusalLog refusals() {
    return refusals;
  }

  /** The scheme of the HTTP port's addresses. */
  String scheme() {
    return tls == null ? "http" : "https";
  }

  /** Says what whoever runs the node should know. */
  void sayWhoMayCall() {
    if (tls != null) {
      sayWhenTheCertificateExpires(tls);
    }
    String open =
        "whoever reaches the ports may do everything: there are no access.tokens, access.jwt.keys"
            + " or tls.client-authorities";
    if (!settings.asksWhoCalls() && settings.listensToOthers()) {
      log.warn("{}, and other machines may reach them (access.insecure)", open);
    } else if (!settings.asksWhoCalls()) {
      log.info(open);
    }
    Settings.Access access = settings.access();
    if (settings.asksWhoCalls()
        && (access.tokens() + access.jwt().keys()).isEmpty()
        && access.certificates().isEmpty()) {
      log.warn("nobody may call: no certificate has a role (access.certificates)");
    }
    if (access.insecure() && tls == null) {
      log.warn("connections are not encrypted (access.insecure)");
    }
  }
}
