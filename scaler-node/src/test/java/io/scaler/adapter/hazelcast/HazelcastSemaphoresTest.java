package io.scaler.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.version.MemberVersion;
import io.scaler.permit.Claim;
import io.scaler.permit.Claim.When;
import io.scaler.permit.PermitCommand;
import io.scaler.permit.Permits;
import io.scaler.service.FakeTimer;
import io.scaler.service.Mailbox;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractMap.SimpleEntry;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What becomes of a node's waits for permits when it hears from nobody for a while. */
class HazelcastSemaphoresTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SILENCE = Duration.ofSeconds(5);

  private final FakeTimer timer = new FakeTimer();
  private final Instant begun = timer.instant();
  private final RecencyMajority majority =
      new RecencyMajority(3, Duration.ofSeconds(3), this::nanoTime);
  private final Member other =
      new MemberImpl.Builder(new Address(InetAddress.getLoopbackAddress(), 5702))
          .version(MemberVersion.of("5.7.0"))
          .uuid(new UUID(0, 2))
          .build();
  private final Semaphore owner = new Semaphore();
  private final HazelcastSemaphores semaphores =
      new HazelcastSemaphores(
          null,
          owner,
          new OwnerCalls(
              majority,
              new NoMajority(() -> Optional.of("hears from nobody")),
              timer,
              this::nanoTime,
              Runnable::run,
              Duration.ofSeconds(20)),
          new Nobody(),
          timer,
          Runnable::run,
          "n1");

  @Test
  void whatIsNotWaitedForAnyMoreIsGivenBackWhenTheNodeHearsFromAMajorityAgain() {
    hear(Duration.ofSeconds(1));
    owner.hold("before");
    CompletableFuture<Boolean> wait = acquire("a");
    assertThat(owner.permits.waiters()).hasSize(1);

    timer.advance(SILENCE);
    assertThat(wait).isCompletedExceptionally();
    assertThat(owner.permits.waiters()).as("nobody could be told").hasSize(1);
    hear(Duration.ofSeconds(20));

    assertThat(owner.permits.waiters()).isEmpty();
  }

  @Test
  void whatIsGivenBackLateIsNotTakenFromWhoHasAskedForItAgain() {
    hear(Duration.ofSeconds(1));
    owner.hold("before");
    acquire("a");
    timer.advance(SILENCE);
    hear(Duration.ofSeconds(1));

    semaphores.free("s", "before");
    assertThat(acquire("a")).isCompletedWithValue(true);
    hear(Duration.ofSeconds(20));

    assertThat(owner.permits.isHeldBy("a")).isTrue();
  }

  private CompletableFuture<Boolean> acquire(String holder) {
    return semaphores.acquire("s", holder, 1, 1, When.AT_ONCE, PATIENCE).toCompletableFuture();
  }

  private long nanoTime() {
    return Duration.between(begun, timer.instant()).toNanos();
  }

  /** Time passes, in which the other member is heard. */
  private void hear(Duration time) {
    Duration step = Duration.ofMillis(100);
    for (Duration left = time; left.toNanos() > 0; left = left.minus(step)) {
      majority.onHeartbeat(other, 0);
      timer.advance(step);
    }
  }

  /** The one semaphore that there is, by itself. */
  private static final class Semaphore implements Owners<Permits> {
    private Permits permits = new Permits();

    void hold(String holder) {
      permits.apply(
          permits.decide(new PermitCommand.Acquire(new Claim(holder, "n2", 1, When.AT_ONCE), 1)));
    }

    @Override
    public <R> void submit(
        String key,
        EntryProcessor<String, Permits, R> processor,
        Executor on,
        BiConsumer<R, Throwable> answered) {
      Map.Entry<String, Permits> entry = new SimpleEntry<>(key, permits);
      R answer = processor.process(entry);
      permits = entry.getValue() == null ? new Permits() : entry.getValue();
      on.execute(() -> answered.accept(answer, null));
    }
  }

  /** Messages that never come. */
  private static final class Nobody implements Mailbox {
    @Override
    public void send(String node, Message message) {}

    @Override
    public void broadcast(Message message) {}

    @Override
    public void onMessage(Consumer<Message> receiver) {}
  }
}
