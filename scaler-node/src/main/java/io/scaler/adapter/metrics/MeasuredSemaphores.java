package io.scaler.adapter.metrics;

import io.micrometer.core.instrument.Timer;
import io.scaler.permit.Claim;
import io.scaler.service.LaunchLimits;
import io.scaler.service.Semaphores;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Semaphores, and how long launches wait for their permits. */
final class MeasuredSemaphores implements Semaphores {
  private final Semaphores semaphores;
  private final NodeMetrics metrics;
  private final Timer memory;
  private final Timer launches;
  private final Timer launchesOfFunction;

  MeasuredSemaphores(Semaphores semaphores, NodeMetrics metrics) {
    this.semaphores = semaphores;
    this.metrics = metrics;
    this.memory = metrics.timer(Metric.PERMIT_WAITS, "limit", "memory");
    this.launches = metrics.timer(Metric.PERMIT_WAITS, "limit", "launches");
    this.launchesOfFunction = metrics.timer(Metric.PERMIT_WAITS, "limit", "launches-per-function");
  }

  @Override
  public CompletionStage<Boolean> acquire(
      String semaphore,
      String holder,
      long permits,
      long limit,
      Claim.When when,
      Duration patience) {
    Timer timer = of(semaphore);
    long begun = metrics.now();
    return semaphores
        .acquire(semaphore, holder, permits, limit, when, patience)
        .whenComplete(
            (acquired, failure) -> timer.record(metrics.now() - begun, TimeUnit.NANOSECONDS));
  }

  private Timer of(String semaphore) {
    return switch (semaphore) {
      case LaunchLimits.MEMORY -> memory;
      case LaunchLimits.LAUNCHES -> launches;
      default -> launchesOfFunction;
    };
  }

  @Override
  public CompletionStage<Void> release(String semaphore, String holder) {
    return semaphores.release(semaphore, holder);
  }

  @Override
  public CompletionStage<Void> free(String semaphore, String holder) {
    return semaphores.free(semaphore, holder);
  }

  @Override
  public CompletionStage<Void> count(String semaphore, Map<String, Long> permits, boolean first) {
    return semaphores.count(semaphore, permits, first);
  }

  @Override
  public CompletionStage<Boolean> isCounted(String semaphore) {
    return semaphores.isCounted(semaphore);
  }

  @Override
  public CompletionStage<Set<String>> names() {
    return semaphores.names();
  }

  @Override
  public CompletionStage<Set<String>> holders(String semaphore) {
    return semaphores.holders(semaphore);
  }

  @Override
  public CompletionStage<Long> shortage(String semaphore) {
    return semaphores.shortage(semaphore);
  }

  @Override
  public void onShortage(Consumer<String> listener) {
    semaphores.onShortage(listener);
  }

  @Override
  public CompletionStage<Void> nodeLost(String node) {
    return semaphores.nodeLost(node);
  }
}
