package io.scaler.adapter.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening HTTP server for probes: {@code /health/live} and {@code /health/ready} answer 200, or
 * 503 with the reason, as JSON; {@code /metrics} answers in Prometheus' text form; {@code /} lists
 * the endpoints.
 */
public final class HealthServer {
  private static final Logger log = LoggerFactory.getLogger(HealthServer.class);
  private static final String JSON = "application/json";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";

  private final HttpServer server;
  private final Map<String, Supplier<Response>> endpoints;
  private final JsonMapper json = new JsonMapper();

  private record Response(int status, String contentType, String body) {}

  private HealthServer(
      HttpServer server,
      Supplier<Optional<String>> dead,
      Supplier<Optional<String>> notReady,
      Supplier<String> metrics) {
    this.server = server;
    this.endpoints =
        Map.of(
            "/", this::listing,
            "/health/live", () -> verdict("live", dead.get()),
            "/health/ready", () -> verdict("ready", notReady.get()),
            "/metrics", () -> new Response(200, PROMETHEUS, metrics.get()));
  }

  /**
   * Binds and begins to serve.
   *
   * @param port 0 for any free one
   * @param executor runs the answers
   * @param dead why the process should be restarted; empty while it lives
   * @param notReady why calls should go elsewhere; empty while they may come
   * @param metrics in Prometheus' text form
   * @throws IOException if it cannot listen there; the message names the address and the keys
   */
  public static HealthServer start(
      String host,
      int port,
      Executor executor,
      Supplier<Optional<String>> dead,
      Supplier<Optional<String>> notReady,
      Supplier<String> metrics)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    HttpServer http;
    try {
      http = HttpServer.create(address, 0);
    } catch (IOException | java.nio.channels.UnresolvedAddressException e) {
      throw new IOException(
          "cannot listen on %s:%d (http.host, http.port): %s"
              .formatted(
                  host, port, address.isUnresolved() ? "the host is unknown" : e.getMessage()),
          e);
    }
    HealthServer server = new HealthServer(http, dead, notReady, metrics);
    http.setExecutor(executor);
    http.createContext("/", server::handle);
    http.start();
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
        response = response(exchange.getRequestURI().getPath());
      } else {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        response = new Response(405, TEXT, "only GET and HEAD\n");
      }
      byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", response.contentType());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.sendResponseHeaders(response.status(), head ? -1 : body.length);
      if (!head) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(body);
        }
      }
    }
  }

  private Response response(String path) {
    Supplier<Response> endpoint = endpoints.get(path);
    if (endpoint == null) {
      return new Response(404, TEXT, "no such endpoint; / lists them\n");
    }
    try {
      return endpoint.get();
    } catch (RuntimeException e) {
      log.error("{} failed; its caller is told of a bug", path, e);
      return new Response(500, TEXT, "internal error\n");
    }
  }

  private Response listing() {
    return new Response(200, TEXT, String.join("\n", new TreeMap<>(endpoints).keySet()) + "\n");
  }

  private Response verdict(String good, Optional<String> objection) {
    Map<String, String> body = new TreeMap<>();
    body.put("status", objection.isEmpty() ? good : "not " + good);
    objection.ifPresent(reason -> body.put("reason", reason));
    try {
      return new Response(
          objection.isEmpty() ? 200 : 503, JSON, json.writeValueAsString(body) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of strings is not JSON", e);
    }
  }
}
