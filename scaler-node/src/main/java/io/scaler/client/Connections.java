package io.scaler.client;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.List;

/**
 * One connection to each address of a target. Replies arrive on the event loops' threads, so what
 * follows a reply must not block.
 */
final class Connections implements AutoCloseable {
  private final List<ManagedChannel> channels;

  private Connections(List<ManagedChannel> channels) {
    this.channels = channels;
  }

  static Connections open(List<Address> addresses) {
    return new Connections(addresses.stream().map(Connections::open).toList());
  }

  static ManagedChannel open(Address address) {
    return Grpc.newChannelBuilderForAddress(
            address.host(), address.port(), InsecureChannelCredentials.create())
        .directExecutor()
        .build();
  }

  List<Gateway> gateways(Contract contract) {
    return channels.stream().map(contract::over).toList();
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
