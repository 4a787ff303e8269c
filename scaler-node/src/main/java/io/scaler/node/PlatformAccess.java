package io.scaler.node;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.scaler.adapter.platform.CallTimeouts;
import io.scaler.adapter.platform.ContestGrpcPlatform;
import io.scaler.adapter.platform.ContestPlatformService;
import io.scaler.adapter.platform.GrpcPlatform;
import io.scaler.adapter.platform.PlatformChannel;
import io.scaler.adapter.platform.PlatformService;
import io.scaler.adapter.platform.ResilienceSettings;
import io.scaler.adapter.platform.ResilientPlatform;
import io.scaler.adapter.platform.ResilientPlatform.Repeats;
import io.scaler.adapter.platform.SimulatedPlatform;
import io.scaler.adapter.platform.SimulatedSettings;
import io.scaler.adapter.platform.SlotEvent;
import io.scaler.config.Settings;
import io.scaler.service.Platform;
import io.scaler.service.Timer;
import io.scaler.trace.Trace;
import io.scaler.trace.TraceOptions;
import io.scaler.trace.Traces;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The platform that a node uses.
 *
 * @param services what the node serves of it: a platform within the node can be looked at there
 * @param isRefusing whether launches are refused for a platform that is not available
 * @param watch looks whether the files that it is reached with have changed
 * @param close gives up its connection
 */
record PlatformAccess(
    Platform platform,
    List<BindableService> services,
    BooleanSupplier isRefusing,
    Runnable watch,
    Runnable close) {
  /** Looked up at each use: it belongs to the thread that asks. */
  private static final RandomGenerator RANDOM = () -> ThreadLocalRandom.current().nextLong();

  /**
   * @throws io.scaler.trace.TraceException if the trace of start times cannot be read
   * @throws IOException if a certificate, a key or a token cannot be; the message names its key
   */
  static PlatformAccess open(
      Settings.Platform settings, Timer timer, InstantSource clock, Executor callbacks)
      throws IOException {
    return switch (settings.kind()) {
      case SIMULATED -> {
        SimulatedPlatform platform =
            simulated(settings.simulated(), timer, clock, SlotEvent.UNHEARD);
        yield new PlatformAccess(platform, services(platform), () -> false, () -> {}, () -> {});
      }
      case GRPC -> remote(settings, timer, clock, callbacks);
    };
  }

  /** Both contracts of one platform. */
  static List<BindableService> services(SimulatedPlatform platform) {
    return List.of(new PlatformService(platform), new ContestPlatformService(platform));
  }

  private static PlatformAccess remote(
      Settings.Platform settings, Timer timer, InstantSource clock, Executor callbacks)
      throws IOException {
    Settings.Platform.Calls calls = settings.calls();
    PlatformCredentials credentials = PlatformCredentials.read(settings.security());
    ManagedChannel channel =
        PlatformChannel.to(
            settings.address(), credentials.channel(), credentials::token, callbacks);
    CallTimeouts timeouts = timeouts(calls);
    boolean isOurs = settings.contract() == Settings.Platform.Contract.V1;
    ResilientPlatform platform =
        new ResilientPlatform(
            isOurs
                ? new GrpcPlatform(channel, timeouts)
                : new ContestGrpcPlatform(channel, timeouts),
            isOurs ? Repeats.IDEMPOTENT : Repeats.UNSAFE,
            resilience(calls),
            clock,
            timer,
            RANDOM);
    return new PlatformAccess(
        platform, List.of(), platform::isOpen, credentials, channel::shutdown);
  }

  private static CallTimeouts timeouts(Settings.Platform.Calls calls) {
    return new CallTimeouts(
        calls.createTimeout(), calls.initTimeout(), calls.destroyTimeout(), calls.listTimeout());
  }

  static ResilienceSettings resilience(Settings.Platform.Calls calls) {
    Settings.Platform.Breaker breaker = calls.breaker();
    return new ResilienceSettings(
        timeouts(calls),
        calls.attempts(),
        calls.backoff(),
        calls.bulkhead(),
        breaker.failureRate(),
        breaker.window(),
        breaker.minimumCalls(),
        breaker.open(),
        breaker.probes());
  }

  /**
   * @throws io.scaler.trace.TraceException if the trace of start times cannot be read
   */
  static SimulatedPlatform simulated(
      Settings.Platform.Simulated settings,
      Timer timer,
      InstantSource clock,
      Consumer<SlotEvent> observer) {
    return new SimulatedPlatform(behaviour(settings), clock, timer, RANDOM, observer);
  }

  static SimulatedSettings behaviour(Settings.Platform.Simulated settings) {
    return new SimulatedSettings(
        settings.createLatency(),
        settings.init(),
        startTimes(settings.trace()),
        settings.destroyLatency(),
        settings.jitter(),
        settings.createFailures(),
        settings.initFailures(),
        settings.destroyFailures(),
        settings.memory().megabytes());
  }

  private static Map<String, Duration> startTimes(String trace) {
    Map<String, Duration> starts = new HashMap<>();
    if (!trace.isEmpty()) {
      for (Trace.Function function : Traces.open(trace, TraceOptions.DEFAULT).functions()) {
        starts.put(function.spec().key(), function.init());
      }
    }
    return starts;
  }
}
