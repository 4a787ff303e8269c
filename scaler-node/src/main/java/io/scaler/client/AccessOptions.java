package io.scaler.client;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelRegistry.ProviderNotFoundException;
import io.grpc.TlsChannelCredentials;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that calls nodes with access control. */
final class AccessOptions {
  private static final String TLS = "SCALER_CLIENT_TLS";
  private static final String CA = "SCALER_CLIENT_CA";
  private static final String AUTHORITY = "SCALER_CLIENT_AUTHORITY";
  private static final String CERTIFICATE = "SCALER_CLIENT_CERTIFICATE";
  private static final String KEY = "SCALER_CLIENT_KEY";
  private static final String TOKEN = "SCALER_TOKEN";
  private static final String TOKEN_FILE = "SCALER_TOKEN_FILE";

  private final Map<String, String> environment;

  @Option(
      names = "--tls",
      description =
          "Encrypt, and check the server's certificate; goes without saying with --ca or"
              + " --certificate. SCALER_CLIENT_TLS=true says the same.")
  private boolean tls;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "Who may have signed the server's certificate, in PEM form; without it, those that the"
              + " JVM knows. Or SCALER_CLIENT_CA.")
  private @Nullable String ca;

  @Option(
      names = "--authority",
      paramLabel = "NAME",
      description =
          "The name that the server's certificate must have, where it is not the one that the"
              + " server is reached by. Or SCALER_CLIENT_AUTHORITY.")
  private @Nullable String authority;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description =
          "The certificate to show, in PEM form; with --key. Or SCALER_CLIENT_CERTIFICATE.")
  private @Nullable String certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "Its key, PKCS #8 in PEM form. Or SCALER_CLIENT_KEY.")
  private @Nullable String key;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "The bearer token to show. Others on this machine can see it: rather use --token-file,"
              + " or SCALER_TOKEN.")
  private @Nullable String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file that holds the bearer token alone. Or SCALER_TOKEN_FILE.")
  private @Nullable String tokenFile;

  /** For picocli. */
  AccessOptions() {
    this(System.getenv());
  }

  AccessOptions(Map<String, String> environment) {
    this.environment = environment;
  }

  private Access access() {
    String shown = either(certificate, CERTIFICATE);
    String with = either(key, KEY);
    String signers = either(ca, CA);
    String expected = either(authority, AUTHORITY);
    if ((shown == null) != (with == null)) {
      throw new IllegalArgumentException("--certificate and --key: must be given together");
    }
    boolean isEncrypted =
        tls
            || signers != null
            || shown != null
            || Boolean.parseBoolean(environment.getOrDefault(TLS, "false"));
    if (!isEncrypted) {
      return new Access(InsecureChannelCredentials.create(), bearer(), expected);
    }
    TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
    if (signers != null) {
      try {
        credentials.trustManager(new File(signers));
      } catch (IOException e) {
        throw unreadable("--ca", signers, e);
      }
      check("--ca", signers, credentials);
    }
    if (shown != null && with != null) {
      try {
        credentials.keyManager(new File(shown), new File(with));
      } catch (IOException e) {
        throw unreadable("--certificate, --key", shown + ", " + with, e);
      }
      check("--certificate, --key", shown + ", " + with, credentials);
    }
    return new Access(credentials.build(), bearer(), expected);
  }

  /**
   * What they come to, for calls of these servers.
   *
   * @param err is told where a token goes in clear text
   * @throws IllegalArgumentException if they do not go together, or a file cannot be read; the
   *     message names the option
   */
  Access access(List<Address> servers, PrintWriter err) {
    Access access = access();
    for (Address server : servers) {
      if (access.isTokenReadableOnTheWayTo(server)) {
        err.println(
            "the token goes to %s in clear text, for whoever is on the way; --tls encrypts"
                .formatted(server));
      }
    }
    err.flush();
    return access;
  }

  private @Nullable String bearer() {
    if (token != null && tokenFile != null) {
      throw new IllegalArgumentException("--token and --token-file: one of them is enough");
    }
    if (token != null) {
      return token;
    } else if (tokenFile != null) {
      return content(tokenFile);
    }
    String given = given(TOKEN);
    String file = given(TOKEN_FILE);
    return given != null || file == null ? given : content(file);
  }

  private static String content(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw unreadable("--token-file", file, e);
    }
  }

  private @Nullable String either(@Nullable String option, String variable) {
    return option == null ? given(variable) : option;
  }

  /** An empty variable counts as none. */
  private @Nullable String given(String variable) {
    String value = environment.get(variable);
    return value == null || value.isBlank() ? null : value;
  }

  /** gRPC looks into the files when it opens a channel, and not before. */
  private static void check(
      String option, String files, TlsChannelCredentials.Builder credentials) {
    try {
      var unused = Grpc.newChannelBuilder("localhost", credentials.build());
    } catch (ProviderNotFoundException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: %s: must be in PEM form, and a key that of its certificate".formatted(option, files),
          e);
    }
  }

  private static IllegalArgumentException unreadable(String option, String file, IOException e) {
    String why =
        e instanceof NoSuchFileException || e instanceof FileNotFoundException
            ? "there is no such file, or it may not be read"
            : e instanceof AccessDeniedException
                ? "it may not be read"
                : String.valueOf(e.getMessage());
    return new IllegalArgumentException(
        "%s: %s cannot be read: %s".formatted(option, file, why), e);
  }
}
