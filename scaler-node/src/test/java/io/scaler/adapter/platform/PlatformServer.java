package io.scaler.adapter.platform;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A server on the loopback with a channel to it. */
final class PlatformServer implements AutoCloseable {
  private final Server server;
  final ManagedChannel channel;

  private PlatformServer(Server server) {
    this.server = server;
    this.channel =
        PlatformChannel.to(
            "127.0.0.1:" + server.getPort(),
            InsecureChannelCredentials.create(),
            () -> null,
            Runnable::run);
  }

  static PlatformServer of(SimulatedPlatform platform) throws IOException {
    return at(0, platform);
  }

  /**
   * @param port 0 for any free one
   */
  static PlatformServer at(int port, SimulatedPlatform platform) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return new PlatformServer(
        NettyServerBuilder.forAddress(address)
            .directExecutor()
            .addService(new PlatformService(platform))
            .addService(new ContestPlatformService(platform))
            .build()
            .start());
  }

  int port() {
    return server.getPort();
  }

  void stop() {
    server.shutdownNow();
  }

  boolean isStopped() {
    return server.isTerminated();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
