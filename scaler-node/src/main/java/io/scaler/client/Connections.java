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
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One connection to each address of a target. Replies arrive on the event loops' threads, so what
 * follows a reply must not block.
 */
final class Connections implements AutoCloseable {
  private static final int WARM_UP_CALLS = 100;

  /** Warns, with a trace, of what a call's failure says in words; held, since loggers are not. */
  private static final Logger GRPC_LOG = Logger.getLogger("io.grpc.internal.ManagedChannelImpl");

  private final List<ManagedChannel> channels;

  private Connections(List<ManagedChannel> channels) {
    this.channels = channels;
  }

  /**
   * @param option the one that says where the servers are, such as {@code --target}
   */
  static Connections open(List<Address> addresses, Access access, String option) {
    return new Connections(
        addresses.stream().map(address -> open(address, access, option)).toList());
  }

  /**
   * @param option the one that says where the server is, such as {@code --scaler}
   */
  static ManagedChannel open(Address address, Access access, String option) {
    GRPC_LOG.setLevel(Level.OFF);
    ManagedChannelBuilder<?> channel =
        Grpc.newChannelBuilderForAddress(address.host(), address.port(), access.credentials())
            .intercept(access.interceptors())
            .intercept(new FailureWords(access, option))
            .directExecutor();
    String authority = access.authority();
    if (authority != null) {
      channel.overrideAuthority(authority);
    }
    return channel.build();
  }

  /** Why a call over one of these failed, as {@link FailureWords} has it. */
  static String why(StatusRuntimeException failure) {
    return String.valueOf(failure.getStatus().getDescription());
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
