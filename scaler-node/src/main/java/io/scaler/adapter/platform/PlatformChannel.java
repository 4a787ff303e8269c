package io.scaler.adapter.platform;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The connection to a platform's process. */
public final class PlatformChannel {
  private static final int LARGEST_LIST_BYTES = 64 << 20;

  /**
   * A machine that is gone refuses no connection: calls hang with it, nobody knows to what effect,
   * and the kernel asks so seldom after a few seconds that one that is back stays unnoticed.
   */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private PlatformChannel() {}

  /**
   * A connection that is made at the first call and made again when lost.
   *
   * @param address {@code host:port}
   * @param credentials how it is encrypted and what it shows, or that it is not
   * @param token asked for each call for the bearer token that goes with it; gives null for none
   * @param callbacks runs what follows on an answer
   * @return the caller's to shut down
   */
  public static ManagedChannel to(
      String address,
      ChannelCredentials credentials,
      Supplier<@Nullable String> token,
      Executor callbacks) {
    return NettyChannelBuilder.forTarget(address, credentials)
        .intercept(new Bearer(token))
        .executor(callbacks)
        .disableRetry()
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
        .maxInboundMessageSize(LARGEST_LIST_BYTES)
        .keepAliveTime(5, TimeUnit.MINUTES)
        .build();
  }

  private record Bearer(Supplier<@Nullable String> token) implements ClientInterceptor {
    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
        MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      String now = token.get();
      if (now == null) {
        return next.newCall(method, options);
      }
      Metadata headers = new Metadata();
      headers.put(AUTHORIZATION, "Bearer " + now);
      return MetadataUtils.newAttachHeadersInterceptor(headers)
          .interceptCall(method, options, next);
    }
  }
}
