package io.scaler.it.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Capability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** The links of containers on one of their networks, which a tool beside them cuts and narrows. */
final class Links {
  private static final Pattern TOOK = Pattern.compile("took (\\d+) us");
  private static final Pattern OVER_LIMIT = Pattern.compile("overlimits (\\d+)");
  private static final int TRIES = 20;

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

  /** How long it takes to connect to another one's port, tried a few times. */
  List<Duration> connects(String container, String other) {
    String connect =
        "for i in $(seq %d); do s=$(date +%%s%%N); (exec 3<>/dev/tcp/%s/5701); e=$(date +%%s%%N);"
                .formatted(TRIES, address(other))
            + " echo took $(( (e - s) / 1000 )) us; sleep 0.1; done";
    String said = beside(container, List.of("bash -c '" + connect + "'"));
    List<Duration> times = new ArrayList<>();
    for (MatchResult each : TOOK.matcher(said).results().toList()) {
      times.add(Duration.ofNanos(Long.parseLong(each.group(1)) * 1_000));
    }
    return times;
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
