package io.scaler.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthCommandTest {
  private HttpServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(0);
    }
  }

  @Test
  void aReadyNodeIsHealthy() throws IOException {
    CommandRun run = ask(answering(200, "{\"status\":\"ready\"}\n"));

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo("{\"status\":\"ready\"}\n");
  }

  @Test
  void aNodeThatIsNotReadySaysWhyAndIsNot() throws IOException {
    CommandRun run = ask(answering(503, "{\"reason\":\"stopping\"}\n"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("stopping");
  }

  @Test
  void aNodeThatDoesNotAnswerIsNot() throws IOException {
    int port = answering(200, "");
    server.stop(0);

    CommandRun run = ask(port);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("127.0.0.1:" + port, "does not answer");
  }

  private static CommandRun ask(int port) {
    return CommandRun.of(new HealthCommand(), "--port", String.valueOf(port));
  }

  private int answering(int status, String body) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/health/ready",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    return server.getAddress().getPort();
  }
}
