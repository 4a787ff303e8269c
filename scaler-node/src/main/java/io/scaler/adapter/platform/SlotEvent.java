package io.scaler.adapter.platform;

import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A step in a slot's life, as a simulated platform saw it.
 *
 * @param slotId drawn when its creation began
 * @param requestId that it was created for
 * @param instanceId of the application, from {@link Kind#STARTING} on
 * @param functionKey likewise
 */
public record SlotEvent(
    Instant at,
    Kind kind,
    String slotId,
    String requestId,
    long memoryMb,
    @Nullable String instanceId,
    @Nullable String functionKey) {

  /** Whoever does not want to know. */
  public static final Consumer<SlotEvent> UNHEARD = event -> {};

  /** What happened. */
  public enum Kind {
    /** The slot is being created; its memory is in use from now on. */
    CREATING,
    /** It is there. */
    CREATED,
    /** Creating it failed: there is none. */
    NOT_CREATED,
    /** Its application is starting. */
    STARTING,
    /** Its application runs: the instance may be assigned. */
    STARTED,
    /** Its application failed to start. */
    NOT_STARTED,
    /** It is being destroyed: the instance must not be used any more. */
    DESTROYING,
    /** It is gone. */
    DESTROYED
  }
}
