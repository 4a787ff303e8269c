package io.scaler.simulation;

import io.scaler.policy.Policy;
import io.scaler.pool.PoolLimits;
import io.scaler.service.CallLimits;
import io.scaler.service.LaunchLimits;
import io.scaler.service.Provisioning.Provisioned;
import java.time.Duration;
import java.util.List;

/**
 * What a trace is simulated with.
 *
 * @param policy makes the plans
 * @param poolLimits rules of every pool
 * @param launchLimits what launches share
 * @param callLimits how calls wait
 * @param provisioned functions that always have instances
 * @param times how long and how often
 */
public record SimulationSetup(
    Policy policy,
    PoolLimits poolLimits,
    LaunchLimits launchLimits,
    CallLimits callLimits,
    List<Provisioned> provisioned,
    Times times) {

  public SimulationSetup {
    provisioned = List.copyOf(provisioned);
  }

  /**
   * @param createLatency of a slot
   * @param patience of an Assign
   * @param tick of the leader
   * @param sweep how often a node looks which pools are due; above zero
   * @param plan how often plans are made; above zero
   * @param billFor how long after the last completion slots that are left are billed
   * @param call how long each Assign, beyond its waiting, and each Release takes to be answered
   */
  public record Times(
      Duration createLatency,
      Duration patience,
      Duration tick,
      Duration sweep,
      Duration plan,
      Duration billFor,
      Duration call) {}

  /** The same with another policy. */
  public SimulationSetup with(Policy other) {
    return new SimulationSetup(other, poolLimits, launchLimits, callLimits, provisioned, times);
  }
}
