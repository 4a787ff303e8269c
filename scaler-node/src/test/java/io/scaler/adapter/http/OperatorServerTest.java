package io.scaler.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scaler.model.Plan;
import io.scaler.service.Chronicle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperatorServerTest {
  private static final LivePage PAGE =
      new LivePage(
          new LivePage.Facts("a", 1, "simulated", function -> Plan.keeping("none", Duration.ZERO)),
          new Chronicle(),
          new FakeInspection(),
          () -> Instant.EPOCH,
          () -> 0);

  private final AtomicReference<Optional<String>> dead = new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<String>> notReady =
      new AtomicReference<>(Optional.empty());
  private final HttpClient client = HttpClient.newHttpClient();
  private Supplier<Optional<String>> readiness = notReady::get;
  private OperatorServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        OperatorServer.start(
            "127.0.0.1",
            0,
            OperatorServer.Door.OPEN,
            Runnable::run,
            dead::get,
            () -> readiness.get(),
            () -> "up 1\n",
            PAGE);
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void saysThatItLivesAndIsReady() throws Exception {
    HttpResponse<String> live = send("GET", "/health/live");
    HttpResponse<String> ready = send("GET", "/health/ready");

    assertThat(live.statusCode()).isEqualTo(200);
    assertThat(live.body()).isEqualTo("{\"status\":\"live\"}\n");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body()).isEqualTo("{\"status\":\"ready\"}\n");
    assertThat(ready.headers().firstValue("Content-Type")).contains("application/json");
  }

  @Test
  void namesTheReasonWhyItIsNot() throws Exception {
    notReady.set(Optional.of("hears from 1 of 3 nodes, needs \"2\""));
    dead.set(Optional.of("stuck"));
    HttpResponse<String> ready = send("GET", "/health/ready");

    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body())
        .isEqualTo(
            "{\"reason\":\"hears from 1 of 3 nodes, needs \\\"2\\\"\",\"status\":\"not ready\"}\n");
    assertThat(send("GET", "/health/live").statusCode()).isEqualTo(503);
    assertThat(send("HEAD", "/health/live").statusCode()).isEqualTo(503);
  }

  /** Which haproxy's checks look for. */
  @Test
  void saysThatItStops() throws Exception {
    notReady.set(Optional.of("stopping"));

    assertThat(send("GET", "/health/ready").body()).startsWith("{\"reason\":\"stopping\",");
  }

  @Test
  void listsItsEndpointsWhereThereIsNone() throws Exception {
    HttpResponse<String> listing = send("GET", "/nowhere");

    assertThat(listing.statusCode()).isEqualTo(404);
    assertThat(listing.body())
        .contains("\n/health/live\n/health/ready\n/metrics\n")
        .contains("/api/cluster");
  }

  @Test
  void refusesOtherPathsAndMethods() throws Exception {
    assertThat(send("GET", "/health").statusCode()).isEqualTo(404);
    assertThat(send("GET", "/health/ready/").statusCode()).isEqualTo(404);
    assertThat(send("POST", "/health/ready").statusCode()).isEqualTo(405);
  }

  @Test
  void tellsTheCallerNothingAboutABug() throws Exception {
    readiness =
        () -> {
          throw new IllegalStateException("secret");
        };
    HttpResponse<String> response = send("GET", "/health/ready");

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).isEqualTo("internal error\n");
  }

  @Test
  void tellsItsMetricsAsPrometheusReadsThem() throws Exception {
    HttpResponse<String> response = send("GET", "/metrics");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(response.body()).isEqualTo("up 1\n");
  }

  @Test
  void namesAddressAndKeyWhenItCannotListen() {
    assertThatThrownBy(
            () ->
                OperatorServer.start(
                    "127.0.0.1",
                    server.port(),
                    OperatorServer.Door.OPEN,
                    Runnable::run,
                    Optional::empty,
                    Optional::empty,
                    () -> "",
                    PAGE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + server.port())
        .hasMessageContaining("http.port");
  }
}
