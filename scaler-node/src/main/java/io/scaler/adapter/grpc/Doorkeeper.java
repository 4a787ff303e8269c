package io.scaler.adapter.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.Attributes;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.scaler.service.Admission;
import io.scaler.service.Admission.Denied;
import io.scaler.service.Credentials;
import io.scaler.service.Gate;
import io.scaler.service.Right;
import io.scaler.v1.ScalerAdminGrpc;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the gate for every call, before anything of its request is read. */
final class Doorkeeper extends ServerTransportFilter implements ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(Doorkeeper.class);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** What a connection shows, found out once. */
  private static final Attributes.Key<Credentials> SHOWN =
      Attributes.Key.create("io.scaler.adapter.grpc.shown");

  private static final String ADMIN = ScalerAdminGrpc.SERVICE_NAME + "/";

  private final Gate gate;

  Doorkeeper(Gate gate) {
    this.gate = gate;
  }

  @Override
  public Attributes transportReady(Attributes attributes) {
    String address = RemoteAddress.of(attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    Credentials shown =
        new Credentials(
            null, certificates(attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION)), address);
    return attributes.toBuilder().set(SHOWN, shown).build();
  }

  private static List<X509Certificate> certificates(@Nullable SSLSession session) {
    if (session == null) {
      return List.of();
    }
    try {
      return Stream.of(session.getPeerCertificates()).map(X509Certificate.class::cast).toList();
    } catch (SSLPeerUnverifiedException e) {
      log.trace("a client without a certificate", e);
      return List.of();
    }
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    Right right = MethodRights.of(method);
    Credentials connection = Objects.requireNonNull(call.getAttributes().get(SHOWN));
    String authorization = headers.get(AUTHORIZATION);
    Credentials shown =
        authorization == null
            ? connection
            : new Credentials(authorization, connection.certificates(), connection.address());
    Admission admission = gate.admit(shown, right);
    if (admission instanceof Denied denied) {
      log.debug("{} from {} is refused: {}", method, shown.address(), denied.why());
      refuse(call, method, denied);
      return new ServerCall.Listener<>() {};
    }
    if (right == Right.OPERATE
        && method.startsWith(ADMIN)
        && admission instanceof Admission.Admitted admitted) {
      String who = "%s from %s".formatted(admitted.caller(), shown.address());
      return Contexts.interceptCall(Deeds.by(who), call, headers, next);
    }
    return next.startCall(call, headers);
  }

  private static <Q, R> void refuse(ServerCall<Q, R> call, String method, Denied denied) {
    MessageLite reply = ContestDenials.reply(method, denied);
    if (reply != null) {
      call.sendHeaders(new Metadata());
      call.sendMessage(call.getMethodDescriptor().parseResponse(reply.toByteString().newInput()));
      call.close(Status.OK, new Metadata());
    } else {
      StatusRuntimeException status = StatusRefusals.status(denied);
      Metadata trailers = status.getTrailers();
      call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
    }
  }
}
