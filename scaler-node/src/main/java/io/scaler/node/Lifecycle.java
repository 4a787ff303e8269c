package io.scaler.node;

import io.scaler.adapter.hazelcast.HazelcastCluster;
import io.scaler.service.NodeReport;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How far a node is with its life, and whether calls may come: it starts, serves, is about to
 * leave, and stops. Any thread may ask.
 */
final class Lifecycle {
  private final HazelcastCluster cluster;
  private final AtomicBoolean leaving = new AtomicBoolean();
  private volatile boolean started;
  private volatile boolean stopping;

  Lifecycle(HazelcastCluster cluster) {
    this.cluster = cluster;
  }

  /** All that it is made of is there. */
  void hasStarted() {
    started = true;
  }

  /**
   * It is about to stop: calls should go elsewhere, those that come are served still.
   *
   * @return whether it was not before
   */
  boolean leave() {
    return leaving.compareAndSet(false, true);
  }

  boolean isLeaving() {
    return leaving.get();
  }

  boolean isStarted() {
    return started;
  }

  /** It takes no call any more. */
  void stop() {
    stopping = true;
  }

  NodeReport.State state() {
    if (stopping) {
      return NodeReport.State.STOPPING;
    } else if (leaving.get()) {
      return NodeReport.State.DRAINING;
    } else if (!started) {
      return NodeReport.State.STARTING;
    }
    return cluster.hasMajority() ? NodeReport.State.SERVING : NodeReport.State.CUT_OFF;
  }

  /** Why calls should go to another node; empty if they may come. */
  Optional<String> whyNotReady() {
    if (leaving.get()) {
      return Optional.of("stopping");
    } else if (!started) {
      return Optional.of("starting");
    } else if (!cluster.hasMajority()) {
      return Optional.of("hears from no majority of the cluster's nodes");
    } else if (!cluster.knowsOverrides()) {
      return Optional.of("has not read yet what operators laid down");
    }
    return Optional.empty();
  }

  /** Whether calls that come are answered; for a while after they should go to another node. */
  boolean serves() {
    return started && !stopping && cluster.hasMajority();
  }
}
