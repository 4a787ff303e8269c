package io.scaler.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.scaler.adapter.access.ServerTls;
import io.scaler.client.HealthCommand.Http;
import io.scaler.pki.Authority;
import io.scaler.pki.Authority.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthCommandTest {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir private Path folder;
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

  /** As where a file that the command does not know of has it. */
  @Test
  void aNodeThatIsEncryptedWithoutThisBeingSaidIsAskedOverTls() throws Exception {
    Issued own = new Authority(folder, "authority").issue("node");
    HttpsServer encrypted = HttpsServer.create(ANY_PORT, 0);
    encrypted.setHttpsConfigurator(
        new HttpsConfigurator(ServerTls.read(own.file(), own.keyFile(), false).http()));

    CommandRun run = ask(answering(encrypted, 200, "ready\n"));

    assertThat(run.out()).isEqualTo("ready\n");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void whatSpeaksNeitherIsNotHealthy() throws Exception {
    try (ServerSocket hangsUp = new ServerSocket(0, 0, ANY_PORT.getAddress())) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  while (true) {
                    hangsUp.accept().close();
                  }
                } catch (IOException e) {
                  // The test has ended.
                }
              });
      thread.start();

      CommandRun run = ask(hangsUp.getLocalPort());

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).contains("does not answer");
    }
  }

  @Test
  void theConfigurationSaysWhereTheNodeIsUnlessAnOptionDoes() throws IOException {
    int port = answering(200, "ready\n");
    HealthCommand.Configuration here = file -> new Http("127.0.0.1", port, false);
    HealthCommand.Configuration elsewhere = file -> new Http("nowhere.invalid", 1, false);

    assertThat(CommandRun.of(new HealthCommand(here)).exitCode()).isZero();
    assertThat(
            CommandRun.of(
                    new HealthCommand(elsewhere),
                    "--host",
                    "127.0.0.1",
                    "--port",
                    String.valueOf(port))
                .exitCode())
        .isZero();
  }

  @Test
  void aVariableThatBreaksARuleIsSaid() {
    CommandRun run =
        CommandRun.of(
            new HealthCommand(
                file -> {
                  throw new IllegalArgumentException("SCALER_HTTP_PORT: must be a number");
                }));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("SCALER_HTTP_PORT: must be a number");
  }

  /** The node has its values from before the file came to be broken. */
  @Test
  void aFileThatIsBrokenIsSaidAndTheNodeIsHealthyAllTheSame() throws IOException {
    int port = answering(200, "ready\n");

    CommandRun run =
        CommandRun.of(
            new HealthCommand(
                file -> new Http("127.0.0.1", port, false, file, List.of("file x: is no YAML"))));

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo("ready\n");
    assertThat(run.err()).contains("file x: is no YAML");
  }

  @Test
  void aFilesPortThatDoesNotAnswerMayBeOneThatNeedsARestart() throws IOException {
    int port = answering(200, "");
    server.stop(0);
    HealthCommand command =
        new HealthCommand(file -> new Http("127.0.0.1", port, false, file, List.of()));

    CommandRun ofFile = CommandRun.of(command, "--config=node.yaml");

    assertThat(ofFile.exitCode()).isEqualTo(1);
    assertThat(ofFile.out())
        .contains(
            "http.port is as node.yaml has it now; if that has changed since the node started, the"
                + " node stays at its former port until it is restarted");
    assertThat(CommandRun.of(command, "--port", String.valueOf(port)).out())
        .doesNotContain("http.port");
  }

  @Test
  void anAddressWithColonsStandsInBrackets() {
    assertThat(new Http("::1", 9080, false).ready(false))
        .hasToString("http://[::1]:9080/health/ready");
    assertThat(new Http("[::1]", 9080, false).ready(true))
        .hasToString("https://[::1]:9080/health/ready");
  }

  private static CommandRun ask(int port) {
    return CommandRun.of(
        new HealthCommand(file -> new Http("127.0.0.1", 1, false)), "--port", String.valueOf(port));
  }

  private int answering(int status, String body) throws IOException {
    return answering(HttpServer.create(ANY_PORT, 0), status, body);
  }

  private int answering(HttpServer created, int status, String body) {
    server = created;
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
