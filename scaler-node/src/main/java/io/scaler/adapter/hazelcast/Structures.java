package io.scaler.adapter.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.config.TopicConfig;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionOn;
import io.scaler.service.Whereabouts;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** What is shared, by name, and how Hazelcast is to treat it. */
final class Structures {
  static final String POOLS = "pools";
  static final String SEMAPHORES = "semaphores";
  static final String LEADERSHIP = "leadership";
  static final String DEMAND = "demand";
  static final String PLANS = "plans";
  static final String FUNCTIONS = "functions";
  static final String OVERRIDES = "overrides";

  /** The attribute under which a member carries its node's id. */
  static final String NODE = "scaler.node";

  /** Those under which it carries its {@link Whereabouts}. */
  static final String HOST = "scaler.host";

  static final String GRPC_PORT = "scaler.grpc-port";
  static final String HTTP_PORT = "scaler.http-port";

  /** A node's topic is this and its id. */
  static final String INBOX = "inbox-";

  static final String EVERYBODY = "everybody";

  private static final String MAJORITY = "majority";

  private static final Pattern PATTERN = Pattern.compile("[0-9.*-]*[*-][0-9.*-]*");

  private Structures() {}

  /** The id of a member's node. */
  static String node(Member member) {
    return String.valueOf(member.getAttribute(NODE));
  }

  static Config config(
      ClusterSettings settings, String node, Whereabouts whereabouts, RecencyMajority majority) {
    Config config = new Config().setClusterName(settings.name()).setInstanceName(node);
    config
        .getMemberAttributeConfig()
        .setAttribute(NODE, node)
        .setAttribute(HOST, whereabouts.host())
        .setAttribute(GRPC_PORT, String.valueOf(whereabouts.grpcPort()))
        .setAttribute(HTTP_PORT, String.valueOf(whereabouts.httpPort()));
    config.getMetricsConfig().setEnabled(false);
    properties(config, settings);
    if (settings.isReplicated()) {
      // What owners and copies do is a third of the work of a node that is one of several, and each
      // more thread for it is one more change of threads. One that is alone does little else.
      config.setProperty("hazelcast.operation.thread.count", String.valueOf(halfOfProcessors()));
    }
    network(config, settings);
    CompactForms.register(config.getSerializationConfig().getCompactSerializationConfig());
    PackedForms.register(config.getSerializationConfig());
    config.getSerializationConfig().setJavaSerializationFilterConfig(filter());
    if (settings.isReplicated()) {
      config.addSplitBrainProtectionConfig(
          new SplitBrainProtectionConfig(MAJORITY, true, majority.required())
              .setProtectOn(SplitBrainProtectionOn.READ_WRITE)
              .setFunctionImplementation(majority));
    }
    for (String name : List.of(POOLS, SEMAPHORES, LEADERSHIP, OVERRIDES)) {
      config.addMapConfig(map(name, settings));
    }
    for (String name : List.of(DEMAND, PLANS, FUNCTIONS)) {
      config.addMapConfig(map(name, settings).setMaxIdleSeconds(toSeconds(settings.forgetAfter())));
    }
    config.addTopicConfig(new TopicConfig(INBOX + "*").setStatisticsEnabled(false));
    config.addTopicConfig(new TopicConfig(EVERYBODY).setStatisticsEnabled(false));
    return config;
  }

  /**
   * What Java serialization may read from another member: nothing of ours uses it, Hazelcast's own
   * errors do. Its defaults allow the JDK and Hazelcast; left out of them is what is known for
   * doing things while it is read.
   */
  private static JavaSerializationFilterConfig filter() {
    JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
    filter.getWhitelist().addPrefixes("io.scaler.");
    filter
        .getBlacklist()
        .addPrefixes(
            "java.beans.",
            "java.rmi.",
            "javax.management.",
            "javax.naming.",
            "javax.script.",
            "javax.swing.",
            "javax.xml.");
    return filter;
  }

  /**
   * Values are kept as objects and changed in place by processors. After a split the smaller side's
   * values are discarded: it has refused every change since it was cut off.
   */
  private static MapConfig map(String name, ClusterSettings settings) {
    MapConfig map =
        new MapConfig(name)
            .setInMemoryFormat(InMemoryFormat.OBJECT)
            .setBackupCount(settings.isReplicated() ? 1 : 0)
            .setStatisticsEnabled(false);
    map.getMergePolicyConfig().setPolicy(DiscardMergePolicy.class.getName());
    if (settings.isReplicated()) {
      map.setSplitBrainProtectionName(MAJORITY);
    }
    return map;
  }

  private static void network(Config config, ClusterSettings settings) {
    config
        .getNetworkConfig()
        .setPort(settings.port() == 0 ? 5701 : settings.port())
        .setPortAutoIncrement(settings.port() == 0)
        .setReuseAddress(true);
    if (PATTERN.matcher(settings.host()).matches()) {
      config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(settings.host());
    } else {
      config.setProperty("hazelcast.local.localAddress", address(settings.host()));
    }
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    if (settings.kubernetesDns().isEmpty()) {
      join.getTcpIpConfig().setEnabled(true).setMembers(settings.members());
    } else {
      join.getTcpIpConfig().setEnabled(false);
      join.getKubernetesConfig()
          .setEnabled(true)
          .setProperty("service-dns", settings.kubernetesDns())
          .setProperty("service-port", String.valueOf(settings.port()));
    }
  }

  /**
   * A name's address, so that others reach this member at what it bound.
   *
   * @throws IllegalArgumentException if the name is unknown
   */
  private static String address(String host) {
    try {
      return InetAddress.getByName(host).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("cluster.host: the host " + host + " is unknown", e);
    }
  }

  /** One for every two processors, up to as many as Hazelcast starts by itself. */
  private static int receivers() {
    return Math.min(3, halfOfProcessors());
  }

  private static int halfOfProcessors() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  private static void properties(Config config, ClusterSettings settings) {
    config
        .setProperty("hazelcast.logging.type", "slf4j")
        .setProperty("hazelcast.phone.home.enabled", "false")
        .setProperty("hazelcast.shutdownhook.enabled", "false")
        .setProperty("hazelcast.socket.bind.any", "false")
        // A thread that sends to a process which froze as the connection was made spins until that
        // wakes, and sends nothing on another connection meanwhile (hazelcast/hazelcast#26473).
        // With many of them, another connection hardly ever shares it.
        .setProperty("hazelcast.io.output.thread.count", "16")
        // Those that receive do not spin; each more of them is one more change of threads.
        .setProperty("hazelcast.io.input.thread.count", String.valueOf(receivers()))
        // They handle answers themselves, see Owners.HERE.
        .setProperty("hazelcast.operation.response.thread.count", "0")
        .setProperty(
            "hazelcast.heartbeat.interval.seconds", seconds(settings.heartbeat().toSeconds()))
        .setProperty("hazelcast.max.no.heartbeat.seconds", seconds(settings.removal().toSeconds()))
        .setProperty("hazelcast.operation.fail.on.indeterminate.state", "true")
        .setProperty(
            "hazelcast.operation.backup.timeout.millis",
            String.valueOf(settings.backupTimeout().toMillis()))
        .setProperty("hazelcast.merge.first.run.delay.seconds", "10")
        .setProperty("hazelcast.merge.next.run.delay.seconds", "10")
        .setProperty("hazelcast.connection.monitor.interval", "10")
        .setProperty("hazelcast.connection.monitor.max.faults", "1")
        .setProperty("hazelcast.wait.seconds.before.join", "0");
  }

  /** Not zero, which would stand for ever. */
  private static int toSeconds(Duration duration) {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, duration.toSeconds()));
  }

  private static String seconds(long seconds) {
    return String.valueOf(Math.max(1, seconds));
  }
}
