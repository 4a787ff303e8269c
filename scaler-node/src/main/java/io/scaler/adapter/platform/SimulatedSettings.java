package io.scaler.adapter.platform;

import java.time.Duration;
import java.util.Map;

/**
 * How a simulated platform behaves.
 *
 * @param createLatency how long a slot takes to create
 * @param destroyLatency how long one takes to destroy; it is billed meanwhile
 * @param defaultInit how long an application takes to start
 * @param initByFunction the same for single functions, by key
 * @param jitter each of these varies evenly by this fraction of it to either side; 0 to 1
 * @param createFailureRate the fraction of creations that fail; 0 to 1
 * @param initFailureRate the fraction of starts that fail; 0 to 1
 * @param memoryLimitMb MiB of all slots together, 0 for no limit
 */
public record SimulatedSettings(
    Duration createLatency,
    Duration destroyLatency,
    Duration defaultInit,
    Map<String, Duration> initByFunction,
    double jitter,
    double createFailureRate,
    double initFailureRate,
    long memoryLimitMb) {

  public static final SimulatedSettings DEFAULT =
      new SimulatedSettings(
          Duration.ofMillis(100), Duration.ZERO, Duration.ofMillis(200), Map.of(), 0, 0, 0, 0);

  /**
   * @throws IllegalArgumentException naming the setting and the rule
   */
  public SimulatedSettings {
    Settings.requireNotNegative("createLatency", createLatency);
    Settings.requireNotNegative("destroyLatency", destroyLatency);
    Settings.requireNotNegative("defaultInit", defaultInit);
    initByFunction = Map.copyOf(initByFunction);
    initByFunction.forEach(
        (key, init) -> Settings.requireNotNegative("initByFunction." + key, init));
    Settings.requireBetween("jitter", jitter, 0, 1);
    Settings.requireBetween("createFailureRate", createFailureRate, 0, 1);
    Settings.requireBetween("initFailureRate", initFailureRate, 0, 1);
    Settings.requireAtLeast("memoryLimitMb", memoryLimitMb, 0);
  }

  Duration initOf(String functionKey) {
    return initByFunction.getOrDefault(functionKey, defaultInit);
  }
}
