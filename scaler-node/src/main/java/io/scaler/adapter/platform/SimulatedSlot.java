package io.scaler.adapter.platform;

import io.scaler.model.FunctionSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One slot of a {@link SimulatedPlatform}, guarded by that platform's lock. */
final class SimulatedSlot {
  final String id;
  final String requestId;
  final long memoryMb;

  /** When the call that created it arrived. */
  final Instant begun;

  final CompletableFuture<Created> created = new CompletableFuture<>();

  private long token;
  private @Nullable Start start;
  private @Nullable CompletableFuture<Void> destroyed;

  /** A slot that is there. */
  record Created(String id, long memoryMb, Instant begun, Duration took) {}

  /** An application that runs. */
  record Started(Instant begun, Duration took) {}

  /** An application that is starting or runs. */
  record Start(
      String instanceId, FunctionSpec function, Instant begun, CompletableFuture<Started> answer) {}

  SimulatedSlot(String id, String requestId, long memoryMb, Instant begun) {
    this.id = id;
    this.requestId = requestId;
    this.memoryMb = memoryMb;
    this.begun = begun;
  }

  /** Refuses a token that is smaller than one seen before; zero stands for none. */
  void checkToken(long given) {
    if (given != 0 && given < token) {
      throw ProblemException.of(
          Problem.STALE_TOKEN,
          "slot %s has seen token %d, this call has %d".formatted(id, token, given));
    }
  }

  void see(long given) {
    token = Math.max(token, given);
  }

  @Nullable Start start() {
    return start;
  }

  void start(@Nullable Start begin) {
    this.start = begin;
  }

  /** Set while the slot is being destroyed. */
  @Nullable CompletableFuture<Void> destroyed() {
    return destroyed;
  }

  void destroyed(CompletableFuture<Void> answer) {
    this.destroyed = answer;
  }

  double gbSeconds(Instant until) {
    Duration life = Duration.between(begun, until);
    return life.isNegative() ? 0 : memoryMb / 1024.0 * (life.toNanos() / 1e9);
  }
}
