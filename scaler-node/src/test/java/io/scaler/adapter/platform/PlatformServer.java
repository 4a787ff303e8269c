package io.scaler.adapter.platform;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** A server on the loopback with a channel to it. */
final class PlatformServer implements AutoCloseable {
  private final Server server;
  final ManagedChannel channel;

  private PlatformServer(Server server) {
    this.server = server;
    this.channel = PlatformChannel.to("127.0.0.1:" + server.getPort(), Runnable::run);
  }

  static PlatformServer of(SimulatedPlatform platform) throws IOException {
    return with(List.of(new PlatformService(platform), new ContestPlatformService(platform)));
  }

  static PlatformServer with(List<BindableService> services) throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor();
    services.forEach(builder::addService);
    return new PlatformServer(builder.build().start());
  }

  int port() {
    return server.getPort();
  }

  void stop() {
    server.shutdownNow();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
