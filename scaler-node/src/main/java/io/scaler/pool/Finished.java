package io.scaler.pool;

import java.time.Instant;

/** What is remembered of a request that held an instance and no longer does. */
public record Finished(String requestId, String instanceId, Ending ending, Instant at) {

  /** How a hold ended. */
  public enum Ending {
    /** Its holder gave it back. */
    RELEASED,
    /** Its lease ran out. */
    EXPIRED
  }
}
