package io.scaler.service;

import io.scaler.permit.Claim;
import io.scaler.permit.Permits;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Counted permits shared by the cluster, by name; see {@link Permits}. */
public interface Semaphores {

  /**
   * Acquires permits, waiting for them in order of arrival. Idempotent by holder: who holds permits
   * of this semaphore already has them, and if another node acquired them they are this node's now.
   *
   * @param limit permits that the semaphore has, as this node is configured
   * @param when they may be granted
   * @param patience how long to wait at most
   * @return whether they were acquired in time
   */
  CompletionStage<Boolean> acquire(
      String semaphore,
      String holder,
      long permits,
      long limit,
      Claim.When when,
      Duration patience);

  /**
   * Gives back what this node acquired for the holder, or gives up waiting for it. Changes nothing
   * if another node has taken it over. Idempotent.
   */
  CompletionStage<Void> release(String semaphore, String holder);

  /** Gives the holder's permits back, whichever node acquired them. Idempotent. */
  CompletionStage<Void> free(String semaphore, String holder);

  /**
   * Has permits held that stand for what is there, whatever the limit, until they are given back.
   * Idempotent by holder.
   *
   * @param permits by holder
   * @param first whether it is the first call for this semaphore; nothing changes if it is not so
   */
  CompletionStage<Void> count(String semaphore, Map<String, Long> permits, boolean first);

  /** Whether {@link #count} was ever called. */
  CompletionStage<Boolean> isCounted(String semaphore);

  /** Of which permits are held or waited for. Asks all nodes. */
  CompletionStage<Set<String>> names();

  /** Who holds permits. Takes time and memory in proportion to them. */
  CompletionStage<Set<String>> holders(String semaphore);

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

  /**
   * Takes back what a node that left was waiting for; what it held stays until it is given back.
   * Idempotent.
   */
  CompletionStage<Void> nodeLost(String node);
}
