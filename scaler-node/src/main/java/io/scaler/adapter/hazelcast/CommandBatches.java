package io.scaler.adapter.hazelcast;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.scaler.pool.Command;
import io.scaler.pool.Pool;
import io.scaler.service.Pools.Answer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Commands on their way to pools' owners. While one of this node's is on its way to a pool, those
 * that come after it wait for its answer and go together then: the more a function is asked for,
 * the fewer messages each of its commands takes, to the owner and from there to the backup.
 *
 * <p>None waits for long behind one that is not answered, because the owner or its backup is away.
 */
final class CommandBatches {

  /** Beyond what a command usually takes, and little beside what an unanswered one takes. */
  static final Duration SLOW = Duration.ofMillis(20);

  /** So that a batch does not keep its owner's thread from other pools for long. */
  static final int LARGEST = 64;

  private final Owners<Pool> owners;
  private final String node;
  private final Executor callbacks;
  private final LongSupplier nanoTime;
  private final ConcurrentMap<String, Lane> lanes = new ConcurrentHashMap<>();

  private record Asked(
      Command command, Executor on, BiConsumer<@Nullable Answer, @Nullable Throwable> answered) {

    void tell(@Nullable Answer answer, @Nullable Throwable failure) {
      try {
        on.execute(() -> answered.accept(answer, failure));
      } catch (RejectedExecutionException e) {
        // This node is stopping. Whoever waits is told all the same.
        answered.accept(answer, failure);
      }
    }
  }

  /** One pool's, there while any batch for it is on its way. */
  private static final class Lane {
    final Deque<Asked> waiting = new ArrayDeque<>(0);
    int onTheirWay;
    long lastSent;

    List<Asked> next(long now) {
      List<Asked> batch = new ArrayList<>(Math.min(waiting.size(), LARGEST));
      while (batch.size() < LARGEST && !waiting.isEmpty()) {
        batch.add(waiting.remove());
      }
      onTheirWay++;
      lastSent = now;
      return batch;
    }
  }

  /**
   * @param node this one, which acts on the answers
   * @param callbacks sends what has waited
   */
  CommandBatches(Owners<Pool> owners, String node, Executor callbacks, LongSupplier nanoTime) {
    this.owners = owners;
    this.node = node;
    this.callbacks = callbacks;
    this.nanoTime = nanoTime;
  }

  /**
   * Has the pool's owner decide on a command, at once or with others. Does not block.
   *
   * @param on tells the answer, or the failure; see {@link Owners#submit}
   */
  void submit(
      String key,
      Command command,
      Executor on,
      BiConsumer<@Nullable Answer, @Nullable Throwable> answered) {
    Asked asked = new Asked(command, on, answered);
    long now = nanoTime.getAsLong();
    List<Asked> batch = new ArrayList<>(0);
    lanes.compute(
        key,
        (k, known) -> {
          Lane lane = known == null ? new Lane() : known;
          lane.waiting.add(asked);
          if (lane.onTheirWay == 0
              || lane.waiting.size() >= LARGEST
              || now - lane.lastSent > SLOW.toNanos()) {
            batch.addAll(lane.next(now));
          }
          return lane;
        });
    if (!batch.isEmpty()) {
      send(key, batch);
    }
  }

  /** Sends what waits for an answer that takes long. Called several times a second. */
  void tick() {
    long now = nanoTime.getAsLong();
    lanes.forEach(
        (key, lane) -> {
          List<Asked> batch = new ArrayList<>(0);
          lanes.computeIfPresent(
              key,
              (k, known) -> {
                if (!known.waiting.isEmpty() && now - known.lastSent > SLOW.toNanos()) {
                  batch.addAll(known.next(now));
                }
                return known;
              });
          if (!batch.isEmpty()) {
            send(key, batch);
          }
        });
  }

  /** Sends a command whose outcome was uncertain before: it goes alone, and at once. */
  void repeat(
      String key,
      Command command,
      int attempt,
      Executor on,
      BiConsumer<@Nullable Answer, @Nullable Throwable> answered) {
    try {
      owners.<PoolProcessor.Answers>submit(
          key,
          new PoolProcessor(new PoolProcessor.Order(command, node, attempt)),
          on,
          (answers, failure) ->
              answered.accept(answers == null ? null : answers.each().get(0), failure));
    } catch (RuntimeException e) {
      answered.accept(null, e);
    }
  }

  private void send(String key, List<Asked> batch) {
    List<Command> commands = batch.stream().map(Asked::command).toList();
    try {
      owners.<PoolProcessor.Answers>submit(
          key,
          new PoolProcessor(new PoolProcessor.Order(commands, node, 0)),
          reader(batch),
          (answers, failure) -> answered(key, batch, answers, failure));
    } catch (RuntimeException e) {
      answered(key, batch, null, e);
    }
  }

  /** An answer to others than requests may come with thousands of things to do. */
  private Executor reader(List<Asked> batch) {
    for (Asked asked : batch) {
      if (asked.on() != Owners.HERE) {
        return task -> later(task, task);
      }
    }
    return Owners.HERE;
  }

  private void answered(
      String key,
      List<Asked> batch,
      PoolProcessor.@Nullable Answers answers,
      @Nullable Throwable failure) {
    next(key);
    for (int i = 0; i < batch.size(); i++) {
      Asked asked = batch.get(i);
      if (answers == null) {
        asked.tell(null, failure);
      } else if (i < answers.each().size()) {
        asked.tell(answers.each().get(i), null);
      } else {
        later(
            () -> repeat(key, asked.command(), 1, asked.on(), asked.answered()),
            () -> asked.tell(null, stopping()));
      }
    }
  }

  /** This may be one of Hazelcast's threads, which must send nothing. */
  private void next(String key) {
    List<Asked> batch = new ArrayList<>(0);
    lanes.computeIfPresent(
        key,
        (k, lane) -> {
          lane.onTheirWay--;
          if (!lane.waiting.isEmpty()) {
            batch.addAll(lane.next(nanoTime.getAsLong()));
          }
          return lane.onTheirWay == 0 ? null : lane;
        });
    if (!batch.isEmpty()) {
      later(() -> send(key, batch), () -> answered(key, batch, null, stopping()));
    }
  }

  private void later(Runnable task, Runnable refused) {
    try {
      callbacks.execute(task);
    } catch (RejectedExecutionException e) {
      refused.run();
    }
  }

  private static RuntimeException stopping() {
    return new HazelcastInstanceNotActiveException("this node is stopping");
  }
}
