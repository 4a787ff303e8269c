package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.scaler.pki.Authority;
import io.scaler.pki.Authority.Issued;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.Function;
import io.scaler.v1.GetStatusRequest;
import io.scaler.v1.ReloadRequest;
import io.scaler.v1.ScalerAdminGrpc;
import io.scaler.v1.ScalerGrpc;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A node that wants certificates of its clients. */
@Timeout(120)
class MutualTlsTest {
  private static final AtomicInteger REQUESTS = new AtomicInteger();

  @TempDir private static Path folder;
  private static Authority authority;
  private static Node node;

  private final List<ManagedChannel> channels = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    authority = new Authority(folder, "authority");
    Issued own = authority.issue("node");
    node =
        Node.start(
            LocalNodes.settings(
                "tls.certificate=" + own.file(),
                "tls.key=" + own.keyFile(),
                "tls.client-authorities=" + authority.file(),
                "access.certificates=[{name: spiffe://test/CN=gateway, role: caller}, {name:"
                    + " spiffe://test/CN=nodes, role: operator}, {name: '*', role: viewer}]"));
    await().until(node::isReady);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }

  private ManagedChannel channel(Issued shown) throws IOException {
    TlsChannelCredentials.Builder credentials =
        TlsChannelCredentials.newBuilder().trustManager(authority.file().toFile());
    if (shown != null) {
      credentials.keyManager(shown.file().toFile(), shown.keyFile().toFile());
    }
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", node.port(), credentials.build()).build();
    channels.add(channel);
    return channel;
  }

  private static boolean assigns(ManagedChannel channel) {
    return ScalerGrpc.newBlockingStub(channel)
        .assign(
            AssignRequest.newBuilder()
                .setRequestId("r" + REQUESTS.incrementAndGet())
                .setFunction(Function.newBuilder().setKey("f").setMemoryMb(64))
                .build())
        .hasAssignment();
  }

  private static StatusRuntimeException refused(ManagedChannel channel) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> assigns(channel));
  }

  private static int get(Issued shown, String path) throws Exception {
    return HttpClient.newBuilder()
        .sslContext(authority.trusted(shown))
        .build()
        .send(
            HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + node.httpPort() + path))
                .build(),
            BodyHandlers.ofString())
        .statusCode();
  }

  @Test
  void aCertificateHasItsRoleOnBothPorts() throws Exception {
    Issued gateway = authority.issue("gateway");
    Issued other = authority.issue("someone");

    assertThat(assigns(channel(gateway))).isTrue();
    assertThat(refused(channel(other)))
        .hasMessage(
            "PERMISSION_DENIED: certificate CN=someone has the role viewer, and may not assign:"
                + " that takes the role caller or operator");
    assertThat(
            ScalerAdminGrpc.newBlockingStub(channel(other))
                .getStatus(GetStatusRequest.getDefaultInstance())
                .getNodesCount())
        .isEqualTo(1);
    assertThat(get(other, "/api/cluster")).isEqualTo(200);
    assertThat(get(gateway, "/api/cluster")).isEqualTo(403);
  }

  @Test
  void whoeverShowsNoneIsToldSoButMayAskForHealth() throws Exception {
    assertThat(refused(channel(null)))
        .hasMessage("UNAUTHENTICATED: a client certificate is needed (tls.client-authorities)");
    assertThat(
            HealthGrpc.newBlockingStub(channel(null))
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
    assertThat(get(null, "/api/cluster")).isEqualTo(401);
    assertThat(get(null, "/health/ready")).isEqualTo(200);
  }

  @Test
  void anotherAuthoritysAndAnExpiredCertificateAreRefusedInWordsAndNobodyElses() throws Exception {
    Issued unknown = new Authority(folder, "other").issue("gateway");
    Issued expired =
        authority.issue(
            "gateway",
            Instant.parse("2020-01-01T00:00:00Z"),
            Instant.parse("2021-01-01T00:00:00Z"));

    assertThat(refused(channel(unknown)))
        .hasMessage(
            "UNAUTHENTICATED: certificate CN=gateway was not signed by one of"
                + " tls.client-authorities");
    assertThat(refused(channel(expired)))
        .hasMessage("UNAUTHENTICATED: certificate CN=gateway has expired");
    assertThat(get(unknown, "/api/cluster")).isEqualTo(401);
    assertThat(assigns(channel(authority.issue("gateway")))).isTrue();
  }

  @Test
  void whatAnOperatorChangesIsLoggedWithWhoItWas() throws Exception {
    Logger deeds = (Logger) LoggerFactory.getLogger("io.scaler.OperatorChanges");
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    Level before = deeds.getLevel();
    deeds.setLevel(Level.INFO);
    deeds.addAppender(logged);
    try {
      var unused =
          ScalerAdminGrpc.newBlockingStub(channel(authority.issue("nodes")))
              .reload(ReloadRequest.getDefaultInstance());

      assertThat(logged.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .singleElement()
          .asString()
          .startsWith("certificate ")
          .endsWith("CN=nodes from 127.0.0.1: reload the configuration");
    } finally {
      deeds.detachAppender(logged);
      deeds.setLevel(before);
    }
  }

  @Test
  void aNodeShowsItsPlatformWhoItIs() throws Exception {
    Issued shown = authority.issue("nodes");
    try (Node caller =
        Node.start(
            LocalNodes.settings(
                "platform.kind=grpc",
                "platform.address=localhost:" + node.port(),
                "platform.security.tls=true",
                "platform.security.authorities=" + authority.file(),
                "platform.security.certificate=" + shown.file(),
                "platform.security.key=" + shown.keyFile()))) {
      await().until(caller::isReady);
      ManagedChannel channel =
          Grpc.newChannelBuilderForAddress(
                  "127.0.0.1", caller.port(), InsecureChannelCredentials.create())
              .build();
      channels.add(channel);

      assertThat(assigns(channel)).isTrue();
    }
    assertThatThrownBy(
            () ->
                Node.start(
                    LocalNodes.settings(
                        "platform.kind=grpc",
                        "platform.security.token=" + folder.resolve("none.token"))))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("platform.security.token: cannot be read: ");
  }

  @Test
  void aKeyThatIsNotTheCertificatesStopsTheStart() throws Exception {
    Issued one = authority.issue("node");
    Issued other = authority.issue("node");

    assertThatThrownBy(
            () ->
                Node.start(
                    LocalNodes.settings(
                        "tls.certificate=" + one.file(), "tls.key=" + other.keyFile())))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("tls.certificate, tls.key: ")
        .hasMessageEndingWith("the key is not the certificate's");
    Path nothing = folder.resolve("nothing.pem");
    Files.writeString(nothing, "nothing");
    assertThatThrownBy(
            () ->
                Node.start(
                    LocalNodes.settings("tls.certificate=" + one.file(), "tls.key=" + nothing)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("tls.certificate, tls.key: ");
  }
}
