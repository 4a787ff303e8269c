package io.scaler.adapter.platform;

import io.scaler.model.FunctionSpec;
import io.scaler.service.Platform;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import io.scaler.service.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A platform that keeps books instead of running anything, with the latencies it is given. */
public final class SimulatedPlatform implements Platform {
  private final SimulatedSettings settings;
  private final InstantSource clock;
  private final Timer timer;
  private final RandomGenerator random;
  private final Slots slots;

  /**
   * @param random of latencies and failures
   */
  public SimulatedPlatform(
      SimulatedSettings settings, InstantSource clock, Timer timer, RandomGenerator random) {
    this.settings = settings;
    this.clock = clock;
    this.timer = timer;
    this.random = random;
    this.slots = new Slots(settings.memoryMb(), clock.instant());
  }

  @Override
  public CompletionStage<String> createSlot(String instanceId, long memoryMb) {
    return later(
        drawn(settings.createLatency()),
        settings.createFailures(),
        "the slot could not be created",
        () -> slots.create(instanceId, memoryMb, clock.instant()));
  }

  @Override
  public CompletionStage<Duration> init(
      String slotId, String instanceId, FunctionSpec function, long token) {
    boolean runs;
    try {
      runs = slots.begin(slotId, instanceId, token);
    } catch (PlatformException e) {
      return CompletableFuture.failedStage(e);
    }
    Duration usual = settings.initByFunction().getOrDefault(function.key(), settings.init());
    Duration latency = runs ? Duration.ZERO : drawn(usual);
    return later(
        latency,
        runs ? 0 : settings.initFailures(),
        "the application did not start",
        () -> {
          slots.started(slotId, instanceId, function);
          return latency;
        });
  }

  @Override
  public CompletionStage<Void> destroySlot(
      @Nullable String slotId, String instanceId, String reason, long token) {
    return later(
            drawn(settings.destroyLatency()),
            settings.destroyFailures(),
            "the slot could not be destroyed",
            () -> {
              slots.destroy(slotId, instanceId, token, clock.instant());
              return true;
            })
        .thenAccept(done -> {});
  }

  @Override
  public CompletionStage<Optional<List<Slot>>> listSlots() {
    return CompletableFuture.completedStage(Optional.of(slots.all()));
  }

  /** What was used since it started. */
  public Usage usage() {
    return slots.usage(clock.instant());
  }

  private <T> CompletionStage<T> later(
      Duration latency, double failures, String failure, Supplier<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    boolean fails = failures > 0 && random.nextDouble() < failures;
    Runnable finish =
        () -> {
          try {
            if (fails) {
              throw new PlatformException(Kind.FAILED, false, failure + ": as simulated", null);
            }
            done.complete(work.get());
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        };
    if (latency.isZero()) {
      finish.run();
    } else {
      timer.after(latency, finish);
    }
    return done;
  }

  private Duration drawn(Duration usual) {
    if (settings.jitter() == 0) {
      return usual;
    }
    double factor = 1 + settings.jitter() * (2 * random.nextDouble() - 1);
    return Duration.ofNanos(Math.round(usual.toNanos() * factor));
  }
}
