package io.scaler.simulation;

import io.scaler.permit.Claim;
import io.scaler.permit.PermitCommand;
import io.scaler.permit.PermitEvent;
import io.scaler.permit.Permits;
import io.scaler.service.Semaphores;
import io.scaler.service.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The semaphores of a node that has them to itself. */
final class LocalSemaphores implements Semaphores {
  private final Timer timer;
  private final String node;
  private final Map<String, Permits> semaphores = new HashMap<>();
  private final Map<Waiting, CompletableFuture<Boolean>> waits = new HashMap<>();

  private Consumer<String> whoeverIsShort = semaphore -> {};

  private record Waiting(String semaphore, String holder) {}

  LocalSemaphores(Timer timer, String node) {
    this.timer = timer;
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
    decide(semaphore, new PermitCommand.Acquire(new Claim(holder, node, permits, when), limit));
    Permits held = semaphores.get(semaphore);
    if (held != null && held.isHeldBy(holder)) {
      return CompletableFuture.completedStage(true);
    }
    Waiting waiting = new Waiting(semaphore, holder);
    CompletableFuture<Boolean> wait = new CompletableFuture<>();
    waits.put(waiting, wait);
    timer.after(
        patience,
        () -> {
          if (waits.remove(waiting, wait)) {
            decide(semaphore, new PermitCommand.Release(holder, node));
            wait.complete(false);
          }
        });
    whoeverIsShort.accept(semaphore);
    return wait;
  }

  @Override
  public CompletionStage<Void> release(String semaphore, String holder) {
    decide(semaphore, new PermitCommand.Release(holder, node));
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> free(String semaphore, String holder) {
    decide(semaphore, new PermitCommand.Release(holder, null));
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> count(String semaphore, Map<String, Long> permits, boolean first) {
    decide(semaphore, PermitCommand.Count.of(node, permits, first));
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Boolean> isCounted(String semaphore) {
    Permits permits = semaphores.get(semaphore);
    return CompletableFuture.completedStage(permits != null && permits.isCounted());
  }

  @Override
  public CompletionStage<Set<String>> names() {
    return CompletableFuture.completedStage(Set.copyOf(semaphores.keySet()));
  }

  @Override
  public CompletionStage<Set<String>> holders(String semaphore) {
    Set<String> holders = new HashSet<>();
    Permits permits = semaphores.get(semaphore);
    if (permits != null) {
      permits.holders().forEach(claim -> holders.add(claim.holder()));
    }
    return CompletableFuture.completedStage(holders);
  }

  @Override
  public CompletionStage<Long> shortage(String semaphore) {
    Permits permits = semaphores.get(semaphore);
    return CompletableFuture.completedStage(permits == null ? 0 : permits.shortage());
  }

  @Override
  public void onShortage(Consumer<String> listener) {
    whoeverIsShort = listener;
  }

  @Override
  public CompletionStage<Void> nodeLost(String lost) {
    for (String semaphore : List.copyOf(semaphores.keySet())) {
      decide(semaphore, new PermitCommand.NodeLost(lost));
    }
    return CompletableFuture.completedStage(null);
  }

  private void decide(String semaphore, PermitCommand command) {
    Permits permits = semaphores.computeIfAbsent(semaphore, name -> new Permits());
    List<PermitEvent> events = permits.decide(command);
    permits.apply(events);
    if (permits.isEmpty()) {
      semaphores.remove(semaphore);
    }
    for (PermitEvent event : events) {
      if (event instanceof PermitEvent.Granted granted) {
        CompletableFuture<Boolean> wait =
            waits.remove(new Waiting(semaphore, granted.claim().holder()));
        if (wait != null) {
          timer.after(Duration.ZERO, () -> wait.complete(true));
        }
      }
    }
  }
}
