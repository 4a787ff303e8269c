package io.scaler.adapter.grpc;

import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.scaler.service.Denial;
import io.scaler.service.Failures;
import io.scaler.service.Gate;
import io.scaler.service.Timer;
import io.scaler.v1.ScalerAdminGrpc;
import io.scaler.v1.ScalerGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A listening gRPC server: the given services, health and reflection.
 *
 * <p>Calls run on the event loops (a direct executor), so no service may block. Health says NOT
 * SERVING until {@link #setServing} is told otherwise.
 */
public final class GrpcServer {
  /**
   * Warns, with a stack trace, of every message that is too large: the caller is told and a metric
   * counts it, so that a log need not be filled by whoever sends them. Kept, lest the level be
   * forgotten with the logger.
   */
  private static final Logger STREAMS =
      Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerStream");

  static {
    STREAMS.setLevel(Level.SEVERE);
  }

  private static final int MOST_HEALTH_WATCHES = 1_000;

  /** A connection that has not begun with what HTTP/2 and TLS begin with after this is closed. */
  private static final Duration HANDSHAKE = Duration.ofSeconds(10);

  private static final Duration STOP_CHECK = Duration.ofMillis(10);

  private final Server server;
  private final Connections connections;
  private final HealthStatusManager health;
  private final List<String> names;

  /**
   * Where and how to listen.
   *
   * @param host a name or an address of this machine
   * @param port 0 for any free one
   * @param maxMessageBytes of a request; a larger one is refused
   * @param minPing a client that pings more often than this is disconnected
   * @param ping an idle connection is pinged after this
   * @param pingTimeout a ping without an answer for this long ends the connection
   * @param maxIdle a connection without a call for this long is closed
   */
  public record Listen(
      String host,
      int port,
      int maxMessageBytes,
      Duration minPing,
      Duration ping,
      Duration pingTimeout,
      Duration maxIdle) {}

  /**
   * Who may come in, and how.
   *
   * @param gate is asked for every call
   * @param credentials of the server: TLS, or none
   * @param callsPerConnection open at a time; clients keep more to themselves until one has ended
   * @param maxConnections open at a time; one more is closed at once
   * @param maxConnectionsPerAddress likewise; those of an IPv6 network (/64) are one
   * @param refused is told of every request that is refused for its size, and of every connection,
   *     with the address that it came from
   */
  public record Door(
      Gate gate,
      ServerCredentials credentials,
      int callsPerConnection,
      int maxConnections,
      int maxConnectionsPerAddress,
      BiConsumer<Denial, String> refused) {
    /** Without a lock. */
    public static final Door OPEN =
        new Door(
            Gate.OPEN,
            InsecureServerCredentials.create(),
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            (denial, address) -> {});
  }

  private GrpcServer(
      Server server, Connections connections, HealthStatusManager health, List<String> names) {
    this.server = server;
    this.connections = connections;
    this.health = health;
    this.names = names;
  }

  /**
   * Binds and begins to serve.
   *
   * @throws IOException if it cannot listen there; the message names the address and the keys
   */
  public static GrpcServer start(Listen listen, Door door, List<? extends BindableService> services)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(listen.host(), listen.port());
    if (address.isUnresolved()) {
      throw new IOException(
          "cannot listen on %s:%d (grpc.host, grpc.port): the host is unknown"
              .formatted(listen.host(), listen.port()));
    }
    HealthStatusManager health = new HealthStatusManager();
    List<ServerServiceDefinition> definitions =
        services.stream().map(BindableService::bindService).toList();
    List<String> names = new ArrayList<>();
    names.add(HealthStatusManager.SERVICE_NAME_ALL_SERVICES);
    definitions.forEach(definition -> names.add(definition.getServiceDescriptor().getName()));
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address, door.credentials())
            .directExecutor()
            .maxConcurrentCallsPerConnection(door.callsPerConnection())
            .addStreamTracerFactory(
                new OversizedMessages(
                    from -> door.refused().accept(Denial.MESSAGE_TOO_LARGE, from)))
            .maxInboundMessageSize(listen.maxMessageBytes())
            .handshakeTimeout(HANDSHAKE.toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveTime(listen.minPing().toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(listen.ping().toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(listen.pingTimeout().toMillis(), TimeUnit.MILLISECONDS)
            .maxConnectionIdle(listen.maxIdle().toMillis(), TimeUnit.MILLISECONDS)
            .addService(
                ServerInterceptors.intercept(
                    health.getHealthService(),
                    new HealthWatches(Set.copyOf(names), MOST_HEALTH_WATCHES)))
            .addService(ProtoReflectionServiceV1.newInstance())
            .addService(olderReflection());
    if (door.gate() != Gate.OPEN) {
      Doorkeeper doorkeeper = new Doorkeeper(door.gate());
      builder.addTransportFilter(doorkeeper).intercept(doorkeeper);
    }
    definitions.forEach(builder::addService);
    Connections connections =
        new Connections(door.maxConnections(), door.maxConnectionsPerAddress(), door.refused());
    try {
      connections.serve(builder);
      Server built = builder.build();
      everyMethodIsListed(built);
      GrpcServer server = new GrpcServer(built, connections, health, List.copyOf(names));
      server.setServing(false);
      server.bind(listen);
      return server;
    } catch (IOException | RuntimeException e) {
      connections.end();
      throw e;
    }
  }

  /** Lest a method be served of which nobody has thought who may call it. */
  private static void everyMethodIsListed(Server server) {
    server.getServices().stream()
        .flatMap(service -> service.getMethods().stream())
        .map(method -> method.getMethodDescriptor().getFullMethodName())
        .filter(method -> !MethodRights.isListed(method))
        .forEach(
            method -> {
              throw new IllegalStateException("MethodRights has no line for " + method);
            });
  }

  /** The version of reflection that many tools still speak. */
  @SuppressWarnings("deprecation")
  private static BindableService olderReflection() {
    return io.grpc.protobuf.services.ProtoReflectionService.newInstance();
  }

  private void bind(Listen listen) throws IOException {
    try {
      server.start();
    } catch (IOException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "cannot listen on %s:%d (grpc.host, grpc.port): %s"
              .formatted(listen.host(), listen.port(), Failures.message(cause)),
          e);
    }
  }

  /**
   * The methods of Scaler's own services, without the services' names: {@code Assign} and so on.
   */
  public static Set<String> methods() {
    return Stream.of(
            ScalerGrpc.getServiceDescriptor(),
            serverless.simulator.ScalerGrpc.getServiceDescriptor(),
            ScalerAdminGrpc.getServiceDescriptor())
        .flatMap(service -> service.getMethods().stream())
        .map(method -> Objects.requireNonNull(method.getBareMethodName()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The port that it listens on. */
  public int port() {
    return server.getPort();
  }

  /** How many connections are open. */
  public int connections() {
    return connections.open();
  }

  /** What health says from now on, of the server as a whole and of each service. */
  public void setServing(boolean serving) {
    ServingStatus status = serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    names.forEach(name -> health.setStatus(name, status));
  }

  /**
   * Stops: health says NOT SERVING, no new call is taken, open ones may end.
   *
   * @param grace after which open calls are cancelled
   * @return done when the last call and connection have ended
   */
  public CompletionStage<Void> stop(Timer timer, Duration grace) {
    refuseNewCalls();
    Timer.Task cut = timer.after(grace, server::shutdownNow);
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    awaitEnd(timer, stopped);
    return stopped.thenRun(cut::cancel);
  }

  /** The server tells nobody when it has ended, so this looks. */
  private void awaitEnd(Timer timer, CompletableFuture<Void> stopped) {
    if (server.isTerminated()) {
      connections.end();
      stopped.complete(null);
    } else {
      timer.after(STOP_CHECK, () -> awaitEnd(timer, stopped));
    }
  }

  /** Stops at once: open calls are cancelled. */
  public void stopNow() {
    refuseNewCalls();
    server.shutdownNow();
    connections.end();
  }

  private void refuseNewCalls() {
    if (!server.isShutdown()) {
      health.enterTerminalState();
      server.shutdown();
    }
  }
}
