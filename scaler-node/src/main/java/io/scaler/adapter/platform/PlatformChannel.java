package io.scaler.adapter.platform;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The connection to a platform's process. */
public final class PlatformChannel {
  private static final int LARGEST_LIST_BYTES = 64 << 20;

  private PlatformChannel() {}

  /**
   * A connection without encryption that is made at the first call and made again when lost.
   *
   * @param address {@code host:port}
   * @param callbacks runs what follows on an answer
   * @return the caller's to shut down
   */
  public static ManagedChannel to(String address, Executor callbacks) {
    return NettyChannelBuilder.forTarget(address)
        .usePlaintext()
        .executor(callbacks)
        .disableRetry()
        .maxInboundMessageSize(LARGEST_LIST_BYTES)
        .keepAliveTime(5, TimeUnit.MINUTES)
        .build();
  }
}
