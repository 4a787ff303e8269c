package io.scaler.node;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.scaler.config.Settings.Platform.Security;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a node shows to a remote platform, and whom it takes for the platform. */
final class PlatformCredentials {
  private static final String KEYS = "platform.security.";

  private PlatformCredentials() {}

  /**
   * @throws IOException if a file cannot be read; the message names its key
   */
  static ChannelCredentials of(Security security) throws IOException {
    if (!security.tls()) {
      return InsecureChannelCredentials.create();
    }
    TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
    if (!security.authorities().isEmpty()) {
      try {
        credentials.trustManager(new File(security.authorities()));
      } catch (IOException e) {
        throw unreadable("authorities", e);
      }
    }
    if (!security.certificate().isEmpty()) {
      try {
        credentials.keyManager(new File(security.certificate()), new File(security.key()));
      } catch (IOException e) {
        throw unreadable("certificate", e);
      }
    }
    return credentials.build();
  }

  /**
   * Null for none.
   *
   * @throws IOException if its file cannot be read; the message names the key
   */
  static @Nullable String token(Security security) throws IOException {
    if (security.token().isEmpty()) {
      return null;
    }
    try {
      return Files.readString(Path.of(security.token())).strip();
    } catch (IOException e) {
      throw unreadable("token", e);
    }
  }

  private static IOException unreadable(String key, IOException e) {
    return new IOException("%s%s: cannot be read: %s".formatted(KEYS, key, e), e);
  }
}
