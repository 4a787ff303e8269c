package io.scaler.adapter.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.service.Failures;
import io.scaler.service.Gate;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening HTTP server for those who operate a node: {@code /health/live} and {@code
 * /health/ready} answer 200, or 503 with the reason, as JSON; {@code /metrics} answers in
 * Prometheus' text form; the rest is {@link LivePage}'s.
 */
public final class OperatorServer {
  private static final Logger log = LoggerFactory.getLogger(OperatorServer.class);
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  /** What the page is made of comes from here alone, and nobody shows it within theirs. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final HttpServer server;
  private final Doorkeeper doorkeeper;
  private final Map<String, Endpoint> endpoints = new HashMap<>();

  /**
   * Who may come in, and how.
   *
   * @param gate is asked for all but health and what the page is made of
   * @param tls how to encrypt; null for not at all
   * @param asksClients whether clients are to show certificates
   * @param openMetrics whether the gate is not asked for metrics
   */
  public record Door(
      Gate gate, @Nullable SSLContext tls, boolean asksClients, boolean openMetrics) {
    /** Without a lock. */
    public static final Door OPEN = new Door(Gate.OPEN, null, false, true);
  }

  private OperatorServer(
      HttpServer server,
      Doorkeeper doorkeeper,
      Supplier<Optional<String>> dead,
      Supplier<Optional<String>> notReady,
      Supplier<String> metrics,
      LivePage page) {
    this.server = server;
    this.doorkeeper = doorkeeper;
    endpoints.put("/health/live", asked -> verdict("live", dead.get()));
    endpoints.put("/health/ready", asked -> verdict("ready", notReady.get()));
    endpoints.put("/metrics", asked -> new Response(200, PROMETHEUS, metrics.get()));
    endpoints.putAll(page.endpoints());
  }

  /**
   * Binds and begins to serve.
   *
   * @param port 0 for any free one
   * @param door who may come in
   * @param executor reads the requests and answers them; may refuse, whereupon the connection is
   *     closed when its time is up
   * @param dead why the process should be restarted; empty while it lives
   * @param notReady why calls should go elsewhere; empty while they may come
   * @param metrics in Prometheus' text form
   * @param page and what it asks for
   * @throws IOException if it cannot listen there; the message names the address and the keys
   */
  public static OperatorServer start(
      String host,
      int port,
      Door door,
      Executor executor,
      Supplier<Optional<String>> dead,
      Supplier<Optional<String>> notReady,
      Supplier<String> metrics,
      LivePage page)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    HttpServer http;
    try {
      http = server(address, door);
    } catch (IOException | java.nio.channels.UnresolvedAddressException e) {
      throw new IOException(
          "cannot listen on %s:%d (http.host, http.port): %s"
              .formatted(
                  host, port, address.isUnresolved() ? "the host is unknown" : e.getMessage()),
          e);
    }
    OperatorServer server =
        new OperatorServer(http, new Doorkeeper(door), dead, notReady, metrics, page);
    http.setExecutor(task -> execute(executor, task));
    http.createContext("/", server::handle);
    http.start();
    return server;
  }

  /** An error would end the server's only thread that accepts connections. */
  private static void execute(Executor executor, Runnable task) {
    try {
      executor.execute(task);
    } catch (OutOfMemoryError e) {
      throw new RejectedExecutionException("there is no thread for one more request", e);
    }
  }

  private static HttpServer server(InetSocketAddress address, Door door) throws IOException {
    SSLContext tls = door.tls();
    if (tls == null) {
      return HttpServer.create(address, 0);
    }
    HttpsServer server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ours = tls.getDefaultSSLParameters();
            ours.setWantClientAuth(door.asksClients());
            parameters.setSSLParameters(ours);
          }
        });
    return server;
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Stops at once; does not wait for open exchanges. */
  public void stop() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      boolean head = method.equals("HEAD");
      Response response;
      if (head || method.equals("GET")) {
        response = response(exchange);
      } else {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        response = Response.text(405, "only GET and HEAD\n");
      }
      byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", response.contentType());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      exchange.sendResponseHeaders(response.status(), head ? -1 : body.length);
      if (!head) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(body);
        }
      }
    }
  }

  private Response response(HttpExchange exchange) {
    URI uri = exchange.getRequestURI();
    String path = uri.getPath();
    Endpoint endpoint = endpoints.get(path);
    if (endpoint == null) {
      return Response.text(
          404, "no such endpoint; there are:\n" + String.join("\n", listing()) + "\n");
    }
    Response refusal = doorkeeper.refusal(exchange, path);
    if (refusal != null) {
      return refusal;
    }
    try {
      return endpoint.answer(parameters(uri.getRawQuery()));
    } catch (ScalerException e) {
      return Response.json(status(e.reason()), Map.of("error", Failures.message(e)));
    } catch (RuntimeException e) {
      log.error("{} failed; its caller is told of a bug", path, e);
      return Response.text(500, "internal error\n");
    }
  }

  private Set<String> listing() {
    return new TreeSet<>(endpoints.keySet());
  }

  private static int status(Reason reason) {
    return switch (reason) {
      case INVALID_FIELD -> 400;
      case FUNCTION_NOT_FOUND, INSTANCE_NOT_FOUND -> 404;
      case NOT_HOLDER, REQUEST_FINISHED, SUPERSEDED -> 409;
      case OVERLOADED -> 429;
      case TIMED_OUT, PLATFORM_UNAVAILABLE, LAUNCH_FAILED, NODE_UNAVAILABLE, CANCELLED -> 503;
    };
  }

  private static Map<String, String> parameters(@Nullable String query) {
    Map<String, String> parameters = new HashMap<>();
    if (query != null) {
      for (String pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        parameters.put(
            decoded(equals < 0 ? pair : pair.substring(0, equals)),
            equals < 0 ? "" : decoded(pair.substring(equals + 1)));
      }
    }
    return parameters;
  }

  /** A server's URI has no malformed escapes. */
  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private Response verdict(String good, Optional<String> objection) {
    Map<String, String> body = new TreeMap<>();
    body.put("status", objection.isEmpty() ? good : "not " + good);
    objection.ifPresent(reason -> body.put("reason", reason));
    return Response.json(objection.isEmpty() ? 200 : 503, body);
  }
}
