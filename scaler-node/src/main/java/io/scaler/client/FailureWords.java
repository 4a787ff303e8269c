package io.scaler.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Deadline;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says why a call was not answered in words for whoever runs a command, and what to try. What a
 * server says of its own is kept; the status code and its details stay as they are.
 */
final class FailureWords implements ClientInterceptor {
  private static final String TRY = "\n  try: ";
  private static final String SHOW_ONE = "--certificate FILE and --key FILE show one";

  private static final String FULL =
      "or has as many connections as it takes (grpc.max-connections)";

  private final Access access;
  private final String option;

  /**
   * @param option the one that says where the server is, such as {@code --scaler}
   */
  FailureWords(Access access, String option) {
    this.access = access;
    this.option = option;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    Deadline deadline = options.getDeadline();
    long within = deadline == null ? 0 : deadline.timeRemaining(TimeUnit.MILLISECONDS);
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                super.onClose(
                    status.isOk() ? status : status.withDescription(of(status, within)), trailers);
              }
            },
            headers);
      }
    };
  }

  /**
   * A sentence, and where there is something to try, a line on that.
   *
   * @param withinMillis how long the call might take, in ms
   */
  private String of(Status status, long withinMillis) {
    String said = status.getDescription() == null ? "" : status.getDescription();
    return switch (status.getCode()) {
      case DEADLINE_EXCEEDED ->
          "no answer within %.1f s".formatted(withinMillis / 1e3)
              + TRY
              + "is the server up, is the address right ("
              + option
              + "), does a firewall let it through?";
      case UNAUTHENTICATED -> said + TRY + credentials(said);
      case PERMISSION_DENIED ->
          said + TRY + "--token-file FILE, or --certificate FILE and --key FILE, of one who has it";
      case UNIMPLEMENTED ->
          "the server does not know this call: "
              + said
              + TRY
              + "is it what "
              + option
              + " is to name, and of the same version?";
      default -> connection(status, said).orElse(said.isEmpty() ? status.getCode().name() : said);
    };
  }

  private static String credentials(String said) {
    return said.contains("certificate")
        ? SHOW_ONE
        : "--token-file FILE, or --token TOKEN, shows one that counts";
  }

  /** Of a connection that was not made or broke; empty if the server has answered. */
  private Optional<String> connection(Status status, String said) {
    Throwable cause = status.getCause();
    if (said.startsWith("Connection closed while performing TLS negotiation")) {
      return Optional.of(
          "the server ends the connection while TLS begins, as one does that asks for a client"
              + " certificate, "
              + FULL
              + TRY
              + SHOW_ONE);
    } else if (said.startsWith("Network closed") || said.startsWith("Connection closed")) {
      return Optional.of(closed());
    }
    return cause == null ? Optional.empty() : Optional.of(broken(cause, root(cause)));
  }

  private String closed() {
    String closed = "the server closed the connection and said nothing";
    return access.isEncrypted()
        ? closed + ", as one does that ends, " + FULL + TRY + "again; " + isRight()
        : closed
            + ", as one does that ends, that speaks TLS where the command does not, "
            + FULL
            + TRY
            + encrypted()
            + "; or "
            + isRight();
  }

  private String broken(Throwable cause, Throwable root) {
    String detail = String.valueOf(root.getMessage());
    if (find(UnknownHostException.class, cause) != null) {
      return "the name of the host is not known (" + detail + ")" + TRY + isRight();
    } else if (find(NoRouteToHostException.class, cause) != null) {
      return "there is no way to the host (%s)".formatted(detail) + TRY + isRight();
    } else if (find(ConnectException.class, cause) != null) {
      return detail.contains("refused")
          ? "nothing listens there (connection refused)" + TRY + "is the server up? " + isRight()
          : "the connection could not be made (%s)".formatted(detail)
              + TRY
              + isRight()
              + " does a firewall let it through?";
    } else if (detail.contains("not an SSL/TLS record")) {
      return "the command speaks TLS, the server does not"
          + TRY
          + "without --tls, --ca and --certificate, and the variables that say the same; or "
          + isRight();
    } else if (detail.contains("First received frame was not SETTINGS")) {
      return speaksOtherwise(detail);
    }
    if (detail.contains("Connection reset") || detail.contains("Broken pipe")) {
      return closed();
    }
    String certificate =
        isAlert(detail, "CERTIFICATE_REQUIRED")
            ? "the server asks for a client certificate" + TRY + SHOW_ONE
            : certificate(cause, detail);
    return certificate == null ? "the connection broke: " + detail : certificate;
  }

  /** The first bytes are those of a TLS record, or of another protocol. */
  private String speaksOtherwise(String detail) {
    return detail.contains(": 1503") || detail.contains(": 1603")
        ? "the server speaks TLS, the command does not" + TRY + encrypted()
        : "what listens there does not speak gRPC" + TRY + isRight();
  }

  private static @Nullable String certificate(Throwable cause, String detail) {
    if (find(CertificateExpiredException.class, cause) != null
        || find(CertificateNotYetValidException.class, cause) != null) {
      return "the server's certificate is out of date (%s)".formatted(detail)
          + TRY
          + "has it been renewed on the server, is this machine's clock right?";
    } else if (find(CertPathBuilderException.class, cause) != null
        || find(CertPathValidatorException.class, cause) != null) {
      return "the server's certificate is not trusted: %s".formatted(detail)
          + TRY
          + "--ca FILE, the certificate of who signed it";
    } else if (find(CertificateException.class, cause) != null) {
      return "the server's certificate is for another name: %s".formatted(detail)
          + TRY
          + "--authority NAME with a name that is in it, or the address that it names";
    }
    return null;
  }

  /** Whether the other side has ended TLS for this reason; libraries spell it differently. */
  private static boolean isAlert(String detail, String reason) {
    return detail.toUpperCase(Locale.ROOT).contains(reason);
  }

  private static String encrypted() {
    return "--ca FILE, the certificate of who signed the server's, or --tls";
  }

  private String isRight() {
    return "is " + option + " right, with the gRPC port?";
  }

  private static <T extends Throwable> @Nullable T find(Class<T> type, Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
    }
    return null;
  }

  private static Throwable root(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
