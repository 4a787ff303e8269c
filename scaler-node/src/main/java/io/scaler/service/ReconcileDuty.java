package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.pool.Command;
import io.scaler.pool.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's comparison of the pools, and of the memory that is counted, with what the platform
 * runs.
 *
 * <p>An instance that its pool does not know is adopted: held by nobody knows whom until its lease
 * runs out, so that an execution which outlived the cluster's memory can still be released. One
 * that its pool takes for running, and that the platform does not run, is given up. A slot that
 * never became an instance, and is older than a launch may take, is destroyed. Each only when it
 * was so in the pass before, so that a listing which is out of date does no harm.
 *
 * <p>What a pass finds is looked at again a second later, not in a whole interval: until then
 * requests are given instances that are gone. So is what it could not compare, more and more
 * seldom. A node that does not answer keeps what others own from being compared for a few seconds
 * at most.
 */
public final class ReconcileDuty implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ReconcileDuty.class);

  private static final int AT_A_TIME = 200;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration SOON = Duration.ofSeconds(1);

  /** How many times that the longest pause is, where pass after pass fails. */
  private static final int LONGEST_PAUSE = 16;

  private static final Duration LIMIT = Duration.ofSeconds(3);

  private final Leadership leadership;
  private final Pools pools;
  private final PoolClient client;
  private final Launching means;
  private final MemoryCount memory;
  private final Duration launchTimeout;
  private final Executor background;
  private final AtomicBoolean isAtIt = new AtomicBoolean();
  private final AtomicBoolean isDueSoon = new AtomicBoolean();

  /**
   * How many times {@link #SOON} the next pass comes after one that fails; 1 if the last did not.
   */
  private volatile int pauses = 1;

  private volatile @Nullable Set<String> keys;
  private volatile boolean areKeysOld;
  private volatile Pass last = Pass.NONE;

  /** One look at the platform, and what pools said to that while it lasted. */
  private static final class Pass {
    static final Pass NONE = new Pass(0, List.of());

    private final long epoch;

    /** Ids of those that it has. */
    private final Set<String> slots;

    /** Ids of instances that pools took for running, and that are not among them. */
    private final Set<String> missing = new HashSet<>();

    /** Ids of instances among them that no pool knew. */
    private final Set<String> unknown = new HashSet<>();

    /** Keys of pools that have not been compared. */
    private final Set<String> open = new HashSet<>();

    private boolean isOver;

    Pass(long epoch, List<Platform.Slot> slots) {
      this.epoch = epoch;
      this.slots = slots.stream().map(Platform.Slot::id).collect(Collectors.toSet());
    }

    synchronized void begin(String key) {
      open.add(key);
    }

    /**
     * @return whether that is in time. If not, the pool has seen what came after this look, and the
     *     next one may have been taken before that.
     */
    synchronized boolean compared(String key, List<String> missed, Set<String> strange) {
      if (isOver) {
        return false;
      }
      open.remove(key);
      missing.addAll(missed);
      unknown.addAll(strange);
      return true;
    }

    synchronized Pass end() {
      isOver = true;
      return this;
    }

    /** Which pools have not been compared; null if all have. */
    synchronized @Nullable String missed() {
      return open.isEmpty()
          ? null
          : "%d pools, %s among them".formatted(open.size(), open.iterator().next());
    }

    /** Of one that is over. */
    boolean hasFoundMoreThan(Pass before) {
      return !before.missing.containsAll(missing) || !before.unknown.containsAll(unknown);
    }
  }

  /** An instance that the platform runs. */
  private record Running(FunctionSpec function, String instanceId, String slotId, long memoryMb) {}

  /**
   * @param memory is compared in the same passes
   * @param background runs what comes after a pause
   */
  public ReconcileDuty(
      Leadership leadership,
      Pools pools,
      PoolClient client,
      Launching means,
      MemoryCount memory,
      Duration launchTimeout,
      Executor background) {
    this.leadership = leadership;
    this.pools = pools;
    this.client = client;
    this.means = means;
    this.memory = memory;
    this.launchTimeout = launchTimeout;
    this.background = background;
  }

  @Override
  public void run() {
    look(false);
  }

  /**
   * @param isSecond what it finds is not looked at again before the next turn, so that what comes
   *     and goes in a busy cluster does not make one pass follow another
   */
  private void look(boolean isSecond) {
    // What a pass finds missing is there before the next one asks the platform.
    if (leadership.epoch().isEmpty() || !isAtIt.compareAndSet(false, true)) {
      return;
    }
    Instant asked = means.clock().instant();
    Pass before = last;
    means
        .platform()
        .listSlots()
        .thenCompose(
            slots ->
                slots.isPresent()
                    ? keys().thenCompose(known -> compare(asked, slots.get(), known))
                    : Failures.done())
        .whenComplete(
            (done, failure) -> {
              Pass pass = last.end();
              String missed = failure == null ? pass.missed() : Failures.message(failure);
              int times = pauses;
              if (missed != null && times == 1) {
                log.info("not reconciled, which is tried again until it succeeds: {}", missed);
              }
              pauses = missed == null ? 1 : Math.min(2 * times, LONGEST_PAUSE);
              if (missed != null || areKeysOld) {
                lookAgain(times, isSecond);
              } else if (!isSecond
                  && pass.hasFoundMoreThan(pass.epoch == before.epoch ? before : Pass.NONE)) {
                lookAgain(1, true);
              }
              isAtIt.set(false);
            });
  }

  /** Of all pools; where a node does not tell its own, those that were there before. */
  private CompletionStage<Set<String>> keys() {
    CompletableFuture<Set<String>> told = pools.keys().toCompletableFuture();
    return CompletableFuture.anyOf(told, after(LIMIT))
        .handle(
            (done, failure) -> {
              Set<String> before = keys;
              areKeysOld = !told.isDone() || told.isCompletedExceptionally();
              if (!areKeysOld) {
                keys = told.join();
                return told.join();
              } else if (before != null) {
                return before;
              }
              throw new CompletionException(
                  failure == null
                      ? new TimeoutException("not all nodes tell which pools they keep")
                      : failure);
            });
  }

  private void lookAgain(int pause, boolean isSecond) {
    if (isDueSoon.compareAndSet(false, true)) {
      var unused =
          after(SOON.multipliedBy(pause))
              .thenRun(
                  () -> {
                    isDueSoon.set(false);
                    look(isSecond);
                  });
    }
  }

  private CompletionStage<Void> compare(
      Instant asked, List<Platform.Slot> slots, Set<String> keys) {
    OptionalLong epoch = leadership.epoch();
    if (epoch.isEmpty()) {
      return Failures.done();
    }
    Pass before = last.epoch == epoch.getAsLong() ? last : Pass.NONE;
    Pass pass = new Pass(epoch.getAsLong(), slots);
    last = pass;
    memory.compare(pass.epoch, asked, slots);
    destroyStale(slots, before);
    return comparePools(List.copyOf(byFunction(slots, keys).entrySet()), before, pass);
  }

  private void destroyStale(List<Platform.Slot> slots, Pass before) {
    Instant tooOld = means.clock().instant().minus(launchTimeout);
    for (Platform.Slot slot : slots) {
      if (slot.instanceId() == null
          && slot.created().isBefore(tooOld)
          && before.slots.contains(slot.id())) {
        log.info("destroying slot {} of {}: it became no instance", slot.id(), slot.requestId());
        means
            .platform()
            .destroySlot(slot.id(), slot.requestId(), "it became no instance", 0)
            .thenCompose(
                gone ->
                    means.limits().memoryMb() == 0
                        ? Failures.done()
                        : means.semaphores().free(LaunchLimits.MEMORY, slot.requestId()))
            .whenComplete((done, failure) -> logFailure("slot " + slot.id(), failure));
      }
    }
  }

  private static Map<String, List<Running>> byFunction(
      List<Platform.Slot> slots, Set<String> keys) {
    Map<String, List<Running>> running = new LinkedHashMap<>();
    keys.forEach(key -> running.put(key, new ArrayList<>()));
    for (Platform.Slot slot : slots) {
      FunctionSpec function = slot.function();
      String instanceId = slot.instanceId();
      if (function != null && instanceId != null) {
        running
            .computeIfAbsent(function.key(), key -> new ArrayList<>())
            .add(new Running(function, instanceId, slot.id(), slot.memoryMb()));
      }
    }
    return running;
  }

  /**
   * A few at a time, so that many pools do not come in the way of requests.
   *
   * @return ends well in any case
   */
  private CompletionStage<Void> comparePools(
      List<Map.Entry<String, List<Running>>> running, Pass before, Pass pass) {
    running.forEach(each -> pass.begin(each.getKey()));
    List<CompletableFuture<Void>> compared = new ArrayList<>();
    CompletionStage<Void> begun = Failures.done();
    for (int i = 0; i < running.size(); i += AT_A_TIME) {
      List<Map.Entry<String, List<Running>>> few =
          running.subList(i, Math.min(running.size(), i + AT_A_TIME));
      begun =
          (i == 0 ? begun : begun.thenCompose(done -> after(PAUSE)))
              .thenRun(
                  () ->
                      few.forEach(
                          each ->
                              compared.add(compare(each.getKey(), each.getValue(), before, pass))));
    }
    return begun
        .thenCompose(
            done ->
                CompletableFuture.anyOf(
                    CompletableFuture.allOf(compared.toArray(CompletableFuture<?>[]::new)),
                    after(LIMIT)))
        .thenAccept(done -> {});
  }

  private CompletableFuture<Void> after(Duration time) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    means
        .timer()
        .after(
            time,
            () -> {
              try {
                background.execute(() -> over.complete(null));
              } catch (RejectedExecutionException e) {
                // This node is stopping.
                over.complete(null);
              }
            });
    return over;
  }

  /** Ends well in any case. */
  private CompletableFuture<Void> compare(
      String key, List<Running> running, Pass before, Pass pass) {
    List<String> ids = running.stream().map(Running::instanceId).toList();
    return client
        .submit(key, new Command.Compare(ids))
        .<Void>handle(
            (reply, failure) -> {
              if (failure != null) {
                log.debug("{} was not compared: {}", key, Failures.message(failure));
                return null;
              }
              List<String> missing =
                  reply instanceof Reply.Compared compared ? compared.missing() : List.of();
              Set<String> unknown =
                  new HashSet<>(
                      reply instanceof Reply.Compared compared ? compared.unknown() : ids);
              if (pass.compared(key, missing, unknown)) {
                giveUp(key, missing, before, pass);
                adopt(running, unknown, before, pass);
              }
              return null;
            })
        .toCompletableFuture();
  }

  private void giveUp(String key, List<String> missing, Pass before, Pass pass) {
    List<String> gone = missing.stream().filter(before.missing::contains).toList();
    if (!gone.isEmpty()) {
      log.info("{}: the platform no longer runs {}", key, gone);
      client
          .submit(key, new Command.Lost(pass.epoch, gone))
          .whenComplete((reply, failure) -> logFailure(key, failure));
    }
  }

  private void adopt(List<Running> running, Set<String> unknown, Pass before, Pass pass) {
    for (Running each : running) {
      if (unknown.contains(each.instanceId()) && before.unknown.contains(each.instanceId())) {
        adopt(each, pass.epoch);
      }
    }
  }

  private void adopt(Running found, long epoch) {
    String key = found.function().key();
    client
        .submit(
            key,
            new Command.Adopt(
                epoch, found.function(), found.instanceId(), found.slotId(), found.memoryMb()))
        .whenComplete(
            (reply, failure) -> {
              if (reply instanceof Reply.Done) {
                log.info("{}: adopted {}, which no pool knew", key, found.instanceId());
              }
              logFailure("slot " + found.slotId(), failure);
            });
  }

  private static void logFailure(String of, @Nullable Throwable failure) {
    if (failure != null) {
      log.info("{} was not settled this time: {}", of, Failures.message(failure));
    }
  }
}
