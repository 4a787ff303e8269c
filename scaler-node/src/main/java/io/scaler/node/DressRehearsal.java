package io.scaler.node;

import io.scaler.client.Rehearsal;
import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two nodes within this process that know nobody else and serve made-up calls for a while. After
 * that the code of a node is loaded and compiled, and the real one does not make its callers, and
 * the nodes that wait for it, pay for that. Nothing of it is left when it ends.
 */
final class DressRehearsal {
  private static final Logger log = LoggerFactory.getLogger(DressRehearsal.class);
  private static final Duration LONGEST_START = Duration.ofSeconds(30);

  private DressRehearsal() {}

  /** A rehearsal that may go wrong. */
  interface Attempt {
    void run() throws IOException, InterruptedException;
  }

  /**
   * What goes wrong is said, and that is all: without a rehearsal a node serves, slower at first.
   */
  static void attempt(Attempt rehearsal) throws InterruptedException {
    try {
      rehearsal.run();
    } catch (IOException | RuntimeException e) {
      log.warn("the rehearsal failed, this node joins without: {}", e.toString());
    }
  }

  /**
   * Blocks for this long, and as long as two nodes take to start and to stop.
   *
   * @param level what is logged afterwards
   * @return how many pairs of Assign and Release it served
   * @throws IOException if a port of 127.0.0.1 cannot be listened on
   */
  static long run(Duration length, Settings.Log.Level level)
      throws IOException, InterruptedException {
    log.info("rehearsing for {} s before this node joins", length.toMillis() / 1e3);
    LogLevels.silence();
    long pairs;
    try {
      pairs = rehearse(length);
    } catch (SettingsException e) {
      throw new IllegalStateException("a rehearsal's settings", e);
    } finally {
      LogLevels.apply(level.name());
    }
    log.info("rehearsed {} pairs of calls", pairs);
    return pairs;
  }

  private static long rehearse(Duration length)
      throws IOException, InterruptedException, SettingsException {
    String name = "rehearsal-" + UUID.randomUUID();
    // A node alone shows others the platform that it has within.
    try (Node platform = start(name + "-platform", List.of());
        Node first = start(name, oneOfTwo(platform, ""));
        Node second = start(name, oneOfTwo(platform, first.clusterAddress()))) {
      awaitReady(first);
      awaitReady(second);
      return Rehearsal.of(List.of(address(first), address(second)), length);
    }
  }

  private static void awaitReady(Node node) throws InterruptedException {
    long until = System.nanoTime() + LONGEST_START.toNanos();
    while (!node.isReady()) {
      if (System.nanoTime() - until > 0) {
        throw new IllegalStateException("a rehearsal's nodes did not find each other");
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static String address(Node node) {
    return "127.0.0.1:" + node.port();
  }

  private static List<String> oneOfTwo(Node platform, String members) {
    return List.of(
        "cluster.expected-size=2",
        "cluster.members=" + members,
        "policy.default=fixed",
        "platform.kind=grpc",
        "platform.address=" + address(platform));
  }

  private static Node start(String name, List<String> more) throws IOException, SettingsException {
    List<String> sets =
        new ArrayList<>(
            List.of(
                "grpc.port=0",
                "grpc.stop-notice=0s",
                "http.port=0",
                "cluster.port=0",
                "cluster.name=" + name,
                "platform.simulated.create-latency=0s",
                "platform.simulated.init=0s",
                "platform.simulated.destroy-latency=0s"));
    sets.addAll(more);
    return Node.start(Settings.load(null, Map.of(), sets));
  }
}
