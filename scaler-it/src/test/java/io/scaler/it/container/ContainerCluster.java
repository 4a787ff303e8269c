package io.scaler.it.container;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.Volume;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.scaler.adapter.platform.SlotEvent;
import io.scaler.it.history.History;
import io.scaler.v1.GetFunctionRequest;
import io.scaler.v1.GetStatusRequest;
import io.scaler.v1.Override;
import io.scaler.v1.RemoveOverrideRequest;
import io.scaler.v1.ScalerAdminGrpc;
import io.scaler.v1.SetOverrideRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.lifecycle.Startables;

/**
 * Three nodes and a platform in containers, haproxy in front, on the networks of the compose file:
 * callers and haproxy reach nodes over one, nodes reach each other and the platform over another.
 */
final class ContainerCluster implements AutoCloseable {
  static final int SIZE = 3;

  private static final int GRPC = 9001;
  private static final int HTTP = 9080;
  private static final int MEMBER = 5701;
  private static final int PLATFORM = 50051;
  private static final int STATE = 9082;
  private static final int ENDED_BY_SIGTERM = 143;
  private static final String PROXY_CONFIG = "/usr/local/etc/haproxy/haproxy.cfg";
  private static final String PROXY_USER = "99:99";
  private static final String PLATFORM_CONFIG = "/opt/scaler/platform.yaml";
  private static final String NO_SETTINGS = "{}\n";
  private static final String NODE_FOLDER = "/etc/scaler";
  private static final String NODE_CONFIG = "node.yaml";
  private static final String LEADS = "this node leads";
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** Haproxy asks twice a second, waits for a second, and has to fail twice. */
  private static final Duration NOTICED_WITHIN = Duration.ofSeconds(4);

  /** By which what a run that was broken off has left is found, and removed. */
  static final Map<String, String> LABELS = Map.of("io.scaler.test", "true");

  private static final Pattern CARRIED = Pattern.compile("(\\d+)=(\\d+)");
  private static final Pattern LEFT =
      Pattern.compile("no metrics|scaler_(limit_used|instances|launches_open)[{ ]");
  private static final Path ROOT = Path.of(System.getProperty("scaler.root", ".."));

  private final Network front =
      Network.builder().createNetworkCmdModifier(command -> command.withLabels(LABELS)).build();
  private final Network cluster =
      Network.builder()
          .createNetworkCmdModifier(command -> command.withLabels(LABELS).withInternal(true))
          .build();
  private final DockerClient docker = DockerClientFactory.instance().client();
  private final ImageFromDockerfile image =
      new ImageFromDockerfile("scaler-it-node", true)
          .withFileFromPath("Dockerfile", ROOT.resolve("deploy/container/Dockerfile"))
          .withFileFromPath("scaler.jar", ROOT.resolve("scaler-node/target/scaler.jar"))
          .withBuildArg("BASE_IMAGE", Engine.JAVA_BASE);
  private final Path folder = folder();
  private final List<Member> nodes = new ArrayList<>();
  private final Member platform;
  private final GenericContainer<?> haproxy;
  private final Queue<SlotEvent> slots = new ConcurrentLinkedQueue<>();
  private final Set<SlotEvent> told = ConcurrentHashMap.newKeySet();
  private final List<Instant> platformLost = new CopyOnWriteArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Links links = new Links(docker, cluster.getId());

  private final List<History.Span> hangs = new ArrayList<>();

  /** Since when nodes are. */
  private final Map<Integer, Instant> frozen = new HashMap<>();

  /** Nodes with a link that is cut or narrow. */
  private final Set<Integer> disturbed = new HashSet<>();

  private boolean isPlatformSet;

  private @Nullable FarAway farAway;

  /** Of one scenario; nodes may be taken away at once. */
  private final List<LeaderLost> leadersLost = new CopyOnWriteArrayList<>();

  private final JsonMapper json = new JsonMapper();

  /** A container on the cluster's network as well, and what it logged. */
  private final class Member extends GenericContainer<Member> {
    private final String clusterName;
    private final Queue<Logged> log = new ConcurrentLinkedQueue<>();

    Member(String frontName, String clusterName, String... command) {
      super(image);
      withLabels(LABELS);
      this.clusterName = clusterName;
      withNetwork(front);
      withNetworkAliases(frontName);
      // The engine tells a container's ports at times before it has published them.
      withStartupAttempts(3);
      withStartupTimeout(Duration.ofMinutes(2));
      withCommand(command);
      // Nodes that end and start again all the time on a few processors gain nothing from the
      // compiler that takes long.
      withEnv("JDK_JAVA_OPTIONS", "-Xmx256m -XX:TieredStopAtLevel=1");
      withCreateContainerCmdModifier(ContainerCluster::confined);
      withLogConsumer(this::logged);
    }

    private void logged(OutputFrame frame) {
      String line = frame.getUtf8StringWithoutLineEnding();
      log.add(new Logged(Instant.now(), line));
      if (line.startsWith("{\"at\":")) {
        SlotEvent event = slotEvent(line);
        // A log that is followed again begins a little before where it was left.
        if (told.add(event)) {
          slots.add(event);
        }
      }
    }

    @java.lang.Override
    protected void containerIsCreated(String containerId) {
      docker
          .connectToNetworkCmd()
          .withContainerId(containerId)
          .withNetworkId(cluster.getId())
          .withContainerNetwork(new ContainerNetwork().withAliases(clusterName))
          .exec();
    }
  }

  private record Logged(Instant at, String line) {}

  /** A node that led was taken away. */
  private record LeaderLost(int number, Instant at) {}

  /**
   * A node whose link is long.
   *
   * @param detour that its link passes through
   */
  private record FarAway(int number, GenericContainer<?> detour) {}

  /**
   * Starts all and waits until haproxy sends calls to every node.
   *
   * @param config of every node, as a file; see {@link #configure}
   * @param settings of every node, by key, over that
   * @param platformSettings {@code key=value} below platform.simulated
   */
  static ContainerCluster start(
      String config, Map<String, String> settings, String... platformSettings) {
    Engine.need();
    ContainerCluster started = new ContainerCluster(config, settings, platformSettings);
    try {
      Startables.deepStart(started.all()).join();
      await("every node to get calls").atMost(LIMIT).until(() -> started.nodesUp() == SIZE);
      return started;
    } catch (RuntimeException e) {
      String logs = started.logs();
      started.close();
      throw new IllegalStateException("the cluster did not start:\n" + logs, e);
    }
  }

  private ContainerCluster(
      String config, Map<String, String> settings, String... platformSettings) {
    configure(config);
    List<String> command =
        new ArrayList<>(
            List.of(
                "platform",
                "--host",
                "0.0.0.0",
                "--insecure",
                "--record",
                "--config",
                PLATFORM_CONFIG));
    for (String setting : platformSettings) {
      command.add("--set");
      command.add(setting);
    }
    this.platform = new Member("platform-front", "platform", command.toArray(String[]::new));
    // So that its configuration can be exchanged. Its image's health check asks a node.
    platform.withCreateContainerCmdModifier(
        create ->
            create
                .withHealthcheck(new HealthCheck().withTest(List.of("NONE")))
                .getHostConfig()
                .withReadonlyRootfs(false));
    platform.withCopyToContainer(Transferable.of(NO_SETTINGS), PLATFORM_CONFIG);
    for (int i = 1; i <= SIZE; i++) {
      Member node =
          new Member("node" + i, "member" + i, "node", "--config", NODE_FOLDER + "/" + NODE_CONFIG);
      node.withCreateContainerCmdModifier(
          create ->
              create
                  .getHostConfig()
                  .withBinds(new Bind(folder.toString(), new Volume(NODE_FOLDER), AccessMode.ro)));
      Map<String, String> all = new TreeMap<>(settings);
      all.put("cluster.host", "member" + i);
      all.put("cluster.members", "member1:5701,member2:5701,member3:5701");
      all.put("cluster.expected-size", String.valueOf(SIZE));
      all.put("access.insecure", "true");
      all.put("log.level", "debug");
      all.put("platform.kind", "grpc");
      all.put("platform.address", "platform:50051");
      all.forEach((key, value) -> node.withEnv(variable(key), value));
      node.withExposedPorts(GRPC, HTTP);
      nodes.add(node);
    }
    this.haproxy =
        new GenericContainer<>(Engine.HAPROXY)
            .withLabels(LABELS)
            .withNetwork(front)
            .withCommand("haproxy", "-f", PROXY_CONFIG)
            .withCreateContainerCmdModifier(
                create -> confined(create.withUser(PROXY_USER)).withBinds(proxyConfig()))
            .withExposedPorts(GRPC, STATE)
            .dependsOn(nodes);
  }

  /** As the compose file has it: nothing is written but to /tmp, and nobody gets any right. */
  private static HostConfig confined(CreateContainerCmd create) {
    return Objects.requireNonNull(create.getHostConfig())
        .withReadonlyRootfs(true)
        .withCapDrop(com.github.dockerjava.api.model.Capability.ALL)
        .withSecurityOpts(List.of("no-new-privileges:true"))
        .withTmpFs(Map.of("/tmp", ""));
  }

  private static Bind proxyConfig() {
    Path file = ROOT.resolve("deploy/container/haproxy.cfg").toAbsolutePath().normalize();
    return new Bind(file.toString(), new Volume(PROXY_CONFIG), AccessMode.ro);
  }

  private List<GenericContainer<?>> all() {
    List<GenericContainer<?>> all = new ArrayList<>(nodes);
    all.add(platform);
    all.add(haproxy);
    return all;
  }

  private static String variable(String key) {
    return "SCALER_" + key.replace('.', '_').replace('-', '_').toUpperCase(java.util.Locale.ROOT);
  }

  private SlotEvent slotEvent(String line) {
    try {
      JsonNode event = json.readTree(line);
      return new SlotEvent(
          Instant.EPOCH.plus(event.get("at").longValue(), ChronoUnit.MICROS),
          SlotEvent.Kind.valueOf(event.get("kind").textValue()),
          event.get("slot").textValue(),
          event.get("request").textValue(),
          event.get("memoryMb").longValue(),
          event.get("instance").textValue(),
          event.get("function").textValue());
    } catch (IOException e) {
      throw new UncheckedIOException("not a slot's event: " + line, e);
    }
  }

  /** Exchanges the configuration file that nodes start with. */
  void configure(String config) {
    try {
      Files.writeString(folder.resolve(NODE_CONFIG), config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory(
          "scaler-it",
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the platform told of its slots so far. */
  List<SlotEvent> slots() {
    return List.copyOf(slots);
  }

  /** How many applications run, as the platform told. */
  long running() {
    Set<String> running = new HashSet<>();
    for (SlotEvent event : slots) {
      if (event.kind() == SlotEvent.Kind.STARTED) {
        running.add(event.slotId());
      } else if (event.kind() == SlotEvent.Kind.DESTROYING) {
        running.remove(event.slotId());
      }
    }
    return running.size();
  }

  /** When the platform ended with all that it ran. */
  List<Instant> platformLost() {
    return List.copyOf(platformLost);
  }

  /** Channels to haproxy, several as callers have them. */
  List<ManagedChannel> front() {
    return IntStream.range(0, 4).mapToObj(i -> oneToFront()).toList();
  }

  /** Another channel to haproxy. */
  ManagedChannel oneToFront() {
    return channel(haproxy, GRPC);
  }

  /** A channel past haproxy to one node. */
  ManagedChannel node(int number) {
    return channel(nodes.get(number), GRPC);
  }

  private ManagedChannel channel(GenericContainer<?> of, int port) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(of.getHost(), mapped(of, port)).usePlaintext().build();
    channels.add(channel);
    return channel;
  }

  /** Asked of the engine each time: a container that is started again has another one. */
  private int mapped(GenericContainer<?> of, int port) {
    InspectContainerResponse state = docker.inspectContainerCmd(of.getContainerId()).exec();
    Ports.Binding[] bindings =
        state.getNetworkSettings().getPorts().getBindings().get(ExposedPort.tcp(port));
    if (bindings == null || bindings.length == 0) {
      throw new IllegalStateException("port " + port + " of a container is not published");
    }
    return Integer.parseInt(bindings[0].getHostPortSpec());
  }

  /** How many nodes haproxy sends calls to. */
  int nodesUp() {
    return nodesThatAre("UP");
  }

  /** How many are as haproxy says: UP, DOWN, or NOLB: they end what they have, and get no more. */
  int nodesThatAre(String state) {
    return (int)
        get(haproxy, STATE, "/;csv")
            .lines()
            .filter(line -> line.startsWith("nodes,node") && line.split(",")[17].equals(state))
            .count();
  }

  /** What the engine says of a node by the health check of its image; it asks twice a minute. */
  String health(int number) {
    return docker
        .inspectContainerCmd(nodes.get(number).getContainerId())
        .exec()
        .getState()
        .getHealth()
        .getStatus();
  }

  boolean isReady(int number) {
    return !get(nodes.get(number), HTTP, "/health/ready").isEmpty();
  }

  /** Waits until all that running nodes have has its copies: one more loss loses nothing. */
  void awaitSafe() {
    await("all copies to be there")
        .atMost(LIMIT)
        .until(
            () ->
                nodes.stream()
                    .filter(this::isRunning)
                    .allMatch(node -> get(node, HTTP, "/metrics").contains("\nscaler_safe 1.0\n")));
  }

  /** A metric of a node without labels; 0 if the node does not tell. */
  double value(int number, String metric) {
    return get(nodes.get(number), HTTP, "/metrics")
        .lines()
        .filter(line -> line.startsWith(metric + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(metric.length() + 1)))
        .sum();
  }

  /**
   * What nodes take for there: instances in any state, launches, what is in use of the limits, or
   * that a node does not say.
   */
  List<String> left() {
    return nodes.stream()
        .flatMap(
            node -> {
              String metrics = get(node, HTTP, "/metrics");
              return metrics.isEmpty() ? Stream.of("no metrics") : metrics.lines();
            })
        .filter(line -> LEFT.matcher(line).lookingAt() && !line.endsWith(" 0.0"))
        .distinct()
        .toList();
  }

  /** The same, of all nodes. */
  double sum(String metric) {
    return IntStream.range(0, SIZE).mapToDouble(number -> value(number, metric)).sum();
  }

  private String get(GenericContainer<?> of, int port, String path) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://" + of.getHost() + ":" + mapped(of, port) + path))
              .timeout(Duration.ofSeconds(2))
              .build();
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200 ? response.body() : "";
    } catch (IOException | IllegalStateException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** The number of the node that was the last to say that it leads. */
  int leader() {
    Map<Integer, Instant> since = new HashMap<>();
    for (int i = 0; i < SIZE; i++) {
      for (Logged logged : nodes.get(i).log) {
        if (logged.line().contains(LEADS)) {
          since.put(i, logged.at());
        }
      }
    }
    return since.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  /**
   * How long it took from the moment a node that led was taken away until another one led, the
   * longest of the times since this was asked before; null if each led again before that.
   */
  @Nullable Duration newLeader() {
    List<LeaderLost> lost = List.copyOf(leadersLost);
    leadersLost.clear();
    return IntStream.range(0, lost.size())
        .mapToObj(
            i -> another(lost.get(i), i + 1 < lost.size() ? lost.get(i + 1).at() : Instant.MAX))
        .flatMap(Optional::stream)
        .max(Duration::compareTo)
        .orElse(null);
  }

  /** Before the one that was lost leads again, and before the next one is lost. */
  private Optional<Duration> another(LeaderLost lost, Instant next) {
    Instant until = led(nodes.get(lost.number()), lost.at()).filter(next::isAfter).orElse(next);
    return nodes.stream()
        .filter(node -> node != nodes.get(lost.number()))
        .flatMap(node -> led(node, lost.at()).stream())
        .filter(until::isAfter)
        .map(at -> Duration.between(lost.at(), at))
        .min(Duration::compareTo);
  }

  private static Optional<Instant> led(Member node, Instant after) {
    return node.log.stream()
        .filter(each -> each.at().isAfter(after) && each.line().contains(LEADS))
        .map(Logged::at)
        .min(Instant::compareTo);
  }

  private void leaderLeaves(int number) {
    if (leader() == number) {
      leadersLost.add(new LeaderLost(number, Instant.now()));
    }
  }

  /** The number of the node that keeps a function's pool. */
  int owner(String functionKey) {
    ScalerAdminGrpc.ScalerAdminBlockingStub admin = ScalerAdminGrpc.newBlockingStub(node(leader()));
    String owner =
        admin.getFunction(GetFunctionRequest.newBuilder().setKey(functionKey).build()).getOwner();
    String host =
        admin.getStatus(GetStatusRequest.getDefaultInstance()).getMembersList().stream()
            .filter(member -> member.getNode().equals(owner))
            .findFirst()
            .orElseThrow()
            .getHost();
    return IntStream.range(0, SIZE)
        .filter(number -> nodes.get(number).getContainerId().startsWith(host))
        .findFirst()
        .orElseThrow();
  }

  /** Has a policy hold for all functions, or, if null, that of the configuration again. */
  void override(@Nullable String policy) {
    ScalerAdminGrpc.ScalerAdminBlockingStub admin = ScalerAdminGrpc.newBlockingStub(node(leader()));
    if (policy == null) {
      admin.removeOverride(RemoveOverrideRequest.newBuilder().setFunctions("*").build());
    } else {
      admin.setOverride(
          SetOverrideRequest.newBuilder()
              .setOverride(Override.newBuilder().setFunctions("*").setPolicy(policy))
              .build());
    }
  }

  void kill(int number) {
    leaderLeaves(number);
    docker.killContainerCmd(nodes.get(number).getContainerId()).withSignal("KILL").exec();
  }

  /** SIGTERM; waits until it has ended by itself, well. */
  void stop(int number) {
    leaderLeaves(number);
    String container = nodes.get(number).getContainerId();
    docker.stopContainerCmd(container).withTimeout(60).exec();
    Long code = docker.inspectContainerCmd(container).exec().getState().getExitCodeLong();
    if (code == null || (code != 0 && code != ENDED_BY_SIGTERM)) {
      throw new AssertionError("a node that was told to stop ended with " + code);
    }
  }

  /** Starts a node again, and waits until every node gets calls. */
  void startAgain(int number) {
    begin(number);
    awaitUp(SIZE);
  }

  /** Starts a node again. */
  void begin(int number) {
    docker.startContainerCmd(nodes.get(number).getContainerId()).exec();
    follow(nodes.get(number));
  }

  void awaitUp(int many) {
    await(many + " nodes to get calls").atMost(LIMIT).until(() -> nodesUp() == many);
  }

  void pause(int number) {
    leaderLeaves(number);
    Instant begun = Instant.now();
    pause(nodes.get(number));
    hangs(begun);
    frozen.put(number, begun);
  }

  /**
   * Until haproxy has noticed, calls hang at a node that has just been disturbed, and those that it
   * then gives to another one have less time left than that one is told.
   *
   * @param begun when it began to be
   */
  private void hangs(Instant begun) {
    hangs.add(new History.Span(begun.minusMillis(100), Instant.now().plus(NOTICED_WITHIN)));
  }

  /** When calls hung between callers and nodes. */
  List<History.Span> hung() {
    return List.copyOf(hangs);
  }

  /** The engine fails at times to freeze a process that is just being started in the container. */
  private void pause(Member member) {
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(
            () -> {
              docker.pauseContainerCmd(member.getContainerId()).exec();
              return true;
            });
  }

  /**
   * Until then threads of the others that connect to it spin (hazelcast/hazelcast#26473), which
   * takes the processors that all share: what they answer may be late.
   */
  void wake(int number) {
    hangs.add(new History.Span(frozen.remove(number), Instant.now()));
    docker.unpauseContainerCmd(nodes.get(number).getContainerId()).exec();
  }

  /**
   * Kills the platform and starts it again, empty.
   *
   * @param settings lines of YAML below platform.simulated that hold from now on
   */
  void restartPlatform(String... settings) {
    docker.killContainerCmd(platform.getContainerId()).withSignal("KILL").exec();
    platformLost.add(Instant.now());
    isPlatformSet = settings.length > 0;
    String config =
        settings.length == 0
            ? NO_SETTINGS
            : "platform: {simulated: {" + String.join(", ", settings) + "}}\n";
    platform.copyFileToContainer(Transferable.of(config), PLATFORM_CONFIG);
    docker.startContainerCmd(platform.getContainerId()).exec();
    follow(platform);
  }

  /** Until the one that was started last listens. */
  void awaitPlatform() {
    Instant lost = platformLost.get(platformLost.size() - 1);
    await("the platform to listen")
        .atMost(LIMIT)
        .until(
            () ->
                platform.log.stream()
                    .anyMatch(
                        each -> each.at().isAfter(lost) && each.line().contains("listens on")));
  }

  void pausePlatform() {
    pause(platform);
  }

  void wakePlatform() {
    docker.unpauseContainerCmd(platform.getContainerId()).exec();
  }

  /** Undoes what a scenario that failed on its way has left behind. */
  void makeWhole() {
    if (isPaused(platform)) {
      wakePlatform();
    }
    if (isPlatformSet) {
      restartPlatform();
      awaitPlatform();
    }
    if (farAway != null) {
      int number = farAway.number();
      if (isRunning(nodes.get(number))) {
        kill(number);
      }
      cameLate();
    }
    for (int i = 0; i < SIZE; i++) {
      if (isPaused(nodes.get(i))) {
        wake(i);
      }
      if (!isRunning(nodes.get(i))) {
        begin(i);
      }
      if (disturbed.contains(i)) {
        heal(i);
      }
    }
    awaitUp(SIZE);
    awaitSafe();
  }

  private boolean isPaused(Member member) {
    return Boolean.TRUE.equals(
        docker.inspectContainerCmd(member.getContainerId()).exec().getState().getPaused());
  }

  private boolean isRunning(Member member) {
    return Boolean.TRUE.equals(
        docker.inspectContainerCmd(member.getContainerId()).exec().getState().getRunning());
  }

  private void follow(Member member) {
    docker
        .logContainerCmd(member.getContainerId())
        .withStdOut(true)
        .withStdErr(true)
        .withFollowStream(true)
        .withSince((int) Instant.now().getEpochSecond())
        .exec(new Lines(line -> member.logged(line)));
  }

  /**
   * Drops all that a node sends to the other members and gets from them; callers still reach it,
   * and it reaches the platform.
   */
  void cutOff(int number) {
    leaderLeaves(number);
    Instant begun = Instant.now();
    links.cut(
        nodes.get(number).getContainerId(),
        IntStream.range(0, SIZE)
            .filter(other -> other != number)
            .mapToObj(other -> nodes.get(other).getContainerId())
            .toList());
    hangs(begun);
    disturbed.add(number);
  }

  void heal(int number) {
    links.heal(nodes.get(number).getContainerId());
    disturbed.remove(number);
  }

  /**
   * Whatever a node sends to the other members and the platform passes a narrow link: what exceeds
   * the rate waits in its queue, and is lost where it would have to wait for longer than a time.
   */
  void slowDown(int number, String rate, Duration queue) {
    links.narrow(nodes.get(number).getContainerId(), rate, queue);
    disturbed.add(number);
  }

  /**
   * Starts a node that was stopped behind a link on which every part of what it sends to the other
   * members and the platform, and of what they send to it, arrives late.
   */
  void startFarAway(int number, Duration by) {
    Member far = nodes.get(number);
    begin(number);
    Map<String, Integer> others = new LinkedHashMap<>();
    for (Member other : nodes) {
      if (other != far) {
        others.put(other.getContainerId(), MEMBER);
      }
    }
    others.put(platform.getContainerId(), PLATFORM);
    farAway = new FarAway(number, links.delay(far.getContainerId(), image, MEMBER, others, by));
    awaitUp(SIZE);
  }

  /**
   * To be called when the node of {@link #startFarAway} has ended; returns how many bytes came late
   * over each of its links to another member and from others.
   */
  List<Long> cameLate() {
    GenericContainer<?> detour = Objects.requireNonNull(farAway, "no node is far away").detour();
    farAway = null;
    docker.stopContainerCmd(detour.getContainerId()).withTimeout(10).exec();
    String said = detour.getLogs();
    detour.stop();
    int firstOfPlatform = Links.FIRST_DETOUR + SIZE;
    return CARRIED
        .matcher(said)
        .results()
        .filter(each -> Integer.parseInt(each.group(1)) < firstOfPlatform)
        .map(each -> Long.parseLong(each.group(2)))
        .toList();
  }

  /** Makes good for {@link #slowDown}; returns how many packets did not get through at once. */
  long speedUp(int number) {
    long late = links.widen(nodes.get(number).getContainerId());
    disturbed.remove(number);
    return late;
  }

  /** What nodes logged about something, and what they counted of instances. */
  String about(String word) {
    StringBuilder about = new StringBuilder();
    for (Member member : nodes) {
      about.append("--- ").append(member.clusterName).append('\n');
      member.log.stream()
          .filter(each -> each.line().contains(word))
          .forEach(each -> about.append(each.line()).append('\n'));
      get(member, HTTP, "/metrics")
          .lines()
          .filter(line -> line.matches("scaler_(instances|waiters|launches|pools|leader).*"))
          .filter(line -> !line.endsWith(" 0.0"))
          .forEach(line -> about.append(line).append('\n'));
    }
    return about.toString();
  }

  /** What every container logged last. */
  String logs() {
    StringBuilder logs = new StringBuilder();
    for (Member member : nodes) {
      append(logs, member.clusterName, member.log);
    }
    return logs.toString();
  }

  private static void append(StringBuilder logs, String name, Collection<Logged> lines) {
    logs.append("--- ").append(name).append('\n');
    List<Logged> all = List.copyOf(lines);
    all.subList(Math.max(0, all.size() - 40), all.size())
        .forEach(line -> logs.append(line.line()).append('\n'));
  }

  /** All that the containers logged goes to files, each line with the time at which it was read. */
  private void keepLogs() {
    Path folder = Path.of("target", "container-logs");
    try {
      Files.createDirectories(folder);
      for (Member member : all(nodes, platform)) {
        Files.write(
            folder.resolve(member.clusterName + ".log"),
            member.log.stream().map(each -> each.at() + " " + each.line()).toList());
      }
      Files.writeString(folder.resolve("haproxy.log"), proxyLog());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With the times at which it logged; nothing if it never ran. */
  private String proxyLog() {
    StringBuilder log = new StringBuilder();
    if (haproxy.getContainerId() != null) {
      try (Lines lines =
          docker
              .logContainerCmd(haproxy.getContainerId())
              .withStdOut(true)
              .withStdErr(true)
              .withTimestamps(true)
              .exec(
                  new Lines(
                      line -> log.append(line.getUtf8StringWithoutLineEnding()).append('\n')))) {
        lines.awaitCompletion();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return log.toString();
  }

  private static List<Member> all(List<Member> nodes, Member platform) {
    List<Member> all = new ArrayList<>(nodes);
    all.add(platform);
    return all;
  }

  @java.lang.Override
  public void close() {
    keepLogs();
    channels.forEach(ManagedChannel::shutdownNow);
    haproxy.stop();
    if (farAway != null) {
      farAway.detour().stop();
    }
    nodes.forEach(GenericContainer::stop);
    platform.stop();
    front.close();
    cluster.close();
  }

  /** Cuts an output into lines. */
  private static final class Lines
      extends com.github.dockerjava.api.async.ResultCallback.Adapter<
          com.github.dockerjava.api.model.Frame> {
    private final java.util.function.Consumer<OutputFrame> sink;

    /** A line of which the end has not come yet. */
    private final StringBuilder begun = new StringBuilder();

    Lines(java.util.function.Consumer<OutputFrame> sink) {
      this.sink = sink;
    }

    @java.lang.Override
    public void onNext(com.github.dockerjava.api.model.Frame frame) {
      begun.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
      for (int end = begun.indexOf("\n"); end >= 0; end = begun.indexOf("\n")) {
        String line = begun.substring(0, end);
        begun.delete(0, end + 1);
        sink.accept(
            new OutputFrame(OutputFrame.OutputType.STDOUT, line.getBytes(StandardCharsets.UTF_8)));
      }
    }
  }
}
