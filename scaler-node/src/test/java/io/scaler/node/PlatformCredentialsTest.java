package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import io.scaler.adapter.access.ServerTls;
import io.scaler.adapter.platform.PlatformChannel;
import io.scaler.config.Settings.Platform.Security;
import io.scaler.pki.Authority;
import io.scaler.pki.Authority.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformCredentialsTest {
  @TempDir private Path folder;

  @Test
  void aTokenIsReadAgainAndOneThatIsBrokenChangesNothing() throws Exception {
    Path file = folder.resolve("platform.token");
    Files.writeString(file, "first\n");
    PlatformCredentials credentials =
        PlatformCredentials.read(new Security(false, "", "", "", file.toString()));
    look(credentials);
    assertThat(credentials.token()).isEqualTo("first");

    Files.writeString(file, "second");
    look(credentials);
    assertThat(credentials.token()).isEqualTo("second");

    Files.writeString(file, "\n");
    look(credentials);
    assertThat(credentials.token()).isEqualTo("second");
  }

  @Test
  void aTokenFileWithNothingInItStopsTheStart() throws Exception {
    Path file = folder.resolve("empty.token");
    Files.writeString(file, "\n");

    assertThatThrownBy(
            () -> PlatformCredentials.read(new Security(false, "", "", "", file.toString())))
        .isInstanceOf(IOException.class)
        .hasMessage("platform.security.token: there is nothing in " + file);
  }

  @Test
  void certificatesAreReadAgain() throws Exception {
    Authority authority = new Authority(folder, "authority");
    Issued server = authority.issue("platform");
    Issued shown = authority.issue("old");
    Path trusted = folder.resolve("trusted.pem");
    Files.copy(new Authority(folder, "other").file(), trusted);
    Callers callers = new Callers();
    Server listening =
        Grpc.newServerBuilderForPort(
                0, ServerTls.read(server.file(), server.keyFile(), true).grpc())
            .addService(new HealthStatusManager().getHealthService())
            .intercept(callers)
            .build()
            .start();
    try {
      PlatformCredentials credentials =
          PlatformCredentials.read(
              new Security(
                  true,
                  trusted.toString(),
                  shown.file().toString(),
                  shown.keyFile().toString(),
                  ""));
      assertThat(call(listening, credentials)).isEqualTo(Code.UNAVAILABLE);

      Files.copy(authority.file(), trusted, StandardCopyOption.REPLACE_EXISTING);
      look(credentials);
      assertThat(call(listening, credentials)).isEqualTo(Code.OK);
      assertThat(callers.last).isEqualTo("CN=old");

      authority.issue("new").replace(shown);
      look(credentials);
      assertThat(call(listening, credentials)).isEqualTo(Code.OK);
      assertThat(callers.last).isEqualTo("CN=new");
    } finally {
      listening.shutdownNow();
    }
  }

  /** As often as it takes for what is settled to be told. */
  private static void look(PlatformCredentials credentials) {
    credentials.run();
    credentials.run();
  }

  private static Code call(Server server, PlatformCredentials credentials) {
    ManagedChannel channel =
        PlatformChannel.to(
            "localhost:" + server.getPort(),
            credentials.channel(),
            credentials::token,
            Runnable::run);
    try {
      var unused =
          HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());
      return Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    } finally {
      channel.shutdownNow();
    }
  }

  private static final class Callers implements ServerInterceptor {
    private volatile String last = "";

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      try {
        X509Certificate shown =
            (X509Certificate)
                call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION).getPeerCertificates()[0];
        last = shown.getSubjectX500Principal().getName();
      } catch (SSLPeerUnverifiedException e) {
        last = "nobody";
      }
      return next.startCall(call, headers);
    }
  }
}
