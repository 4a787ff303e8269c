package io.scaler.adapter.grpc;

import io.grpc.Attributes;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Channels of callers elsewhere: every address of 127.0.0.0/8 is this machine's. */
public final class ChannelFrom {
  private ChannelFrom() {}

  public static ManagedChannel address(String address, int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port)
        .usePlaintext()
        .localSocketPicker(
            new NettyChannelBuilder.LocalSocketPicker() {
              @Override
              public SocketAddress createSocketAddress(
                  SocketAddress remote, Attributes attributes) {
                return new InetSocketAddress(address, 0);
              }
            })
        .build();
  }
}
