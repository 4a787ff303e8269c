package io.scaler.adapter.platform;

import java.time.Duration;
import java.util.Map;

/**
 * How a simulated platform behaves.
 *
 * @param createLatency how long a slot takes to create
 * @param init how long an application takes to start that {@code initByFunction} does not name
 * @param initByFunction by function key
 * @param destroyLatency how long a slot takes to destroy; it is billed meanwhile
 * @param jitter each of these varies evenly by this share of it to either side; 0 to 1
 * @param createFailures the share of creations that fail, 0 to 1
 * @param initFailures the share of starts that fail, 0 to 1
 * @param destroyFailures the share of destructions that fail, 0 to 1
 * @param memoryMb MiB of all slots together, 0 for no limit
 */
public record SimulatedSettings(
    Duration createLatency,
    Duration init,
    Map<String, Duration> initByFunction,
    Duration destroyLatency,
    double jitter,
    double createFailures,
    double initFailures,
    double destroyFailures,
    long memoryMb) {

  public static final SimulatedSettings DEFAULT =
      new SimulatedSettings(
          Duration.ofMillis(100), Duration.ofMillis(200), Map.of(), Duration.ZERO, 0, 0, 0, 0, 0);

  /**
   * @throws IllegalArgumentException naming the setting and the rule
   */
  public SimulatedSettings {
    initByFunction = Map.copyOf(initByFunction);
    Rule.notNegative("createLatency", createLatency);
    Rule.notNegative("init", init);
    initByFunction.forEach((key, start) -> Rule.notNegative("initByFunction." + key, start));
    Rule.notNegative("destroyLatency", destroyLatency);
    Rule.between("jitter", jitter, 0, 1);
    Rule.between("createFailures", createFailures, 0, 1);
    Rule.between("initFailures", initFailures, 0, 1);
    Rule.between("destroyFailures", destroyFailures, 0, 1);
    Rule.atLeast("memoryMb", memoryMb, 0);
  }

  Duration initOf(String functionKey) {
    return initByFunction.getOrDefault(functionKey, init);
  }
}
