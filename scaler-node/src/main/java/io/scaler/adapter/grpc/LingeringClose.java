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
    if (!(connection instanceof DuplexChannel duplex) || !connection.isActive()) {
      var unusedClosed = context.close(promise);
      return;
    }
    var unusedTold = connection.closeFuture().addListener(closed -> promise.trySuccess());
    if (!isClosing) {
      isClosing = true;
      // Not at once: whoever closes may have been told in the middle of sending that all is sent.
      context.executor().execute(() -> end(context, duplex));
    }
  }

  private void end(ChannelHandlerContext context, DuplexChannel connection) {
    ChannelOutboundBuffer unsent = connection.unsafe().outboundBuffer();
    if (unsent == null || unsent.totalPendingWriteBytes() > 0) {
      // What the other end does not take is lost, and to wait for it would keep the thread busy.
      var unusedClosed = context.close();
      return;
    }
    var unusedShutdown = connection.shutdownOutput();
    var closing =
        context.executor().schedule(() -> force(context), longest.toNanos(), TimeUnit.NANOSECONDS);
    var unusedEnded = connection.closeFuture().addListener(closed -> closing.cancel(false));
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
