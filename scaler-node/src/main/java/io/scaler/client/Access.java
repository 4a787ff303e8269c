package io.scaler.client;

import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.scaler.config.Loopback;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How connections are encrypted, and who the caller says it is.
 *
 * @param token a bearer token that goes with every call; null for none
 * @param authority the name that servers are expected to have; null: the one in their address
 */
record Access(ChannelCredentials credentials, @Nullable String token, @Nullable String authority) {
  /** In the open, as nobody in particular. */
  static final Access OPEN = new Access(InsecureChannelCredentials.create(), null, null);

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** What adds the token to calls. */
  List<ClientInterceptor> interceptors() {
    if (token == null) {
      return List.of();
    }
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + token);
    return List.of(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  boolean isEncrypted() {
    return !(credentials instanceof InsecureChannelCredentials);
  }

  /** Whether others than the server can read the token. */
  boolean isTokenReadableOnTheWayTo(Address server) {
    return token != null && !isEncrypted() && !Loopback.is(server.host());
  }

  /** Without the token, which is a secret. */
  @Override
  public String toString() {
    return "Access[" + credentials.getClass().getSimpleName() + "]";
  }
}
