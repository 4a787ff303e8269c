package io.scaler.node;

import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Nodes that tests start in their own JVM: on free ports, each a cluster of its own, and quick. */
final class LocalNodes {
  private static final AtomicInteger CLUSTERS = new AtomicInteger();

  private LocalNodes() {}

  /** With a platform within, unless a set says otherwise; nothing is launched ahead. */
  static Settings settings(String... sets) throws SettingsException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "cluster.name=test-"
                    + ProcessHandle.current().pid()
                    + "-node-"
                    + CLUSTERS.incrementAndGet(),
                "cluster.port=0",
                "grpc.port=0",
                "http.port=0",
                "policy.default=fixed",
                "platform.simulated.create-latency=1ms",
                "platform.simulated.init=2ms",
                "platform.simulated.destroy-latency=1ms",
                "leader.tick=20ms"));
    Collections.addAll(all, sets);
    return Settings.load(null, Map.of(), all);
  }

  /** Free when this returns; for nodes that must know each other's ports before they start. */
  static List<Integer> freePorts(int many) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < many; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }
}
