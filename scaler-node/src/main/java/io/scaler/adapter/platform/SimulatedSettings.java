package io.scaler.adapter.platform;

import java.time.Duration;
import java.util.Map;

/**
 * How a simulated platform behaves.
 *
 * @param createLatency how long creating a slot takes
 * @param init how long an application takes to start that {@code initByFunction} does not name
 * @param initByFunction by function key
 * @param destroyLatency how long destroying a slot takes
 * @param jitter every latency is drawn evenly from this share of it below to this share above, 0 to
 *     1
 * @param createFailures share of creations that fail, 0 to 1
 * @param initFailures share of starts that fail, 0 to 1
 * @param destroyFailures share of destructions that fail, 0 to 1
 * @param memoryMb MiB of all slots together; zero for no limit
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
  public SimulatedSettings {
    initByFunction = Map.copyOf(initByFunction);
  }
}
