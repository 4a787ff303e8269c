package io.scaler.adapter.platform;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The connection to a platform's process. */
public final class PlatformChannel {
  private static final int LARGEST_LIST_BYTES = 64 << 20;

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private PlatformChannel() {}

  /**
   * A connection that is made at the first call and made again when lost.
   *
   * @param address {@code host:port}
   * @param credentials how it is encrypted and what it shows, or that it is not
   * @param token a bearer token that goes with every call; null for none
   * @param callbacks runs what follows on an answer
   * @return the caller's to shut down
   */
  public static ManagedChannel to(
      String address, ChannelCredentials credentials, @Nullable String token, Executor callbacks) {
    NettyChannelBuilder builder = NettyChannelBuilder.forTarget(address, credentials);
    if (token != null) {
      Metadata headers = new Metadata();
      headers.put(AUTHORIZATION, "Bearer " + token);
      builder.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
    }
    return builder
        .executor(callbacks)
        .disableRetry()
        .maxInboundMessageSize(LARGEST_LIST_BYTES)
        .keepAliveTime(5, TimeUnit.MINUTES)
        .build();
  }
}
