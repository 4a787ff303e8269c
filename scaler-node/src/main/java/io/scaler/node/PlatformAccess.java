package io.scaler.node;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.scaler.adapter.platform.CallTimeouts;
import io.scaler.adapter.platform.ContestGrpcPlatform;
import io.scaler.adapter.platform.ContestPlatformService;
import io.scaler.adapter.platform.GrpcPlatform;
import io.scaler.adapter.platform.PlatformService;
import io.scaler.adapter.platform.ResilienceSettings;
import io.scaler.adapter.platform.ResilientPlatform;
import io.scaler.adapter.platform.SimulatedPlatform;
import io.scaler.adapter.platform.SimulatedSettings;
import io.scaler.config.Settings;
import io.scaler.service.Platform;
import io.scaler.service.Timer;
import io.scaler.trace.Trace;
import io.scaler.trace.TraceOptions;
import io.scaler.trace.Traces;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * The platform that a node uses.
 *
 * @param services what the node serves of it: a platform within the node is there for others to
 *     look at
 */
record PlatformAccess(Platform platform, List<BindableService> services, Runnable close) {

  /**
   * @throws io.scaler.trace.TraceException if the file of start times cannot be read
   */
  static PlatformAccess open(
      Settings.Platform settings, Timer timer, InstantSource clock, NodeThreads threads) {
    return switch (settings.kind()) {
      case SIMULATED -> {
        SimulatedPlatform platform = simulated(settings.simulated(), timer, clock);
        yield new PlatformAccess(
            platform,
            List.of(new PlatformService(platform), new ContestPlatformService(platform, clock)),
            () -> {});
      }
      case GRPC -> remote(settings, threads);
    };
  }

  private static PlatformAccess remote(Settings.Platform settings, NodeThreads threads) {
    Settings.Platform.Calls calls = settings.calls();
    Settings.Platform.Breaker breaker = calls.breaker();
    CallTimeouts timeouts =
        new CallTimeouts(
            calls.createTimeout(),
            calls.initTimeout(),
            calls.destroyTimeout(),
            calls.listTimeout());
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(settings.address())
            .usePlaintext()
            .executor(threads.callbacks())
            .build();
    boolean isOurs = settings.contract() == Settings.Platform.Contract.V1;
    ResilientPlatform platform =
        new ResilientPlatform(
            isOurs
                ? new GrpcPlatform(channel, timeouts)
                : new ContestGrpcPlatform(channel, timeouts),
            new ResilienceSettings(
                timeouts,
                calls.attempts(),
                calls.backoff(),
                calls.bulkhead(),
                breaker.failureRate(),
                breaker.window(),
                breaker.minimumCalls(),
                breaker.open(),
                breaker.probes()),
            isOurs,
            threads.timers());
    return new PlatformAccess(platform, List.of(), channel::shutdown);
  }

  static SimulatedPlatform simulated(
      Settings.Platform.Simulated settings, Timer timer, InstantSource clock) {
    // Looked up at each use, since it belongs to the thread that asks.
    RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
    return new SimulatedPlatform(
        new SimulatedSettings(
            settings.createLatency(),
            settings.init(),
            startTimes(settings.metas()),
            settings.destroyLatency(),
            settings.jitter(),
            settings.createFailures(),
            settings.initFailures(),
            settings.destroyFailures(),
            settings.memory().megabytes()),
        clock,
        timer,
        random);
  }

  private static Map<String, Duration> startTimes(String metas) {
    Map<String, Duration> starts = new HashMap<>();
    if (!metas.isEmpty()) {
      for (Trace.Function function : Traces.open(metas, TraceOptions.DEFAULT).functions()) {
        starts.put(function.spec().key(), function.init());
      }
    }
    return starts;
  }
}
