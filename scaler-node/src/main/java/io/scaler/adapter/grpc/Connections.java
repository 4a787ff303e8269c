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
import io.scaler.service.Denial;
import io.scaler.service.Network;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a server, and the threads that serve them. There are so many at a time, of all
 * and of one address, and no more: one more is closed at once, before anything is read of it or
 * encrypted for it.
 */
final class Connections {
  private static final int AS_MANY_AS_NETTY_CHOOSES = 0;
  private static final long QUIET_MILLIS = 100;
  private static final long END_MILLIS = 5_000;
  private static final Duration LINGER = Duration.ofSeconds(1);

  private final int most;
  private final int mostPerAddress;
  private final BiConsumer<Denial, String> refused;
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentMap<String, Integer> openByNetwork = new ConcurrentHashMap<>();
  private final EventLoopGroup acceptor;
  private final EventLoopGroup workers;

  /**
   * @param most open at a time
   * @param mostPerAddress likewise, from one address; those of an IPv6 network are one
   * @param refused is told of each that is closed for that, with its address
   */
  Connections(int most, int mostPerAddress, BiConsumer<Denial, String> refused) {
    this.most = most;
    this.mostPerAddress = mostPerAddress;
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

  /** Null if there is room for one more, which is counted then. */
  private @Nullable Denial enter(String network) {
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      return Denial.TOO_MANY_CONNECTIONS;
    }
    if (openByNetwork.merge(network, 1, Integer::sum) > mostPerAddress) {
      leave(network);
      return Denial.TOO_MANY_CONNECTIONS_PER_ADDRESS;
    }
    return null;
  }

  private void leave(String network) {
    openByNetwork.computeIfPresent(network, (same, many) -> many == 1 ? null : many - 1);
    open.decrementAndGet();
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
      String address = RemoteAddress.of(connection.remoteAddress());
      String network = Network.of(address);
      Denial denial = enter(network);
      if (denial != null) {
        connection.unsafe().closeForcibly();
        refused.accept(denial, address);
        // Never done, neither well nor badly: what failed would be logged, each time.
        return new DefaultChannelPromise(connection, GlobalEventExecutor.INSTANCE);
      }
      var unusedClosed = connection.closeFuture().addListener(closed -> leave(network));
      connection.pipeline().addFirst(new LingeringClose(LINGER));
      return super.register(connection);
    }
  }
}
