package io.scaler.it.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Capability;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.MountableFile;

/** The links of containers on one of their networks, which a tool beside them cuts and narrows. */
final class Links {
  private static final Pattern OVER_LIMIT = Pattern.compile("overlimits (\\d+)");

  /**
   * The first of the ports at which what is delayed is taken in: what comes to a container's own.
   */
  static final int FIRST_DETOUR = 15_000;

  private final DockerClient docker;
  private final String network;

  /**
   * @param network the id of that which is disturbed
   */
  Links(DockerClient docker, String network) {
    this.docker = docker;
    this.network = network;
  }

  /** Drops all packets from others and to them. */
  void cut(String container, List<String> others) {
    List<String> rules = new ArrayList<>();
    for (String other : others) {
      String address = address(other);
      rules.add("iptables -A INPUT -s " + address + " -j DROP");
      rules.add("iptables -A OUTPUT -d " + address + " -j DROP");
    }
    beside(container, rules);
  }

  /** Makes good for what was done to it, whatever that was. */
  void heal(String container) {
    beside(
        container,
        List.of(
            "iptables -F",
            "(tc qdisc del dev $(" + device(container) + ") root 2>/dev/null || true)"));
  }

  /**
   * Has what is sent pass a narrow link: what exceeds the rate waits in its queue, and is lost
   * where it would have to wait for longer than a time.
   */
  void narrow(String container, String rate, Duration queue) {
    beside(
        container,
        List.of(
            "tc qdisc add dev $(%s) root tbf rate %s burst 8kb latency %dms"
                .formatted(device(container), rate, queue.toMillis())));
  }

  /** Makes good for {@link #narrow}; returns how many packets did not get through at once. */
  long widen(String container) {
    String said =
        beside(
            container,
            List.of(
                "tc -s qdisc show dev $(" + device(container) + ")",
                "tc qdisc del dev $(" + device(container) + ") root"));
    Matcher late = OVER_LIMIT.matcher(said);
    if (!late.find()) {
      throw new IllegalStateException("not the statistics of a queue: " + said);
    }
    return Long.parseLong(late.group(1));
  }

  /**
   * Has every part of what a container sends to ports of others, and of what comes to one of its
   * own, arrive a fixed time late. To be done before it connects to them: connections that do not
   * pass the detour are reset. Lasts until the container ends.
   *
   * @param image with a Java runtime, for what runs beside it
   * @param port its own
   * @param others and the ports of theirs
   * @return what has to be stopped when the container has ended
   */
  GenericContainer<?> delay(
      String container, Future<String> image, int port, Map<String, Integer> others, Duration by) {
    String own = address(container);
    List<String> detours = new ArrayList<>(List.of(FIRST_DETOUR + "=" + own + ":" + port));
    List<String> rules =
        new ArrayList<>(
            List.of(
                "iptables -t nat -A PREROUTING -p tcp -d %s --dport %d -j REDIRECT --to-ports %d"
                    .formatted(own, port, FIRST_DETOUR)));
    others.forEach(
        (other, theirs) -> {
          int detour = FIRST_DETOUR + detours.size();
          String direct = "-p tcp -d " + address(other) + " -m owner ! --uid-owner 0";
          detours.add(detour + "=" + address(other) + ":" + theirs);
          rules.add(
              "iptables -t nat -A OUTPUT %s --dport %d -j REDIRECT --to-ports %d"
                  .formatted(direct, theirs, detour));
          rules.add("iptables -A OUTPUT " + direct + " -j REJECT --reject-with tcp-reset");
        });
    List<String> command = new ArrayList<>(List.of("-cp", "/classes", DelayProxy.class.getName()));
    command.add(String.valueOf(by.toMillis()));
    command.addAll(detours);
    GenericContainer<?> proxy =
        new GenericContainer<>(image)
            .withLabels(ContainerCluster.LABELS)
            .withNetworkMode("container:" + container)
            .withCopyFileToContainer(MountableFile.forHostPath(classes()), "/classes")
            .withEnv("JDK_JAVA_OPTIONS", "-Xmx64m -XX:TieredStopAtLevel=1")
            .withCreateContainerCmdModifier(create -> create.withUser("0").withEntrypoint("java"))
            .withCommand(command.toArray(String[]::new))
            .waitingFor(Wait.forLogMessage(".*listens.*", 1));
    proxy.start();
    beside(container, rules);
    return proxy;
  }

  private static Path classes() {
    try {
      return Path.of(DelayProxy.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The command that tells by which device it is on the network. */
  private String device(String container) {
    return "ip -o -4 address show to " + address(container) + " | cut -d' ' -f2";
  }

  private String address(String container) {
    return docker
        .inspectContainerCmd(container)
        .exec()
        .getNetworkSettings()
        .getNetworks()
        .values()
        .stream()
        .filter(each -> network.equals(each.getNetworkID()))
        .findFirst()
        .orElseThrow()
        .getIpAddress();
  }

  /**
   * Runs commands where a container's network is, all at once, so that nothing is cut off for
   * longer on one side than on the other.
   *
   * @return what they said
   */
  private static String beside(String container, List<String> changes) {
    String commands = String.join(" && ", changes);
    GenericContainer<?> tool =
        new GenericContainer<>(Engine.HAPROXY)
            .withLabels(ContainerCluster.LABELS)
            .withNetworkMode("container:" + container)
            .withCommand("sh", "-c", commands + " && echo done && sleep 300")
            .withCreateContainerCmdModifier(
                create -> create.getHostConfig().withCapAdd(Capability.NET_ADMIN))
            .waitingFor(Wait.forLogMessage(".*done.*", 1));
    tool.start();
    String said = tool.getLogs();
    tool.stop();
    return said;
  }
}
