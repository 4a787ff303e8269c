package io.scaler.adapter.grpc;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelDuplexHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelOutboundBuffer;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;
import io.grpc.netty.shaded.io.netty.channel.socket.DuplexChannel;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection when its other end has read all that was sent: says that nothing more comes,
 * and waits until the other end closes it. A connection that is closed while something arrives at
 * it, be it that the last answer was read, is reset, and a proxy that hears of that may drop what
 * it has not yet passed on: calls whose answers it cuts cannot be told from those of a broken
 * server, and it does not repeat them.
 *
 * <p>The first of a connection's handlers.
 */
final class LingeringClose extends ChannelDuplexHandler {
  private final Duration longest;
  private boolean isClosing;

  /**
   * @param longest that it waits: an end that is gone does not close
   */
  LingeringClose(Duration longest) {
    this.longest = longest;
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    Channel connection = context.channel();
    if (!isClosing && (!(connection instanceof DuplexChannel) || isUnsent(connection))) {
      var unusedClosed = context.close(promise);
      return;
    }
    var unusedTold = connection.closeFuture().addListener(closed -> promise.trySuccess());
    if (isClosing) {
      return;
    }
    isClosing = true;
    var unusedShutdown = ((DuplexChannel) connection).shutdownOutput();
    var end =
        context.executor().schedule(() -> force(context), longest.toNanos(), TimeUnit.NANOSECONDS);
    var unusedEnded = connection.closeFuture().addListener(closed -> end.cancel(false));
  }

  /** What the other end does not take would be lost, and have the thread look for it in vain. */
  private static boolean isUnsent(Channel connection) {
    ChannelOutboundBuffer unsent = connection.unsafe().outboundBuffer();
    return unsent == null || unsent.totalPendingWriteBytes() > 0;
  }

  private static void force(ChannelHandlerContext context) {
    var unusedClosed = context.close();
  }

  /** Nobody is there to answer what still comes. */
  @Override
  public void channelRead(ChannelHandlerContext context, @Nullable Object message) {
    if (isClosing) {
      ReferenceCountUtil.release(message);
    } else {
      context.fireChannelRead(message);
    }
  }
}
