package io.scaler.service;

import io.scaler.pool.Command;
import io.scaler.pool.Reply;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's care that permits to launch are held for launches alone.
 *
 * <p>Whoever ends a launch gives its permits back. Where nobody could, because its node died
 * between the two or messages crossed when several took it for theirs, the leader frees what in two
 * looks running was held for what no pool was starting or destroying. A launch is in its pool
 * before it asks for permits, and the pool is asked after those who hold them. So what it does not
 * know by then has ended, unless the pool was lost, or its function's permits, with all their
 * copies.
 */
public final class LaunchCount implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(LaunchCount.class);
  private static final int AT_A_TIME = 64;

  private final Leadership leadership;
  private final PoolClient client;
  private final Launching means;
  private final AtomicBoolean isAtIt = new AtomicBoolean();

  /** Who held permits in the last look though no pool launched it, by semaphore. */
  private volatile Map<String, Set<String>> strays = Map.of();

  /**
   * One function's launches.
   *
   * @param holders who held its permits
   * @param live who may be launching still
   */
  private record Of(String function, Set<String> holders, Set<String> live) {}

  public LaunchCount(Leadership leadership, PoolClient client, Launching means) {
    this.leadership = leadership;
    this.client = client;
    this.means = means;
  }

  @Override
  public void run() {
    if (means.limits().ofFunction() == 0) {
      return;
    }
    if (leadership.epoch().isEmpty()) {
      strays = Map.of();
    } else if (isAtIt.compareAndSet(false, true)) {
      CompletableFuture.completedStage(null)
          .thenCompose(begun -> look())
          .whenComplete(
              (done, failure) -> {
                isAtIt.set(false);
                if (failure != null) {
                  log.info(
                      "who holds permits to launch was not looked at this time: {}",
                      Failures.message(failure));
                }
              });
    }
  }

  private CompletionStage<Void> look() {
    CompletionStage<Set<String>> holders =
        means.limits().launches() > 0
            ? means.semaphores().holders(LaunchLimits.LAUNCHES)
            : CompletableFuture.completedStage(Set.of());
    Queue<Of> functions = new ConcurrentLinkedQueue<>();
    return holders.thenCompose(
        ofCluster ->
            means
                .semaphores()
                .names()
                .thenCompose(names -> lookAt(functions(names), functions))
                .thenCompose(done -> free(ofCluster, functions)));
  }

  private static List<String> functions(Set<String> semaphores) {
    return semaphores.stream().flatMap(name -> LaunchLimits.function(name).stream()).toList();
  }

  /** A few at a time: where launches wait for room there may be many. */
  private CompletionStage<Void> lookAt(List<String> functions, Queue<Of> seen) {
    int now = Math.min(functions.size(), AT_A_TIME);
    CompletableFuture<Void> looked =
        CompletableFuture.allOf(
            functions.subList(0, now).stream()
                .map(function -> lookAt(function).thenAccept(seen::add))
                .map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture<?>[]::new));
    return now == functions.size()
        ? looked
        : looked.thenCompose(done -> lookAt(functions.subList(now, functions.size()), seen));
  }

  private CompletionStage<Of> lookAt(String function) {
    return means
        .semaphores()
        .holders(LaunchLimits.launchesOf(function))
        .thenCompose(
            holders ->
                client
                    .submit(function, new Command.AskLaunching(List.copyOf(holders)))
                    .handle(
                        (reply, failure) ->
                            new Of(function, holders, live(holders, reply, failure))));
  }

  /** A pool that does not answer may be launching all that holds its permits. */
  private static Set<String> live(
      Set<String> holders, @Nullable Reply reply, @Nullable Throwable failure) {
    if (reply instanceof Reply.Launching launching) {
      return Set.copyOf(launching.instanceIds());
    }
    boolean hasNoPool = reply == null && failure == null;
    return hasNoPool ? Set.of() : holders;
  }

  private CompletionStage<Void> free(Set<String> ofCluster, Collection<Of> functions) {
    Map<String, Set<String>> now = new HashMap<>();
    Set<String> others = new HashSet<>(ofCluster);
    for (Of each : functions) {
      others.removeAll(each.live());
      Set<String> held = new HashSet<>(each.holders());
      held.removeAll(each.live());
      now.put(LaunchLimits.launchesOf(each.function()), held);
    }
    now.put(LaunchLimits.LAUNCHES, others);
    Map<String, Set<String>> before = strays;
    strays = now;
    return CompletableFuture.allOf(
        now.entrySet().stream()
            .flatMap(
                each ->
                    each.getValue().stream()
                        .filter(before.getOrDefault(each.getKey(), Set.of())::contains)
                        .map(holder -> free(each.getKey(), holder)))
            .map(CompletionStage::toCompletableFuture)
            .toArray(CompletableFuture<?>[]::new));
  }

  private CompletionStage<Void> free(String semaphore, String holder) {
    return means
        .semaphores()
        .free(semaphore, holder)
        .thenRun(
            () ->
                log.info("what {} held of {} is free: no pool is launching it", holder, semaphore));
  }
}
