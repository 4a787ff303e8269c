package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node whose HTTP port is held open by callers that send half a request and no more. In a JVM of
 * its own: what limits them is read once, before the server's first use.
 */
@Timeout(180)
class HttpFloodTest {
  private static final int HALF_OPEN = 400;
  private static final int MOST_THREADS = 200;

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Socket> sockets = new ArrayList<>();
  private int port;
  private Process node;

  @BeforeEach
  void start() throws Exception {
    List<Integer> ports = LocalNodes.freePorts(3);
    port = ports.get(0);
    node =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "node",
                "--set",
                "http.port=" + port,
                "--set",
                "grpc.port=" + ports.get(1),
                "--set",
                "cluster.port=" + ports.get(2),
                "--set",
                "cluster.name=flooded-" + ProcessHandle.current().pid())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("node.log").toFile())
            .start();
    awaitHealth(200);
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    node.destroyForcibly().waitFor();
  }

  private void awaitHealth(int status) {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> get("/health/live").statusCode() == status);
  }

  private java.net.http.HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(10))
            .build(),
        BodyHandlers.ofString());
  }

  private double value(String series) throws Exception {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void halfRequestsAreCutOffAndTheNodeGoesOn() throws Exception {
    for (int i = 0; i < HALF_OPEN; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      sockets.add(socket);
      socket.getOutputStream().write("GET / HT".getBytes(StandardCharsets.US_ASCII));
    }

    awaitHealth(200);
    assertThat(value("jvm_threads_peak_threads")).isLessThan(MOST_THREADS);
    for (Socket socket : sockets) {
      socket.setSoTimeout(30_000);
      assertThat(endOf(socket)).isEqualTo(-1);
    }
    double before = value("scaler_tick_lag_seconds_count");
    await().until(() -> value("scaler_tick_lag_seconds_count") > before);
  }

  private static int endOf(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read();
    } catch (SocketException reset) {
      return -1;
    }
  }
}
