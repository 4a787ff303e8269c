package io.scaler.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says whether a node is ready, for where there is no other HTTP client: a container's check. */
@Command(
    name = "health",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Asks a node whether it is ready to get calls.",
    footerHeading = "%nExamples:%n",
    footer = {"  health", "  health --host 10.0.0.1 --port 9080"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:it is ready", "1:it is not, or does not answer", "2:the options are wrong"})
public final class HealthCommand implements Callable<Integer> {
  private static final int OK = 200;
  private static final String NODE_TLS = "SCALER_TLS_CERTIFICATE";

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Where the node is (default: ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "${env:SCALER_HTTP_PORT:-9080}",
      description = "Its HTTP port (default: SCALER_HTTP_PORT, or else 9080).")
  private int port;

  @Option(
      names = "--timeout",
      paramLabel = "MS",
      defaultValue = "3000",
      description = "How long it may take to answer, in ms (default: ${DEFAULT-VALUE}).")
  private int timeoutMillis;

  @Option(
      names = "--tls",
      description =
          "Ask over TLS at once, as goes without saying where SCALER_TLS_CERTIFICATE is set;"
              + " otherwise only where the port does not speak HTTP. Nothing secret is sent, so the"
              + " certificate is not checked.")
  private boolean tls;

  /** For picocli. */
  public HealthCommand() {}

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command up");
    }
    PrintWriter out = spec.commandLine().getOut();
    try {
      return ask(tls || !System.getenv().getOrDefault(NODE_TLS, "").isBlank(), out);
    } finally {
      out.flush();
    }
  }

  private int ask(boolean isEncrypted, PrintWriter out) {
    URI probe =
        URI.create((isEncrypted ? "https://" : "http://") + host + ":" + port + "/health/ready");
    try {
      HttpURLConnection connection = (HttpURLConnection) probe.toURL().openConnection();
      if (connection instanceof HttpsURLConnection encrypted) {
        AnyCertificate.accept(encrypted);
      }
      connection.setConnectTimeout(timeoutMillis);
      connection.setReadTimeout(timeoutMillis);
      boolean ready = connection.getResponseCode() == OK;
      try (InputStream body = ready ? connection.getInputStream() : connection.getErrorStream()) {
        out.print(body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
      }
      return ready ? ExitCode.OK : 1;
    } catch (ConnectException | SocketTimeoutException e) {
      return silent(probe, e, out);
    } catch (IOException e) {
      // It is there and speaks no HTTP: its configuration, which is not known here, may have TLS.
      return isEncrypted ? silent(probe, e, out) : ask(true, out);
    }
  }

  private static int silent(URI probe, IOException e, PrintWriter out) {
    out.println(probe + " does not answer: " + e.getMessage());
    return 1;
  }
}
