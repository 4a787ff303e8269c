package io.scaler.adapter.grpc;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.DefaultChannelPromise;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of a server, and the threads that serve them. There are so many at a time and no
 * more: one more is closed at once, before anything is read of it or encrypted for it.
 */
final class Connections {
  private static final int AS_MANY_AS_NETTY_CHOOSES = 0;
  private static final long QUIET_MILLIS = 100;
  private static final long END_MILLIS = 5_000;

  private final int most;
  private final Runnable refused;
  private final AtomicInteger open = new AtomicInteger();
  private final EventLoopGroup acceptor;
  private final EventLoopGroup workers;

  /**
   * @param most open at a time
   * @param refused is told of each that is closed for that
   */
  Connections(int most, Runnable refused) {
    this.most = most;
    this.refused = refused;
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    this.acceptor =
        new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("scaler-accept", true), io);
    this.workers = new Workers(io);
  }

  void serve(NettyServerBuilder server) {
    Class<? extends ServerChannel> type =
        Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    server.channelType(type).bossEventLoopGroup(acceptor).workerEventLoopGroup(workers);
  }

  /** How many there are. */
  int open() {
    return open.get();
  }

  /** Has the threads end, as soon as the server that is ending leaves them in peace. */
  void end() {
    var unusedAcceptorEnd =
        acceptor.shutdownGracefully(QUIET_MILLIS, END_MILLIS, TimeUnit.MILLISECONDS);
    var unusedWorkersEnd =
        workers.shutdownGracefully(QUIET_MILLIS, END_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Every connection that is accepted is registered here before it does anything. */
  private final class Workers extends MultiThreadIoEventLoopGroup {
    Workers(IoHandlerFactory io) {
      super(AS_MANY_AS_NETTY_CHOOSES, new DefaultThreadFactory("scaler-grpc", true), io);
    }

    @Override
    public ChannelFuture register(Channel connection) {
      if (open.incrementAndGet() > most) {
        open.decrementAndGet();
        connection.unsafe().closeForcibly();
        refused.run();
        // Never done, neither well nor badly: what failed would be logged, each time.
        return new DefaultChannelPromise(connection, GlobalEventExecutor.INSTANCE);
      }
      var unusedClosed = connection.closeFuture().addListener(closed -> open.decrementAndGet());
      return super.register(connection);
    }
  }
}
