package io.scaler.adapter.metrics;

import io.micrometer.core.instrument.Timer;
import io.scaler.model.FunctionSpec;
import io.scaler.service.Platform;
import io.scaler.service.PlatformException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A platform, and how long its calls take. */
final class MeasuredPlatform implements Platform {
  private final Platform platform;
  private final NodeMetrics metrics;
  private final Phase create;
  private final Phase init;
  private final Phase destroy;
  private final Phase list;

  private record Phase(Timer good, Timer failed) {
    static Phase of(String name, NodeMetrics metrics) {
      return new Phase(
          metrics.timer(Metric.PLATFORM_CALLS, "phase", name, "outcome", "ok"),
          metrics.timer(Metric.PLATFORM_CALLS, "phase", name, "outcome", "failed"));
    }
  }

  MeasuredPlatform(Platform platform, NodeMetrics metrics) {
    this.platform = platform;
    this.metrics = metrics;
    this.create = Phase.of("create", metrics);
    this.init = Phase.of("init", metrics);
    this.destroy = Phase.of("destroy", metrics);
    this.list = Phase.of("list", metrics);
  }

  @Override
  public Optional<PlatformException> refusal() {
    return platform.refusal();
  }

  @Override
  public CompletionStage<String> createSlot(String instanceId, long memoryMb) {
    return measured(create, () -> platform.createSlot(instanceId, memoryMb));
  }

  @Override
  public CompletionStage<Duration> init(
      String slotId, String instanceId, FunctionSpec function, long token) {
    return measured(init, () -> platform.init(slotId, instanceId, function, token));
  }

  @Override
  public CompletionStage<Void> destroySlot(
      @Nullable String slotId, String instanceId, String reason, long token) {
    return measured(destroy, () -> platform.destroySlot(slotId, instanceId, reason, token));
  }

  @Override
  public CompletionStage<Optional<List<Slot>>> listSlots() {
    return measured(list, platform::listSlots);
  }

  private <T> CompletionStage<T> measured(Phase phase, Supplier<CompletionStage<T>> call) {
    long begun = metrics.now();
    return call.get()
        .whenComplete(
            (answer, failure) ->
                (failure == null ? phase.good() : phase.failed())
                    .record(metrics.now() - begun, TimeUnit.NANOSECONDS));
  }
}
