package io.scaler.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.map.EntryProcessor;
import io.scaler.adapter.hazelcast.PoolProcessor.Answers;
import io.scaler.adapter.hazelcast.PoolProcessor.Order;
import io.scaler.model.Outcome;
import io.scaler.pool.Command;
import io.scaler.pool.Pool;
import io.scaler.pool.Reply;
import io.scaler.service.Pools.Answer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommandBatchesTest {
  private final SilentOwners owners = new SilentOwners();
  private final Deque<Runnable> callbacks = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();
  private long now;
  private final CommandBatches batches =
      new CommandBatches(owners, "node", callbacks::add, () -> now);

  /** What was sent to an owner, until a test answers it. */
  private record Sent(
      String key, Order order, BiConsumer<@Nullable Answers, @Nullable Throwable> answered) {

    List<String> requests() {
      return order.commands().stream().map(CommandBatchesTest::request).toList();
    }

    /** Answers every command, or as many as given. */
    void answer(int... first) {
      answered.accept(
          new Answers(
              order.commands().stream()
                  .limit(first.length == 0 ? Long.MAX_VALUE : first[0])
                  .map(command -> new Answer(new Reply.Done(), List.of(), null))
                  .toList()),
          null);
    }
  }

  private static final class SilentOwners implements Owners<Pool> {
    final Deque<Sent> sent = new ArrayDeque<>();
    @Nullable RuntimeException throwing;

    @Override
    @SuppressWarnings("unchecked")
    public <R> void submit(
        String key,
        EntryProcessor<String, Pool, R> processor,
        Executor on,
        BiConsumer<@Nullable R, @Nullable Throwable> answered) {
      if (throwing != null) {
        throw throwing;
      }
      Order order = ((PoolProcessor) (Object) processor).order();
      sent.add(
          new Sent(
              key,
              order,
              (answers, failure) -> on.execute(() -> answered.accept((R) answers, failure))));
    }
  }

  private static String request(Command command) {
    return ((Command.Release) command).requestId();
  }

  private static Command release(String request) {
    return new Command.Release(request, "instance", Outcome.OK, "");
  }

  private void submit(String key, String request) {
    batches.submit(
        key,
        release(request),
        Owners.HERE,
        (answer, failure) ->
            told.add(request + (failure == null ? "" : " " + failure.getMessage())));
  }

  private void runCallbacks() {
    while (!callbacks.isEmpty()) {
      callbacks.remove().run();
    }
  }

  @Test
  void aCommandGoesAtOnceWhereNoneIsOnItsWay() {
    submit("f", "a");
    submit("g", "b");

    assertThat(owners.sent).extracting(Sent::key).containsExactly("f", "g");
  }

  @Test
  void answersToOthersThanRequestsAreReadElsewhere() {
    batches.submit("f", release("a"), callbacks::add, (answer, failure) -> told.add("a"));
    owners.sent.remove().answer();

    assertThat(callbacks).as("where it is read").hasSize(1);
    assertThat(told).isEmpty();
    runCallbacks();
    assertThat(told).containsExactly("a");
  }

  @Test
  void whatComesMeanwhileGoesTogetherOnceTheFirstIsAnswered() {
    submit("f", "a");
    submit("f", "b");
    submit("f", "c");
    assertThat(owners.sent).hasSize(1);

    owners.sent.remove().answer();
    assertThat(told).containsExactly("a");
    assertThat(owners.sent).as("sent by the thread that answers").isEmpty();
    runCallbacks();

    assertThat(owners.sent.element().requests()).containsExactly("b", "c");
    owners.sent.remove().answer();
    assertThat(told).containsExactly("a", "b", "c");
    submit("f", "d");
    assertThat(owners.sent.element().requests()).containsExactly("d");
  }

  @Test
  void noneWaitsBehindOneThatTakesLong() {
    submit("f", "a");
    submit("f", "b");
    now += CommandBatches.SLOW.toNanos() + 1;
    submit("f", "c");

    assertThat(owners.sent)
        .extracting(Sent::requests)
        .containsExactly(List.of("a"), List.of("b", "c"));
    submit("f", "d");
    owners.sent.removeLast().answer();
    runCallbacks();
    assertThat(owners.sent.getLast().requests()).containsExactly("d");
    assertThat(told).containsExactly("b", "c");
  }

  @Test
  void theLastOnesDoNotWaitForLongEither() {
    submit("f", "a");
    submit("f", "b");
    batches.tick();
    assertThat(owners.sent).hasSize(1);

    now += CommandBatches.SLOW.toNanos() + 1;
    batches.tick();
    batches.tick();

    assertThat(owners.sent).extracting(Sent::requests).containsExactly(List.of("a"), List.of("b"));
  }

  @Test
  void aFullBatchDoesNotWait() {
    submit("f", "first");
    IntStream.range(0, CommandBatches.LARGEST).forEach(i -> submit("f", "r" + i));

    assertThat(owners.sent).hasSize(2);
    assertThat(owners.sent.getLast().requests()).hasSize(CommandBatches.LARGEST);
  }

  @Test
  void theFailureOfABatchIsToldToEachOfItsCommandsAndThoseBehindItGo() {
    submit("f", "a");
    submit("f", "b");
    submit("f", "c");
    owners.sent.remove().answer();
    runCallbacks();
    submit("f", "d");

    owners.sent.remove().answered().accept(null, new IndeterminateOperationStateException("lost"));
    runCallbacks();

    assertThat(told).containsExactly("a", "b lost", "c lost");
    assertThat(owners.sent.element().requests()).containsExactly("d");
  }

  @Test
  void commandsWithoutAnAnswerAreAskedForAgainEachByItself() {
    submit("f", "a");
    List.of("b", "c", "d").forEach(request -> submit("f", request));
    owners.sent.remove().answer();
    runCallbacks();

    owners.sent.remove().answer(1);
    runCallbacks();

    assertThat(told).containsExactly("a", "b");
    assertThat(owners.sent).extracting(Sent::requests).containsExactly(List.of("c"), List.of("d"));
    assertThat(owners.sent)
        .as("something may have come of them")
        .allMatch(sent -> sent.order().attempt() == 1);
    owners.sent.forEach(Sent::answer);
    assertThat(told).containsExactly("a", "b", "c", "d");
  }

  @Test
  void whereNoCommandOfABatchIsAnsweredEachIsRepeatedAlone() {
    submit("f", "a");
    List.of("b", "c").forEach(request -> submit("f", request));
    owners.sent.remove().answer();
    runCallbacks();

    owners.sent.remove().answer(0);
    runCallbacks();

    assertThat(owners.sent).extracting(Sent::requests).containsExactly(List.of("b"), List.of("c"));
  }

  @Test
  void aNodeThatStopsLeavesNobodyWithoutAnAnswer() {
    Executor ended =
        task -> {
          throw new RejectedExecutionException("ended");
        };
    CommandBatches stopping = new CommandBatches(owners, "node", ended, () -> now);
    for (String request : List.of("a", "b", "c")) {
      stopping.submit(
          "f",
          release(request),
          request.equals("c") ? ended : Owners.HERE,
          (answer, failure) -> told.add(request + (failure == null ? "" : " fails")));
    }

    owners.sent.remove().answer();

    assertThat(told).containsExactlyInAnyOrder("a", "b fails", "c fails");
    assertThat(owners.sent).isEmpty();
  }

  @Test
  void whatCannotBeSentIsTold() {
    owners.throwing = new HazelcastInstanceNotActiveException("stopping");
    submit("f", "a");
    assertThat(told).containsExactly("a stopping");

    owners.throwing = null;
    submit("f", "b");
    submit("f", "c");
    owners.throwing = new HazelcastInstanceNotActiveException("stopping");
    owners.sent.remove().answer();
    runCallbacks();
    assertThat(told).containsExactly("a stopping", "b", "c stopping");
  }

  @Test
  void aRepeatedCommandGoesAtOnceAndAlone() {
    submit("f", "a");
    batches.repeat("f", release("again"), 1, Owners.HERE, (answer, failure) -> told.add("again"));

    assertThat(owners.sent.getLast().requests()).containsExactly("again");
    assertThat(owners.sent.getLast().order().attempt()).isEqualTo(1);
    owners.sent.getLast().answer();
    assertThat(told).containsExactly("again");
  }
}
