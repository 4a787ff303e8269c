package io.scaler.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says whether a node is ready, for where there is no other HTTP client: a container's check. */
@Command(
    name = "health",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Asks a node whether it is ready to get calls. Where the node has a configuration file,"
          + " --config says where it listens and whether that is encrypted; what else is in it does"
          + " not matter."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  health", "  health --config node.yaml", "  health --host 10.0.0.1 --port 9080"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:it is ready", "1:it is not, or does not answer", "2:the options are wrong"})
public final class HealthCommand implements Callable<Integer> {
  private static final int OK = 200;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The node's configuration file; SCALER_CONFIG names one, too.")
  private @Nullable Path config;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "Where the node is (default: SCALER_HTTP_HOST, or else http.host of its file, or else"
              + " 127.0.0.1).")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "Its HTTP port (default: SCALER_HTTP_PORT, or else http.port of its file, or else 9080).")
  private @Nullable Integer port;

  @Option(
      names = "--timeout",
      paramLabel = "MS",
      defaultValue = "3000",
      description = "How long it may take to answer, in ms (default: ${DEFAULT-VALUE}).")
  private int timeoutMillis;

  @Option(
      names = "--tls",
      description =
          "Ask over TLS at once, as goes without saying where SCALER_TLS_CERTIFICATE or"
              + " tls.certificate of the file is set; otherwise only where the port does not speak"
              + " HTTP. Nothing secret is sent, so the certificate is not checked.")
  private boolean tls;

  private final Configuration configuration;

  /** What a node's configuration says of its HTTP port. */
  public interface Configuration {
    /**
     * @param file what {@code --config} names; null if it was not given
     * @throws IllegalArgumentException if the environment breaks a rule; the message says which. A
     *     file that breaks one is among the {@link Http#problems}, for a node that runs serves on
     */
    Http of(@Nullable Path file);
  }

  /**
   * Where a node answers.
   *
   * @param host a name or an address, not that of all
   * @param file that says the port; null if none does
   * @param problems what of the configuration could not be read, in words
   */
  public record Http(
      String host, int port, boolean isEncrypted, @Nullable Path file, List<String> problems) {
    public Http {
      problems = List.copyOf(problems);
    }

    /** As no file says. */
    public Http(String host, int port, boolean isEncrypted) {
      this(host, port, isEncrypted, null, List.of());
    }

    URI ready(boolean isEncrypted) {
      boolean needsBrackets = host.contains(":") && !host.startsWith("[");
      return URI.create(
          "%s://%s:%d/health/ready"
              .formatted(
                  isEncrypted ? "https" : "http", needsBrackets ? "[" + host + "]" : host, port));
    }
  }

  public HealthCommand(Configuration configuration) {
    this.configuration = configuration;
  }

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command up");
    }
    Http configured;
    try {
      configured = configuration.of(config);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    PrintWriter err = spec.commandLine().getErr();
    configured.problems().forEach(err::println);
    err.flush();
    Http asked =
        new Http(
            host == null ? configured.host() : host,
            port == null ? configured.port() : port,
            tls || configured.isEncrypted(),
            port == null ? configured.file() : null,
            List.of());
    PrintWriter out = spec.commandLine().getOut();
    try {
      return ask(asked, asked.isEncrypted(), out);
    } finally {
      out.flush();
    }
  }

  private int ask(Http asked, boolean isEncrypted, PrintWriter out) {
    URI probe = asked.ready(isEncrypted);
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
      return silent(asked, probe, e, out);
    } catch (IOException e) {
      // It is there and speaks no HTTP: its configuration, which is not known here, may have TLS.
      return isEncrypted ? silent(asked, probe, e, out) : ask(asked, true, out);
    }
  }

  private static int silent(Http asked, URI probe, IOException e, PrintWriter out) {
    out.println(probe + " does not answer: " + e.getMessage());
    if (asked.file() != null) {
      out.println(
          ("http.port is as %s has it now; if that has changed since the node started, the node"
                  + " stays at its former port until it is restarted: --port names that")
              .formatted(asked.file()));
    }
    return 1;
  }
}
