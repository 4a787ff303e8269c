package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Reason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What it takes to start and destroy instances.
 *
 * @param node this node's id, which its permits are held under
 * @param observer told of every launch
 * @param tracing follows what is done for requests
 */
public record Launching(
    Platform platform,
    Semaphores semaphores,
    Supplier<LaunchLimits> limitsInForce,
    Timer timer,
    InstantSource clock,
    String node,
    Observer observer,
    Tracing tracing) {

  /** What holds at this moment; whether a limit is none never changes. */
  LaunchLimits limits() {
    return limitsInForce.get();
  }

  /** Told of launches that ended. */
  @FunctionalInterface
  public interface Observer {
    /**
     * @param took from the platform being asked for a slot to the application running
     */
    void launched(FunctionSpec function, Duration took);

    /** One came to nothing that was still wanted. */
    default void failed(FunctionSpec function, Reason reason, String message) {}
  }
}
