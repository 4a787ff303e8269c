package io.scaler.client;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One connection to each address of a target. Replies arrive on the event loops' threads, so what
 * follows a reply must not block.
 */
final class Connections implements AutoCloseable {
  private static final int WARM_UP_CALLS = 100;

  private final List<ManagedChannel> channels;

  private Connections(List<ManagedChannel> channels) {
    this.channels = channels;
  }

  static Connections open(List<Address> addresses, Access access) {
    return new Connections(addresses.stream().map(address -> open(address, access)).toList());
  }

  static ManagedChannel open(Address address, Access access) {
    ManagedChannelBuilder<?> channel =
        Grpc.newChannelBuilderForAddress(address.host(), address.port(), access.credentials())
            .intercept(access.interceptors())
            .directExecutor();
    String authority = access.authority();
    if (authority != null) {
      channel.overrideAuthority(authority);
    }
    return channel.build();
  }

  /** Why a call failed, and where the connection was not made, why that. */
  static String why(StatusRuntimeException failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(failure.getMessage());
    return root == failure ? message : "%s (%s)".formatted(message, root.getMessage());
  }

  List<Gateway> gateways(Contract contract) {
    return channels.stream().map(contract::over).toList();
  }

  /**
   * Connects, and has the code of a call loaded and compiled a little, so that the first calls that
   * count do not pay for it. Asks for the health of the server, whatever it answers; a server that
   * is not there is left for later. Blocks for a few seconds at most.
   */
  void warmUp() {
    for (ManagedChannel channel : channels) {
      var health = HealthGrpc.newBlockingStub(channel);
      boolean answers = true;
      for (int i = 0; i < WARM_UP_CALLS && answers; i++) {
        answers = answers(health.withDeadlineAfter(1, TimeUnit.SECONDS));
      }
    }
  }

  private static boolean answers(HealthGrpc.HealthBlockingStub health) {
    try {
      return health.check(HealthCheckRequest.getDefaultInstance()).isInitialized();
    } catch (StatusRuntimeException e) {
      // Servers need not speak the health protocol; to say so is an answer.
      return e.getStatus().getCode() == Status.Code.UNIMPLEMENTED;
    }
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
