package io.scaler.service;

import io.scaler.permit.Claim;
import io.scaler.permit.Permits;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Counted permits shared by the cluster, by name; see {@link Permits}. */
public interface Semaphores {

  /**
   * Acquires permits, waiting for them in order of arrival. Idempotent by holder: who holds permits
   * of this semaphore already has them.
   *
   * @param limit permits that the semaphore has, as this node is configured
   * @param lives how long the permits last if nobody gives them back
   * @param patience how long to wait at most
   * @return whether they were acquired in time
   */
  CompletionStage<Boolean> acquire(
      String semaphore,
      String holder,
      long permits,
      long limit,
      Claim.Lives lives,
      Duration patience);

  /** Gives the holder's permits back, or gives up waiting for them. Idempotent. */
  CompletionStage<Void> release(String semaphore, String holder);

  /**
   * How many more permits there would have to be for all who wait to hold theirs; zero if nobody
   * waits.
   */
  CompletionStage<Long> shortage(String semaphore);

  /**
   * Who is told, by the semaphore's name, that an acquire of this node has to wait: when it begins
   * to, and perhaps again while it does. Called once; must not block.
   */
  void onShortage(Consumer<String> listener);

  /** Takes back what a node that left was holding or waiting for. Idempotent. */
  CompletionStage<Void> nodeLost(String node);
}
