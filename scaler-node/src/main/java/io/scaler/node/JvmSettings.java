package io.scaler.node;

/**
 * Properties of the JVM that libraries read once, so that a plain {@code java -jar} has them. Those
 * that the command line gives stay as they are.
 */
final class JvmSettings {
  private JvmSettings() {}

  static void apply() {
    // With a parallelism of one, which machines of two processors get, every asynchronous step of
    // Hazelcast's would start a thread.
    set("java.util.concurrent.ForkJoinPool.common.parallelism", "4");
    set("hazelcast.logging.type", "slf4j");
    set("java.net.preferIPv4Stack", "true");
    // A hundredth of all buffers would be followed by the traces of two exceptions each.
    set("io.grpc.netty.shaded.io.netty.leakDetection.level", "disabled");
    // The HTTP server reads requests, and shakes hands, on threads that it does not take back from
    // those that send nothing, unless there is a limit; in seconds.
    set("sun.net.httpserver.maxReqTime", "5");
    set("sun.net.httpserver.maxRspTime", "30");
    set("jdk.httpserver.maxConnections", "1000");
  }

  private static void set(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
