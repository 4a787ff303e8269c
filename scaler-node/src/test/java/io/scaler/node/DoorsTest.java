package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.scaler.adapter.grpc.ChannelFrom;
import io.scaler.adapter.grpc.GrpcServer;
import io.scaler.adapter.metrics.NodeMetrics;
import io.scaler.config.Settings;
import io.scaler.logging.Logged;
import io.scaler.pki.Authority;
import io.scaler.pki.Authority.Issued;
import io.scaler.service.Admission.Admitted;
import io.scaler.service.Credentials;
import io.scaler.service.Gate;
import io.scaler.service.RefusalLog;
import io.scaler.service.Right;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoorsTest {
  private static final String OLD = "- {name: old, role: caller, token: old-0123456789abc}";
  private static final String NEW = "- {name: new, role: caller, token: new-0123456789abc}";

  @TempDir private Path folder;
  private final NodeMetrics metrics = new NodeMetrics(() -> 0);
  private Path tokens;
  private Doors doors;
  private Gate gate;

  @BeforeEach
  void open() throws Exception {
    tokens = Files.writeString(folder.resolve("tokens.yaml"), OLD);
    doors =
        Doors.open(
            LocalNodes.settings("access.tokens=" + tokens), metrics, () -> Instant.EPOCH, () -> 0);
    gate = doors.grpc().gate();
  }

  @AfterEach
  void close() {
    metrics.close();
  }

  private void passes(int many) {
    for (int i = 0; i < many; i++) {
      doors.run();
    }
  }

  private boolean letsIn(String token) {
    return gate.admit(new Credentials("Bearer " + token, List.of(), "10.0.0.7"), Right.ASSIGN)
        instanceof Admitted;
  }

  private String broken() {
    return line(metrics, "scaler_access_files_broken ");
  }

  private static String line(NodeMetrics of, String beginning) {
    return of.scrape().lines().filter(line -> line.startsWith(beginning)).findFirst().orElseThrow();
  }

  @Test
  void aFileThatIsBrokenIsCountedUntilItIsMended() throws Exception {
    assertThat(broken()).endsWith(" 0.0");

    Files.writeString(tokens, "- {name: new");
    passes(3);
    assertThat(broken()).endsWith(" 1.0");
    assertThat(letsIn("old-0123456789abc")).isTrue();

    Files.writeString(tokens, NEW);
    passes(2);
    assertThat(broken()).endsWith(" 0.0");
    assertThat(letsIn("old-0123456789abc")).isFalse();
    assertThat(letsIn("new-0123456789abc")).isTrue();
  }

  @Test
  void saysThatAFileWasReadAgainWhenItHasChangedAndOnlyThen() throws Exception {
    try (Logged logged = Logged.of(Doors.LOGGER)) {
      passes(5);
      assertThat(logged.lines()).isEmpty();

      Files.writeString(tokens, NEW);
      passes(5);

      assertThat(logged.lines())
          .containsExactly("INFO the tokens (%s): read again".formatted(tokens));
    }
  }

  @Test
  void warnsOfACertificateThatHasExpiredOrSoonWillAndTellsHowLongItIsValid() throws Exception {
    Instant end = Instant.parse("2026-03-01T00:00:00Z");
    Authority authority = new Authority(folder, "authority");
    Issued shown = authority.issue("node", end.minus(Duration.ofDays(90)), end);
    Issued renewed = authority.issue("node");
    AtomicReference<Instant> now = new AtomicReference<>(end.minus(Duration.ofDays(15)));
    String expires = "scaler_certificate_expires_seconds ";
    assertThat(line(metrics, expires)).as("without a certificate").endsWith(" NaN");
    NodeMetrics others = new NodeMetrics(() -> 0);
    try (Logged logged = Logged.of(Doors.LOGGER)) {
      Doors encrypted =
          Doors.open(
              LocalNodes.settings(
                  "access.tokens=" + tokens,
                  "tls.certificate=" + shown.file(),
                  "tls.key=" + shown.keyFile()),
              others,
              now::get,
              () -> 0);
      encrypted.sayWhoMayCall();
      assertThat(logged.lines()).isEmpty();

      now.set(end.minus(Duration.ofDays(13)));
      encrypted.sayWhoMayCall();
      now.set(end.plusSeconds(10));
      encrypted.sayWhoMayCall();
      assertThat(logged.lines())
          .containsExactly(
              "WARN the certificate (%s) expires in 13 days, on %s".formatted(shown.file(), end),
              "WARN the certificate (%s) has expired, on %s: clients that check it refuse this node"
                  .formatted(shown.file(), end));
      assertThat(line(others, expires)).endsWith(" -10.0");

      authority.issue("node", end.minus(Duration.ofDays(80)), end).replace(shown);
      encrypted.run();
      encrypted.run();
      assertThat(logged.lines())
          .as("when it is read again")
          .filteredOn(line -> line.contains("has expired"))
          .hasSizeGreaterThan(1);

      renewed.replace(shown);
      encrypted.run();
      encrypted.run();
      assertThat(Double.parseDouble(line(others, expires).substring(expires.length())))
          .isGreaterThan(1e9);
    } finally {
      others.close();
    }
  }

  @Test
  void saysWhoIsRefusedAtEitherPort() throws Exception {
    Settings settings =
        LocalNodes.settings(
            "access.tokens=" + tokens,
            "grpc.max-message=1KB",
            "grpc.max-connections=2",
            "grpc.max-connections-per-address=1");
    NodeMetrics others = new NodeMetrics(() -> 0);
    Doors narrow = Doors.open(settings, others, () -> Instant.EPOCH, () -> 0);
    GrpcServer server =
        GrpcServer.start(new Translation(settings).listen(), narrow.grpc(), List.of());
    ManagedChannel channel = ChannelFrom.address("127.0.0.3", server.port());
    try (Logged logged = Logged.of(RefusalLog.class)) {
      Gate gate = narrow.grpc().gate();
      gate.admit(new Credentials("Bearer unknown", List.of(), "10.0.0.7"), Right.ASSIGN);
      gate.admit(new Credentials("Bearer unknown", List.of(), "10.0.0.7"), Right.ASSIGN);
      narrow.http().gate().admit(new Credentials(null, List.of(), "10.0.0.8"), Right.VIEW);
      assertThatThrownBy(
              () ->
                  HealthGrpc.newBlockingStub(channel)
                      .check(HealthCheckRequest.newBuilder().setService("x".repeat(2_000)).build()))
          .hasMessageStartingWith("RESOURCE_EXHAUSTED");
      await().until(() -> logged.lines().size() == 3);
      try (Socket another = connect("127.0.0.3", server.port())) {
        await().until(() -> logged.lines().size() == 4);
        assertThat(another.getLocalPort()).isPositive();
      }
      try (Socket last = connect("127.0.0.4", server.port());
          Socket oneMore = connect("127.0.0.5", server.port())) {
        await().until(() -> logged.lines().size() == 5);
        assertThat(last.getLocalPort()).isNotEqualTo(oneMore.getLocalPort());
      }

      assertThat(logged.lines())
          .containsExactly(
              "WARN refused (gRPC, bad_token): from 10.0.0.7, to assign: the token is not known",
              "WARN refused (HTTP, no_credentials): from 10.0.0.8, to look: a token is needed; show"
                  + " one as 'authorization: Bearer TOKEN'",
              "INFO refused (gRPC, message_too_large): from 127.0.0.3: a request is larger than"
                  + " grpc.max-message",
              "INFO refused (gRPC, too_many_connections_per_address): from 127.0.0.3: there are"
                  + " grpc.max-connections-per-address already",
              "INFO refused (gRPC, too_many_connections): from 127.0.0.5: there are"
                  + " grpc.max-connections already");
    } finally {
      channel.shutdownNow();
      server.stopNow();
      others.close();
    }
  }

  private static Socket connect(String from, int port) throws IOException {
    return new Socket("127.0.0.1", port, InetAddress.getByName(from), 0);
  }

  @Test
  void aFileThatIsPutBackAsItWasIsBrokenNoMore() throws Exception {
    Files.delete(tokens);
    passes(2);
    assertThat(broken()).endsWith(" 1.0");

    Files.writeString(tokens, OLD);
    passes(2);

    assertThat(broken()).endsWith(" 0.0");
  }
}
