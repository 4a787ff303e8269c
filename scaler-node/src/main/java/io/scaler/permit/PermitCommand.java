package io.scaler.permit;

/** What can be asked of a semaphore. Each is idempotent by holder. */
public sealed interface PermitCommand {

  /**
   * Grant the claim, or queue it.
   *
   * @param limit permits that the semaphore has, as the asking node is configured
   */
  record Acquire(Claim claim, long limit) implements PermitCommand {}

  /** Take the holder's claim out, held or waiting. */
  record Release(String holder) implements PermitCommand {}

  /** Change nothing: for an answer on what is missing. */
  record Measure() implements PermitCommand {}

  /** Take out what lives with the node, and whatever it waits for. */
  record NodeLost(String node) implements PermitCommand {}
}
