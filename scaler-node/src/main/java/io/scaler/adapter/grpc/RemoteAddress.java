package io.scaler.adapter.grpc;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Where a connection comes from, without its port. */
final class RemoteAddress {
  private RemoteAddress() {}

  static String of(@Nullable SocketAddress remote) {
    return remote instanceof InetSocketAddress inet && !inet.isUnresolved()
        ? inet.getAddress().getHostAddress()
        : String.valueOf(remote);
  }
}
