package io.scaler.client;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.scaler.v1.GetUsageRequest;
import io.scaler.v1.PlatformGrpc;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks a platform of {@code scaler.v1} what its slots have cost. */
final class PlatformUsage implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 5;

  private final Address address;
  private final ManagedChannel channel;
  private final Consumer<String> warn;

  PlatformUsage(Address address, Access access, Consumer<String> warn) {
    this.address = address;
    this.channel = Connections.open(address, access, "--platform");
    this.warn = warn;
  }

  /** Memory times life of every slot since the platform started; null if it does not answer. */
  @Nullable Double slotGbSeconds() {
    try {
      return PlatformGrpc.newBlockingStub(channel)
          .withWaitForReady()
          .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
          .getUsage(GetUsageRequest.getDefaultInstance())
          .getSlotGbSeconds();
    } catch (StatusRuntimeException e) {
      warn.accept(
          "platform %s: %s%nwhat its slots cost stays unknown"
              .formatted(address, Connections.why(e)));
      return null;
    }
  }

  /** What was added between two answers; null if that cannot be told. */
  static @Nullable Double between(@Nullable Double before, @Nullable Double after) {
    // A platform that was restarted counts from zero again.
    return before == null || after == null || after < before ? null : after - before;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
