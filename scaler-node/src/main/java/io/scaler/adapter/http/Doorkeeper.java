package io.scaler.adapter.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import io.scaler.service.Admission;
import io.scaler.service.Admission.Denied;
import io.scaler.service.Credentials;
import io.scaler.service.Right;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the gate for what is not for everybody: the page's data and metrics. What the page is made
 * of tells nothing, and a browser has no token to show before it is there.
 */
final class Doorkeeper {
  private static final Logger log = LoggerFactory.getLogger(Doorkeeper.class);
  private static final String DATA = "/api/";
  private static final String METRICS = "/metrics";

  private final OperatorServer.Door door;

  Doorkeeper(OperatorServer.Door door) {
    this.door = door;
  }

  /** Null for who may come in. */
  @Nullable Response refusal(HttpExchange exchange, String path) {
    Admission admission = door.gate().admit(shown(exchange), right(path));
    if (!(admission instanceof Denied denied)) {
      return null;
    }
    log.debug("{} is refused: {}", path, denied.why());
    Headers headers = exchange.getResponseHeaders();
    int status =
        switch (denied.denial().kind()) {
          case UNKNOWN -> {
            headers.set("WWW-Authenticate", "Bearer realm=\"scaler\"");
            yield 401;
          }
          case FORBIDDEN -> 403;
          case EXHAUSTED -> {
            headers.set("Retry-After", String.valueOf(wholeSeconds(denied.retryAfter())));
            yield 429;
          }
        };
    return Response.json(status, Map.of("error", denied.why(), "reason", denied.denial().word()));
  }

  private Right right(String path) {
    boolean isForViewers = path.startsWith(DATA) || (path.equals(METRICS) && !door.openMetrics());
    return isForViewers ? Right.VIEW : Right.NONE;
  }

  private Credentials shown(HttpExchange exchange) {
    return new Credentials(
        exchange.getRequestHeaders().getFirst("Authorization"),
        door.asksClients() && exchange instanceof HttpsExchange encrypted
            ? certificates(encrypted)
            : List.of(),
        exchange.getRemoteAddress().getAddress().getHostAddress());
  }

  private static List<X509Certificate> certificates(HttpsExchange exchange) {
    try {
      return Stream.of(exchange.getSSLSession().getPeerCertificates())
          .map(X509Certificate.class::cast)
          .toList();
    } catch (SSLPeerUnverifiedException e) {
      log.trace("a client without a certificate", e);
      return List.of();
    }
  }

  private static long wholeSeconds(Duration duration) {
    return Math.max(1, duration.plusMillis(999).toSeconds());
  }
}
