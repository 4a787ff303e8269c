package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import io.scaler.pki.Authority;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.Assignment;
import io.scaler.v1.DrainNodeRequest;
import io.scaler.v1.Function;
import io.scaler.v1.GetStatusRequest;
import io.scaler.v1.GetStatusResponse;
import io.scaler.v1.ReleaseRequest;
import io.scaler.v1.ScalerAdminGrpc;
import io.scaler.v1.ScalerGrpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One of three nodes stops, as it is asked to, while callers use all three. */
@Timeout(180)
class NodeStopTest {
  private static final int FUNCTIONS = 20;
  private static final int CALLERS = 8;
  private static final int PAIRS_BEFORE_AND_AFTER = 400;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Node platform;
  private final List<Node> nodes = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final Callers callers = new Callers();

  /** By every call. */
  private final Metadata shown = new Metadata();

  private void start() throws Exception {
    start(InsecureChannelCredentials.create());
  }

  /**
   * @param sets beyond those that every node has
   */
  private void start(ChannelCredentials credentials, String... sets) throws Exception {
    platform = Node.start(LocalNodes.settings());
    List<Integer> ports = LocalNodes.freePorts(3);
    String members = String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList());
    String name = "stop-" + ProcessHandle.current().pid() + "-" + ports.get(0);
    for (int port : ports) {
      nodes.add(Node.start(settings(name, port, members, sets)));
    }
    for (Node node : nodes) {
      channels.add(
          Grpc.newChannelBuilderForAddress("127.0.0.1", node.port(), credentials)
              .intercept(MetadataUtils.newAttachHeadersInterceptor(shown))
              .build());
    }
    for (int i = 0; i < FUNCTIONS; i++) {
      for (int through = 0; through < nodes.size(); through++) {
        String request = "first-" + i + "-" + through;
        int place = through;
        String function = "f" + i;
        await()
            .atMost(PATIENCE)
            .ignoreException(StatusRuntimeException.class)
            .until(() -> !callers.assign(place, function, request).isEmpty());
        callers.release(place, function, request, callers.assign(place, function, request));
      }
    }
  }

  private Settings settings(String name, int port, String members, String... sets)
      throws SettingsException {
    List<String> all = new ArrayList<>(List.of(sets));
    Collections.addAll(
        all,
        "cluster.name=" + name,
        "cluster.port=" + port,
        "cluster.members=" + members,
        "cluster.expected-size=3",
        "grpc.stop-notice=500ms",
        "platform.kind=grpc",
        "platform.address=127.0.0.1:" + platform.port());
    return LocalNodes.settings(all.toArray(String[]::new));
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    nodes.parallelStream().forEach(Node::close);
    platform.close();
  }

  /** The oldest node leads; another has a leader to go on with. */
  @Test
  void theLeaderStopsUnderLoadWithoutARequestLostOrAnInstanceHeldTwice() throws Exception {
    start();
    stopUnderLoad(0);
  }

  @Test
  void anotherNodeStopsUnderLoadWithoutARequestLostOrAnInstanceHeldTwice() throws Exception {
    start();
    stopUnderLoad(2);
  }

  @Test
  void aNodeStopsLikewiseWhereCallsAreEncryptedAndTakeATokenToo(@TempDir Path folder)
      throws Exception {
    Authority authority = new Authority(folder, "authority");
    Authority.Issued own = authority.issue("node");
    String token = "gateway-0123456789";
    Path tokens =
        Files.writeString(
            folder.resolve("tokens.yaml"), "- {name: g, role: caller, token: " + token + "}");
    shown.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    start(
        TlsChannelCredentials.newBuilder().trustManager(authority.file().toFile()).build(),
        "tls.certificate=" + own.file(),
        "tls.key=" + own.keyFile(),
        "access.tokens=" + tokens);

    stopUnderLoad(0);
  }

  /** Told through another node; a third leads before the drained one has left. */
  @Test
  void theLeaderIsDrainedUnderLoadAndAnotherLeadsAtOnce() throws Exception {
    start();
    String leader = status(1).getLeader();
    stopUnderLoad(
        () -> {
          var unused =
              ScalerAdminGrpc.newBlockingStub(channels.get(1))
                  .drainNode(DrainNodeRequest.newBuilder().setNode(leader).build());
          await()
              .atMost(PATIENCE)
              .untilAsserted(
                  () -> {
                    GetStatusResponse status = status(1);
                    assertThat(status.getLeader()).isNotEqualTo(leader);
                    assertThat(status.getNodesList()).as("while it is there").contains(leader);
                  });
          nodes.get(0).awaitStopped();
          await()
              .atMost(PATIENCE)
              .untilAsserted(
                  () -> assertThat(status(1).getNodesList()).hasSize(2).doesNotContain(leader));
        });
  }

  private GetStatusResponse status(int place) {
    return ScalerAdminGrpc.newBlockingStub(channels.get(place))
        .getStatus(GetStatusRequest.getDefaultInstance());
  }

  private void stopUnderLoad(int stopping) throws Exception {
    stopUnderLoad(() -> nodes.get(stopping).close());
  }

  private void stopUnderLoad(Runnable stop) throws Exception {
    Map<String, String> kept = new HashMap<>();
    for (int i = 0; i < FUNCTIONS; i++) {
      String instance = callers.served(new SplittableRandom(i), "f" + i, "kept-" + i);
      kept.put("kept-" + i, instance);
      callers.holders.put(instance, "kept-" + i);
    }
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        int caller = i;
        running.add(threads.submit(() -> callers.run(caller)));
      }
      callers.awaitMorePairs();
      stop.run();
      callers.awaitMorePairs();
      callers.stopped = true;
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      callers.stopped = true;
      threads.shutdownNow();
    }

    assertThat(callers.problems).isEmpty();
    for (int i = 0; i < FUNCTIONS; i++) {
      String request = "kept-" + i;
      assertThat(callers.served(new SplittableRandom(i), "f" + i, request))
          .as("what %s held before the node stopped", request)
          .isEqualTo(kept.get(request));
    }
  }

  /** Callers that repeat a call through another node where one is unavailable. */
  private final class Callers {
    final Map<String, String> holders = new ConcurrentHashMap<>();
    final Queue<String> problems = new ConcurrentLinkedQueue<>();
    final AtomicInteger pairs = new AtomicInteger();
    volatile boolean stopped;

    void awaitMorePairs() {
      int enough = pairs.get() + PAIRS_BEFORE_AND_AFTER;
      await().atMost(PATIENCE).until(() -> pairs.get() >= enough || !problems.isEmpty());
    }

    void run(int caller) {
      SplittableRandom random = new SplittableRandom(caller);
      for (int number = 0; !stopped; number++) {
        String function = "f" + random.nextInt(FUNCTIONS);
        String request = "r-" + caller + "-" + number;
        try {
          String instance = served(random, function, request);
          String other = holders.putIfAbsent(instance, request);
          if (other != null) {
            problems.add(instance + " is held by " + other + " and by " + request);
          }
          holders.remove(instance, request);
          repeated(
              random,
              place -> {
                release(place, function, request, instance);
                return "";
              });
          pairs.incrementAndGet();
        } catch (RuntimeException e) {
          problems.add(request + " of " + function + ": " + e);
        }
      }
    }

    String served(SplittableRandom random, String function, String request) {
      return repeated(random, place -> assign(place, function, request));
    }

    private String repeated(SplittableRandom random, java.util.function.IntFunction<String> call) {
      Instant giveUp = Instant.now().plus(PATIENCE);
      int place = random.nextInt(channels.size());
      while (true) {
        try {
          return call.apply(place);
        } catch (StatusRuntimeException e) {
          if (e.getStatus().getCode() != Status.Code.UNAVAILABLE || Instant.now().isAfter(giveUp)) {
            throw e;
          }
          place = (place + 1) % channels.size();
        }
      }
    }

    String assign(int place, String function, String request) {
      return ScalerGrpc.newBlockingStub(channels.get(place))
          .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .assign(
              AssignRequest.newBuilder()
                  .setRequestId(request)
                  .setFunction(
                      Function.newBuilder().setKey(function).setRuntime("java").setMemoryMb(1))
                  .build())
          .getAssignment()
          .getInstanceId();
    }

    void release(int place, String function, String request, String instance) {
      var unused =
          ScalerGrpc.newBlockingStub(channels.get(place))
              .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
              .release(
                  ReleaseRequest.newBuilder()
                      .setAssignment(
                          Assignment.newBuilder()
                              .setFunctionKey(function)
                              .setRequestId(request)
                              .setInstanceId(instance))
                      .build());
    }
  }
}
