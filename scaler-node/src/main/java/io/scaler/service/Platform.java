package io.scaler.service;

import io.scaler.model.FunctionSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where instances run. A failure is a {@link PlatformException}.
 *
 * <p>An instance's id is the request id of its slot's creation. Tokens fence: see {@code
 * scaler.v1.Platform}.
 */
public interface Platform {

  /**
   * What the start of an instance would fail with now, without a try: the platform was not
   * available of late. Empty if one would be tried.
   */
  default Optional<PlatformException> refusal() {
    return Optional.empty();
  }

  /**
   * Sets resources aside.
   *
   * @param memoryMb MiB
   * @return the slot's id
   */
  CompletionStage<String> createSlot(String instanceId, long memoryMb);

  /**
   * Starts the function's application in the slot.
   *
   * @return how long the application took to start
   */
  CompletionStage<Duration> init(
      String slotId, String instanceId, FunctionSpec function, long token);

  /**
   * Gives the slot's resources back. A slot that is gone is success.
   *
   * @param slotId null if it is not known, or not known to exist: then the slot that was created
   *     with the instance's id, on a platform that can find it by that
   */
  CompletionStage<Void> destroySlot(
      @Nullable String slotId, String instanceId, String reason, long token);

  /** Everything that exists now; empty on a platform that cannot tell. */
  CompletionStage<Optional<List<Slot>>> listSlots();

  /**
   * A slot as the platform knows it.
   *
   * @param requestId that it was created with
   * @param instanceId null until its application runs
   * @param function what runs in it, null until its application runs
   */
  record Slot(
      String id,
      String requestId,
      long memoryMb,
      Instant created,
      @Nullable String instanceId,
      @Nullable FunctionSpec function) {}
}
