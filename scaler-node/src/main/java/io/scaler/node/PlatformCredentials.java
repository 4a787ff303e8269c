package io.scaler.node;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.scaler.adapter.access.ClientTls;
import io.scaler.config.Settings.Platform.Security;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node shows to a remote platform, and whom it takes for the platform. One pass looks
 * whether one of the files that say so has changed, and reads them again; one that is broken
 * changes nothing.
 */
final class PlatformCredentials implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(PlatformCredentials.class);
  private static final String SECTION = "platform.security";

  private final Security security;
  private final @Nullable ClientTls tls;
  private final List<FileWatch> watches;
  private volatile @Nullable String token;

  private PlatformCredentials(Security security) throws IOException {
    this.security = security;
    this.watches =
        Stream.of(security.authorities(), security.certificate(), security.key(), security.token())
            .filter(file -> !file.isEmpty())
            .map(file -> FileWatch.beforeReading(Path.of(file), this::again))
            .toList();
    this.tls =
        security.tls()
            ? ClientTls.read(
                SECTION,
                path(security.authorities()),
                path(security.certificate()),
                path(security.key()))
            : null;
    this.token = readToken(security);
  }

  /**
   * @throws IOException if a file cannot be read; the message names its key
   */
  static PlatformCredentials read(Security security) throws IOException {
    return new PlatformCredentials(security);
  }

  private static @Nullable Path path(String text) {
    return text.isEmpty() ? null : Path.of(text);
  }

  private static @Nullable String readToken(Security security) throws IOException {
    if (security.token().isEmpty()) {
      return null;
    }
    String read;
    try {
      read = Files.readString(Path.of(security.token())).strip();
    } catch (IOException e) {
      throw new IOException("%s.token: cannot be read: %s".formatted(SECTION, e), e);
    }
    if (read.isEmpty()) {
      throw new IOException(SECTION + ".token: there is nothing in " + security.token());
    }
    return read;
  }

  private void again() {
    try {
      token = readToken(security);
      if (tls != null) {
        tls.reload();
      }
      log.info("what the platform is shown was read again");
    } catch (IOException e) {
      log.warn("what the platform is shown was read again, but for this: {}", e.getMessage());
    }
  }

  @Override
  public void run() {
    watches.forEach(FileWatch::run);
  }

  /** How connections are encrypted; those that are made later follow the files. */
  ChannelCredentials channel() {
    return tls == null ? InsecureChannelCredentials.create() : tls.credentials();
  }

  /** The bearer token of the next call; null for none. */
  @Nullable String token() {
    return token;
  }
}
