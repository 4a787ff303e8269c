package io.scaler.it;

import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.scaler.v1.GetUsageRequest;
import io.scaler.v1.GetUsageResponse;
import io.scaler.v1.PlatformGrpc;
import io.scaler.v1.ScalerGrpc;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A platform and several nodes on loopback, each a process of its own. */
final class LocalCluster implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Path folder;
  private final List<String> options;
  private final List<String> settings;
  private final int[] grpc;
  private final int[] http;
  private final int[] members;
  private final int platformPort;
  private final LocalProcess platform;
  private final List<LocalProcess> nodes = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final ManagedChannel platformChannel;
  private final HttpClient client;
  private final String scheme;

  /**
   * Starts the processes and waits until every node is ready.
   *
   * @param platformArguments for the {@code platform} command
   * @param settings {@code key=value} for every node
   */
  static LocalCluster start(int size, List<String> platformArguments, String... settings) {
    return started(
        new LocalCluster(
            List.of(),
            size,
            platformArguments,
            List.of(settings),
            HttpClient.newHttpClient(),
            "http"));
  }

  /** The same, for tests of what its nodes show. */
  static LocalCluster startSoon(int size, List<String> platformArguments, String... settings) {
    return started(
        new LocalCluster(
            LocalProcess.READY_SOON,
            size,
            platformArguments,
            List.of(settings),
            HttpClient.newHttpClient(),
            "http"));
  }

  /**
   * Likewise, whose nodes encrypt both ports; its channels, which do not, are of no use.
   *
   * @param own the nodes' certificate
   */
  static LocalCluster startSoon(
      SelfSigned own, int size, List<String> platformArguments, String... settings)
      throws GeneralSecurityException {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("tls.certificate=" + own.certificate());
    all.add("tls.key=" + own.key());
    HttpClient client = HttpClient.newBuilder().sslContext(own.trusting()).build();
    return started(
        new LocalCluster(LocalProcess.READY_SOON, size, platformArguments, all, client, "https"));
  }

  private static LocalCluster started(LocalCluster cluster) {
    try {
      IntStream.range(0, cluster.grpc.length).forEach(cluster::awaitReady);
    } catch (RuntimeException e) {
      String logs =
          cluster.nodes.stream().map(LocalProcess::output).collect(Collectors.joining("\n---\n"));
      cluster.close();
      throw new IllegalStateException("the cluster did not start:\n" + logs, e);
    }
    return cluster;
  }

  private LocalCluster(
      List<String> options,
      int size,
      List<String> platformArguments,
      List<String> settings,
      HttpClient client,
      String scheme) {
    this.options = options;
    this.settings = settings;
    this.client = client;
    this.scheme = scheme;
    try {
      this.folder = Files.createTempDirectory("scaler-it");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int[] ports = freePorts(3 * size + 1);
    this.grpc = new int[size];
    this.http = new int[size];
    this.members = new int[size];
    for (int i = 0; i < size; i++) {
      grpc[i] = ports[3 * i];
      http[i] = ports[3 * i + 1];
      members[i] = ports[3 * i + 2];
    }
    this.platformPort = ports[3 * size];
    List<String> arguments =
        new ArrayList<>(List.of("platform", "--port", String.valueOf(platformPort)));
    arguments.addAll(platformArguments);
    this.platform = LocalProcess.start(options, "platform", folder, arguments);
    this.platformChannel = channel(platformPort);
    for (int i = 0; i < size; i++) {
      nodes.add(startNode(i, "node" + i));
      channels.add(channel(grpc[i]));
    }
  }

  private LocalProcess startNode(int number, String name) {
    String known =
        IntStream.of(members)
            .mapToObj(port -> "127.0.0.1:" + port)
            .collect(Collectors.joining(","));
    List<String> arguments = new ArrayList<>(List.of("node"));
    List<String> all =
        new ArrayList<>(
            List.of(
                "grpc.port=" + grpc[number],
                "http.port=" + http[number],
                "cluster.port=" + members[number],
                "cluster.members=" + known,
                "cluster.name=it-" + members[0],
                "cluster.expected-size=" + grpc.length,
                "start.rehearsal=0s",
                "platform.kind=grpc",
                "platform.address=127.0.0.1:" + platformPort));
    all.addAll(settings);
    for (String setting : all) {
      arguments.add("--set");
      arguments.add(setting);
    }
    return LocalProcess.start(options, name, folder, arguments);
  }

  /** Starts a node again that has ended. */
  void restart(int number) {
    nodes.set(number, startNode(number, "node" + number + "-again"));
  }

  LocalProcess node(int number) {
    return nodes.get(number);
  }

  void awaitReady(int number) {
    await("node " + number + " to be ready").atMost(LIMIT).until(() -> isReady(number));
  }

  boolean isReady(int number) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(page(number) + "health/ready"))
              .timeout(Duration.ofSeconds(5))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  ManagedChannel channel(Integer number) {
    return channels.get(number);
  }

  ScalerGrpc.ScalerBlockingStub scaler(int number) {
    return ScalerGrpc.newBlockingStub(channels.get(number));
  }

  ScalerGrpc.ScalerFutureStub scalerLater(int number) {
    return ScalerGrpc.newFutureStub(channels.get(number));
  }

  GetUsageResponse usage() {
    return PlatformGrpc.newBlockingStub(platformChannel)
        .getUsage(GetUsageRequest.getDefaultInstance());
  }

  /** Where a node's page is. */
  String page(int number) {
    return scheme + "://127.0.0.1:" + http[number] + "/";
  }

  int grpcPort(int number) {
    return grpc[number];
  }

  /** {@code host:port,…} of every node. */
  String targets() {
    return IntStream.of(grpc)
        .mapToObj(port -> "127.0.0.1:" + port)
        .collect(Collectors.joining(","));
  }

  String platformAddress() {
    return "127.0.0.1:" + platformPort;
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    platformChannel.shutdownNow();
    nodes.forEach(LocalProcess::close);
    platform.close();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ManagedChannel channel(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  private static int[] freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0));
      }
      int[] ports = sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
