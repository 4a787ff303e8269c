package io.scaler.adapter.access;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The certificate that a node shows on its ports, and its key, from two files in PEM form. They can
 * be read again; connections that are open keep what they have.
 */
public final class ServerTls {
  private static final X509Certificate[] NONE = {};

  /**
   * Lets clients show whatever certificate they have, as long as they have its key. Whether it
   * counts is decided for each call, by {@link ClientCertificates}: a handshake that fails tells
   * the caller nothing.
   */
  private static final TrustManager WHATEVER_IS_SHOWN =
      new X509ExtendedTrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
          throw noServer();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
          throw noServer();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
          throw noServer();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
          return NONE;
        }

        private IllegalStateException noServer() {
          return new IllegalStateException("this is for servers, which check clients");
        }
      };

  private final Path certificate;
  private final Path key;
  private final boolean asksClients;
  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();

  private volatile Instant expires = Instant.MIN;

  private ServerTls(Path certificate, Path key, boolean asksClients) {
    this.certificate = certificate;
    this.key = key;
    this.asksClients = asksClients;
  }

  /**
   * @param certificate the node's own first, then those that it was signed with
   * @param key in PKCS #8, RSA or EC
   * @param asksClients whether clients are to show certificates
   * @throws IOException if the files cannot be read or do not belong together; the message names
   *     the keys
   */
  public static ServerTls read(Path certificate, Path key, boolean asksClients) throws IOException {
    ServerTls tls = new ServerTls(certificate, key, asksClients);
    tls.reload();
    return tls;
  }

  /**
   * Reads both files again.
   *
   * @throws IOException as at first; what held before holds on
   */
  public void reload() throws IOException {
    try {
      KeyPairFiles pair = KeyPairFiles.read("tls", certificate, key);
      keys.updateIdentityCredentials(pair.certificates().toArray(NONE), pair.key());
      expires = pair.certificates().get(0).getNotAfter().toInstant();
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "tls.certificate, tls.key: %s and %s: %s".formatted(certificate, key, e.getMessage()), e);
    }
  }

  /** When the node's own certificate ends, as it was last read. */
  public Instant expires() {
    return expires;
  }

  /** For the gRPC server. */
  public ServerCredentials grpc() {
    TlsServerCredentials.Builder builder = TlsServerCredentials.newBuilder().keyManager(keys);
    if (asksClients) {
      builder.trustManager(WHATEVER_IS_SHOWN).clientAuth(TlsServerCredentials.ClientAuth.OPTIONAL);
    }
    return builder.build();
  }

  /** For the HTTP server. */
  public SSLContext http() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {keys}, new TrustManager[] {WHATEVER_IS_SHOWN}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has TLS", e);
    }
  }

  /** Whether clients are to show certificates. */
  public boolean asksClients() {
    return asksClients;
  }
}
