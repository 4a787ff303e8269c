package io.scaler.node;

import io.grpc.BindableService;
import io.scaler.adapter.grpc.ContestScalerService;
import io.scaler.adapter.grpc.GrpcServer;
import io.scaler.adapter.grpc.ScalerService;
import io.scaler.adapter.hazelcast.HazelcastCluster;
import io.scaler.adapter.hazelcast.PoolRules;
import io.scaler.adapter.http.HealthServer;
import io.scaler.config.Settings;
import io.scaler.model.Plan;
import io.scaler.policy.Policy;
import io.scaler.pool.PoolLimits;
import io.scaler.service.DemandFlush;
import io.scaler.service.DemandRecorder;
import io.scaler.service.Failures;
import io.scaler.service.Launching;
import io.scaler.service.LostNodesDuty;
import io.scaler.service.Mailbox.Message;
import io.scaler.service.PlanDuty;
import io.scaler.service.Planner;
import io.scaler.service.Plans;
import io.scaler.service.PoolClient;
import io.scaler.service.PrewarmDuty;
import io.scaler.service.ReconcileDuty;
import io.scaler.service.ServedRequests;
import io.scaler.service.SweepDuty;
import io.scaler.service.Sweeper;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node: joins the cluster, serves, and does its part of the leader's duties. */
public final class Node implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Node.class);
  private static final Duration PROVISION_EVERY = Duration.ofSeconds(1);
  private static final Duration FLUSH_EVERY = Duration.ofSeconds(1);
  private static final Duration LOST_NODE_PAUSE = Duration.ofSeconds(1);
  private static final int LOST_NODE_ROUNDS = 15;
  private static final Duration DRAIN = Duration.ofSeconds(15);

  private final String id;
  private final Settings settings;
  private final NodeThreads threads;
  private final ScheduledTimer timer;
  private final HazelcastCluster cluster;
  private final PlatformAccess platform;
  private final ServedRequests requests;
  private final Sweeper sweeper;
  private final LostNodesDuty lostNodes;
  private final Planner planner;
  private final DemandFlush flush;
  private final TickTimes ticks = new TickTimes();
  private final GrpcServer grpc;
  private final HealthServer http;
  private volatile boolean stopping;
  private volatile boolean serving;

  /**
   * Joins the cluster and begins to serve.
   *
   * @throws IOException if a port cannot be listened on; the message names the address and the key
   */
  public static Node start(Settings settings) throws IOException {
    NodeThreads threads = NodeThreads.start();
    try {
      return new Node(settings, threads, NodeIds.random());
    } catch (IOException | RuntimeException e) {
      threads.close();
      throw e;
    }
  }

  private Node(Settings settings, NodeThreads threads, NodeIds ids) throws IOException {
    this.id = ids.node();
    this.settings = settings;
    this.threads = threads;
    this.timer = new ScheduledTimer(threads.timers());
    InstantSource clock = InstantSource.system();
    Translation translation = new Translation(settings);
    PoolLimits limits = translation.poolLimits();
    Policy policy = translation.policy();
    List<PrewarmDuty.Provisioned> provisioned = translation.provisioned();
    AtomicReference<Plans> plans = new AtomicReference<>();
    this.cluster =
        HazelcastCluster.join(
            translation.cluster(),
            id,
            new PoolRules(
                clock,
                spec -> {
                  Plans known = plans.get();
                  return known == null ? policy.plan(spec, null, clock.instant()) : known.of(spec);
                },
                limits,
                ids),
            new HazelcastCluster.Means(
                timer, System::nanoTime, threads.callbacks(), threads.background()));
    plans.set(new Plans(cluster.plans(), policy, provisioned, clock));

    DemandRecorder demand = new DemandRecorder(clock);
    this.platform = PlatformAccess.open(settings, timer, clock, threads);
    Launching launching =
        new Launching(
            platform.platform(),
            cluster.semaphores(),
            translation.launchLimits(),
            timer,
            clock,
            id,
            demand);
    PoolClient pools =
        new PoolClient(cluster.pools(), cluster.mailbox(), limits.leaseGrace(), launching);
    this.requests =
        new ServedRequests(
            pools, timer, id, translation.callLimits(), () -> whyNotServing().isEmpty(), demand);
    this.sweeper = new Sweeper(cluster.pools(), pools, clock, settings.leader().sweepMost());
    this.lostNodes =
        new LostNodesDuty(
            cluster.leadership(),
            cluster.mailbox(),
            cluster.semaphores(),
            clock,
            LOST_NODE_PAUSE,
            LOST_NODE_ROUNDS);
    this.planner = null;
    this.flush = null;
    this.grpc = null;
    this.http = null;
  }

  @Override
  public void close() {
    throw new IllegalStateException();
  }
}
