package io.scaler.adapter.hazelcast;

import com.hazelcast.map.IMap;
import io.scaler.permit.Claim;
import io.scaler.permit.PermitCommand;
import io.scaler.permit.Permits;
import io.scaler.service.Failures;
import io.scaler.service.Mailbox;
import io.scaler.service.Semaphores;
import io.scaler.service.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Semaphores in a map. Who waits is told by a message, and asks again in case it was lost; no
 * thread waits.
 */
final class HazelcastSemaphores implements Semaphores {
  private static final Logger log = LoggerFactory.getLogger(HazelcastSemaphores.class);
  private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(500);
  private static final Duration LEAVE_AGAIN_AFTER = Duration.ofSeconds(5);

  private final IMap<String, Permits> map;
  private final Owners<Permits> owners;
  private final OwnerCalls calls;
  private final Mailbox mailbox;
  private final Timer timer;
  private final Executor background;
  private final String node;
  private final ConcurrentMap<WaitKey, Wait> waiting = new ConcurrentHashMap<>();

  /** What is to be given back, as long as its owner has not heard of it. */
  private final ConcurrentMap<WaitKey, Wait> leaving = new ConcurrentHashMap<>();

  private volatile Consumer<String> whoeverIsShort = semaphore -> {};

  /**
   * An owner's answer.
   *
   * @param held whether the holder asked about holds
   * @param granted who was granted permits now
   * @param shortage how many are missing for those who wait
   * @param counted whether what was there before the semaphore is
   */
  record Answer(boolean held, List<Claim> granted, long shortage, boolean counted) {}

  /** A semaphore as a value. */
  record State(
      long limit, long version, boolean counted, List<Claim> holders, List<Claim> waiters) {
    static State of(Permits permits) {
      return new State(
          permits.limit(),
          permits.version(),
          permits.isCounted(),
          List.copyOf(permits.holders()),
          List.copyOf(permits.waiters()));
    }

    Permits permits() {
      return Permits.of(limit, version, counted, holders, waiters);
    }
  }

  private record WaitKey(String semaphore, String holder) {}

  HazelcastSemaphores(
      IMap<String, Permits> map,
      Owners<Permits> owners,
      OwnerCalls calls,
      Mailbox mailbox,
      Timer timer,
      Executor background,
      String node) {
    this.map = map;
    this.owners = owners;
    this.calls = calls;
    this.mailbox = mailbox;
    this.timer = timer;
    this.background = background;
    this.node = node;
  }

  @Override
  public CompletionStage<Boolean> acquire(
      String semaphore,
      String holder,
      long permits,
      long limit,
      Claim.When when,
      Duration patience) {
    WaitKey key = new WaitKey(semaphore, holder);
    Wait wait = new Wait(key, new Claim(holder, node, permits, when), limit);
    leaving.remove(key);
    waiting.put(key, wait);
    wait.deadline = timer.after(patience, wait::giveUp);
    wait.ask();
    return wait.outcome;
  }

  /** The message that a permit was granted has come. */
  void granted(Mailbox.Message.PermitGranted message) {
    Wait wait = waiting.get(new WaitKey(message.semaphore(), message.holder()));
    if (wait != null) {
      wait.end(true);
    }
  }

  @Override
  public CompletionStage<Void> release(String semaphore, String holder) {
    return submit(semaphore, new PermitCommand.Release(holder, node), "").thenAccept(answer -> {});
  }

  @Override
  public CompletionStage<Void> free(String semaphore, String holder) {
    return submit(semaphore, new PermitCommand.Release(holder, null), "").thenAccept(answer -> {});
  }

  @Override
  public CompletionStage<Void> count(String semaphore, Map<String, Long> permits, boolean first) {
    return submit(semaphore, PermitCommand.Count.of(node, permits, first), "")
        .thenAccept(answer -> {});
  }

  @Override
  public CompletionStage<Boolean> isCounted(String semaphore) {
    return submit(semaphore, new PermitCommand.Measure(), "").thenApply(Answer::counted);
  }

  @Override
  public CompletionStage<Set<String>> holders(String semaphore) {
    return state(semaphore)
        .thenApply(
            state ->
                state == null
                    ? Set.of()
                    : state.holders().stream().map(Claim::holder).collect(Collectors.toSet()));
  }

  @Override
  public CompletionStage<Set<String>> names() {
    return CompletableFuture.supplyAsync(map::keySet, background);
  }

  @Override
  public CompletionStage<Void> nodeLost(String lost) {
    return names()
        .thenCompose(
            names ->
                CompletableFuture.allOf(
                    names.stream()
                        .map(name -> submit(name, new PermitCommand.NodeLost(lost), ""))
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture<?>[]::new)));
  }

  @Override
  public CompletionStage<Long> shortage(String semaphore) {
    return submit(semaphore, new PermitCommand.Measure(), "").thenApply(Answer::shortage);
  }

  @Override
  public void onShortage(Consumer<String> listener) {
    whoeverIsShort = listener;
  }

  /** Who holds and who waits; null if nobody does. */
  CompletionStage<@Nullable State> state(String semaphore) {
    return map.getAsync(semaphore).thenApply(permits -> permits == null ? null : State.of(permits));
  }

  private CompletionStage<Answer> submit(String semaphore, PermitCommand command, String holder) {
    return calls
        .submit(
            owners,
            semaphore,
            attempt -> new PermitProcessor(new PermitProcessor.Order(command, holder, attempt)))
        .thenApply(
            answer -> {
              for (Claim claim : answer.granted()) {
                if (!claim.holder().equals(holder)) {
                  mailbox.send(
                      claim.node(), new Mailbox.Message.PermitGranted(semaphore, claim.holder()));
                }
              }
              return answer;
            });
  }

  /** One acquire's wait. */
  private final class Wait {
    private final WaitKey key;
    private final Claim claim;
    private final long limit;
    private final CompletableFuture<Boolean> outcome = new CompletableFuture<>();
    private volatile Timer.@Nullable Task again;
    private volatile Timer.@Nullable Task deadline;

    Wait(WaitKey key, Claim claim, long limit) {
      this.key = key;
      this.claim = claim;
      this.limit = limit;
    }

    void ask() {
      submit(key.semaphore(), new PermitCommand.Acquire(claim, limit), claim.holder())
          .whenComplete(this::answered);
    }

    private void answered(@Nullable Answer answer, @Nullable Throwable failure) {
      if (failure != null) {
        if (outcome.completeExceptionally(Failures.cause(failure))) {
          stop();
        }
        giveBackIfGivenUp();
      } else if (answer != null && answer.held()) {
        end(true);
        giveBackIfGivenUp();
      } else if (outcome.isDone()) {
        giveBackIfGivenUp();
      } else {
        again = timer.after(ASK_AGAIN_AFTER, this::ask);
        whoeverIsShort.accept(key.semaphore());
      }
    }

    void giveUp() {
      if (end(false)) {
        giveBack();
      }
    }

    /** Whoever waited was told that it got nothing. */
    private void giveBackIfGivenUp() {
      if (outcome.isCompletedExceptionally() || !outcome.getNow(true)) {
        giveBack();
      }
    }

    boolean end(boolean held) {
      boolean first = outcome.complete(held);
      if (first) {
        stop();
      }
      return first;
    }

    private void stop() {
      waiting.remove(key, this);
      cancel(again);
      cancel(deadline);
    }

    private void cancel(Timer.@Nullable Task task) {
      if (task != null) {
        task.cancel();
      }
    }

    /** Again and again until the owner has heard of it, or it was asked for anew. */
    private void giveBack() {
      leaving.put(key, this);
      leave();
    }

    private void leave() {
      if (leaving.get(key) != this) {
        return;
      }
      release(key.semaphore(), key.holder())
          .whenComplete(
              (done, failure) -> {
                if (failure == null) {
                  leaving.remove(key, this);
                } else {
                  timer.after(LEAVE_AGAIN_AFTER, this::leave);
                  log.info(
                      "{} of {} could not be given back yet: {}",
                      key.semaphore(),
                      key.holder(),
                      Failures.message(failure));
                }
              });
    }
  }
}
