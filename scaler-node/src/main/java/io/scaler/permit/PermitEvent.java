package io.scaler.permit;

/** What changed in a semaphore. */
public sealed interface PermitEvent {

  /** The semaphore has this many permits. */
  record Limited(long limit) implements PermitEvent {}

  /** The claim joined the queue's tail. */
  record Queued(Claim claim) implements PermitEvent {}

  /** The claim is held; it has left the queue, if it was there. */
  record Granted(Claim claim) implements PermitEvent {}

  /** The holder's claim is another node's, in the same place. */
  record Taken(String holder, String node) implements PermitEvent {}

  /** What was there before the semaphore is counted. */
  record Counted() implements PermitEvent {}

  /** The holder's claim is gone, held or waiting. */
  record Gone(String holder) implements PermitEvent {}
}
