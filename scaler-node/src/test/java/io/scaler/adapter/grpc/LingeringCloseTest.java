package io.scaler.adapter.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that answers what it reads first, and closes. */
class LingeringCloseTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  /** More than the buffers of a connection hold. */
  private static final int MUCH = 64 << 20;

  private final EventLoopGroup threads =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final CompletableFuture<Channel> accepted = new CompletableFuture<>();
  private final CompletableFuture<Void> told = new CompletableFuture<>();
  private final AtomicInteger reads = new AtomicInteger();

  @AfterEach
  void stop() {
    threads.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void aConnectionIsOpenUntilTheOtherEndClosesIt() throws Exception {
    try (Socket other = connected(LONG)) {
      ask(other);
      assertThat(other.getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("answer");
      Channel connection = accepted.get();
      assertThat(connection.isOpen()).isTrue();
      assertThat(told).isNotDone();

      ask(other);
      connection.eventLoop().submit(() -> connection.close()).sync();
      assertThat(connection.isOpen()).isTrue();
    }
    accepted.get().closeFuture().await();
    told.get();
    assertThat(reads).as("what came after the end is nobody's").hasValue(1);
  }

  @Test
  void anEndThatDoesNotCloseIsNotWaitedForForLong() throws Exception {
    try (Socket other = connected(Duration.ofMillis(20))) {
      ask(other);

      told.get();
      assertThat(accepted.get().isOpen()).isFalse();
    }
  }

  @Test
  void anEndThatDoesNotReadIsNotWaitedFor() throws Exception {
    try (Socket other = connected(LONG)) {
      assertThat(other.isConnected()).isTrue();
      Channel connection = accepted.get();
      connection
          .eventLoop()
          .submit(
              () -> {
                connection.writeAndFlush(Unpooled.buffer(MUCH).writeZero(MUCH));
                connection.close();
              })
          .sync();

      connection.closeFuture().await();
      assertThat(connection.isOpen()).isFalse();
    }
  }

  private static void ask(Socket other) throws IOException {
    other.getOutputStream().write("question".getBytes(US_ASCII));
  }

  private Socket connected(Duration longest) throws IOException {
    Channel server =
        new ServerBootstrap()
            .group(threads)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    connection.pipeline().addLast(new LingeringClose(longest), new Answering());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    InetSocketAddress address = (InetSocketAddress) server.localAddress();
    return new Socket(address.getAddress(), address.getPort());
  }

  private final class Answering extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      accepted.complete(context.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      reads.incrementAndGet();
      ReferenceCountUtil.release(message);
      // Closed in the midst of sending: the rest of it goes as well.
      context
          .write(Unpooled.copiedBuffer("ans", US_ASCII))
          .addListener(written -> context.close().addListener(closed -> told.complete(null)));
      context.writeAndFlush(Unpooled.copiedBuffer("wer", US_ASCII));
    }
  }
}
