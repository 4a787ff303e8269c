package io.scaler.adapter.access;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom a node takes for the server that it calls, and the certificate that it shows there, from
 * files in PEM form. They can be read again; connections that are open keep what they have.
 */
public final class ClientTls {
  private static final X509Certificate[] NONE = {};

  private final TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
  private final List<Reading> readings = new ArrayList<>();

  private interface Reading {
    void run() throws IOException;
  }

  private ClientTls() {}

  /**
   * @param section of the configuration that names the files, for messages
   * @param authorities those that may have signed the server's certificate; null: those that the
   *     JVM knows
   * @param certificate the node's own first, then those that it was signed with; null for none
   * @param key its key in PKCS #8, RSA or EC; null where there is no certificate
   * @throws IOException if the files cannot be read or do not belong together; the message names
   *     the keys
   */
  public static ClientTls read(
      String section, @Nullable Path authorities, @Nullable Path certificate, @Nullable Path key)
      throws IOException {
    ClientTls tls = new ClientTls();
    if (authorities != null) {
      tls.trust(section, authorities);
    }
    if (certificate != null && key != null) {
      tls.show(section, certificate, key);
    }
    tls.reload();
    return tls;
  }

  private void trust(String section, Path authorities) {
    AdvancedTlsX509TrustManager trusted;
    try {
      trusted = AdvancedTlsX509TrustManager.newBuilder().build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has X.509", e);
    }
    builder.trustManager(trusted);
    readings.add(
        () -> {
          try (InputStream in = Files.newInputStream(authorities)) {
            X509Certificate[] read = CertificateUtils.getX509Certificates(in);
            if (read.length == 0) {
              throw new IOException("no certificate in PEM form");
            }
            trusted.updateTrustCredentials(read);
          } catch (IOException | GeneralSecurityException e) {
            throw new IOException("%s.authorities: cannot be read: %s".formatted(section, e), e);
          }
        });
  }

  private void show(String section, Path certificate, Path key) {
    AdvancedTlsX509KeyManager shown = new AdvancedTlsX509KeyManager();
    builder.keyManager(shown);
    readings.add(
        () -> {
          try {
            KeyPairFiles pair = KeyPairFiles.read(section, certificate, key);
            shown.updateIdentityCredentials(pair.certificates().toArray(NONE), pair.key());
          } catch (GeneralSecurityException e) {
            throw new IOException(
                "%s.certificate, %s.key: %s and %s: %s"
                    .formatted(section, section, certificate, key, e.getMessage()),
                e);
          }
        });
  }

  /**
   * Reads all files again.
   *
   * @throws IOException as at first; what the broken one said before holds on
   */
  public void reload() throws IOException {
    for (Reading reading : readings) {
      reading.run();
    }
  }

  /** For a channel; it follows what is read again. */
  public ChannelCredentials credentials() {
    return builder.build();
  }
}
