package io.scaler.node;

import io.grpc.BindableService;
import io.scaler.adapter.grpc.AdminService;
import io.scaler.adapter.grpc.CallRules;
import io.scaler.adapter.grpc.ContestScalerService;
import io.scaler.adapter.grpc.GrpcServer;
import io.scaler.adapter.grpc.OverrideCalls;
import io.scaler.adapter.grpc.ScalerService;
import io.scaler.adapter.grpc.TraceParents;
import io.scaler.adapter.hazelcast.HazelcastCluster;
import io.scaler.adapter.hazelcast.PoolRules;
import io.scaler.adapter.http.LivePage;
import io.scaler.adapter.http.OperatorServer;
import io.scaler.adapter.metrics.Metric;
import io.scaler.adapter.metrics.NodeMetrics;
import io.scaler.adapter.tracing.OtelTracing;
import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import io.scaler.model.FunctionSpec;
import io.scaler.policy.FixedPolicy;
import io.scaler.policy.Fleet;
import io.scaler.policy.Policy;
import io.scaler.pool.PoolLimits;
import io.scaler.pool.PoolState;
import io.scaler.service.Alternatives;
import io.scaler.service.Chronicle;
import io.scaler.service.DemandFlush;
import io.scaler.service.DemandRecorder;
import io.scaler.service.Destroyer;
import io.scaler.service.Drainer;
import io.scaler.service.FailedCalls;
import io.scaler.service.FailsafePolicy;
import io.scaler.service.FleetWatch;
import io.scaler.service.FunctionRegister;
import io.scaler.service.HotFunctions;
import io.scaler.service.Inspection;
import io.scaler.service.LaunchCount;
import io.scaler.service.LaunchObservers;
import io.scaler.service.Launching;
import io.scaler.service.LostNodesDuty;
import io.scaler.service.MemoryCount;
import io.scaler.service.NodeReport;
import io.scaler.service.NodeReports;
import io.scaler.service.Overriding;
import io.scaler.service.PlanDuty;
import io.scaler.service.Planner;
import io.scaler.service.Plans;
import io.scaler.service.PoolClient;
import io.scaler.service.PrewarmDuty;
import io.scaler.service.PriorityClock;
import io.scaler.service.RecentFailures;
import io.scaler.service.ReconcileDuty;
import io.scaler.service.Requests;
import io.scaler.service.RoomDuty;
import io.scaler.service.RoomOffers;
import io.scaler.service.Rules;
import io.scaler.service.ServedRequests;
import io.scaler.service.SweepDuty;
import io.scaler.service.Sweeper;
import io.scaler.service.Timer;
import io.scaler.service.Tracing;
import io.scaler.service.Vitals;
import io.scaler.service.VitalsDuty;
import io.scaler.service.WatchedRequests;
import io.scaler.service.Whereabouts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node: joins the cluster, serves, and does its part of the leader's duties. */
final class Node implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Node.class);
  private static final Duration FALLBACK_KEEP_ALIVE = Duration.ofMinutes(10);
  private static final int TICKS_TRUSTED = 10;
  private static final Duration FLUSH_EVERY = Duration.ofSeconds(1);

  /** What operators laid down may have been put into force by a node that owns the key no more. */
  private static final Duration OVERRIDES_EVERY = Duration.ofMinutes(1);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
  private static final Duration LOOK_AT_LAUNCHES = Duration.ofSeconds(5);
  private static final Duration LOST_NODE_PAUSE = Duration.ofSeconds(1);
  private static final int LOST_NODE_ROUNDS = 15;
  private static final int MOST_OBSERVED_FUNCTIONS = 100_000;
  private static final Duration REPORT_PATIENCE = Duration.ofSeconds(1);
  private static final int HOT_FUNCTIONS = 20;
  private static final Duration LOOK_AT_LIMITS = Duration.ofSeconds(5);
  private static final int MOST_HOT_FUNCTIONS = 10_000;
  private static final int MOST_FAILURES_TOLD = 10;

  private final String id;
  private final Settings settings;
  private volatile LiveLimits live;
  private volatile Consumer<String> policies;
  private final NodeThreads threads;
  private final ScheduledTimer timer;
  private final LongSupplier nanoTime = System::nanoTime;
  private final InstantSource clock = InstantSource.system();
  private final Optional<OtelTracing> tracer;
  private final PlatformAccess platform;
  private final HazelcastCluster cluster;
  private final Lifecycle life;
  private final ServedRequests requests;
  private final Sweeper sweeper;
  private final DemandFlush flush;
  private final Duties duties;
  private final TickTimes ticks = new TickTimes();
  private final Pulse pulse;
  private final NodeMetrics metrics = new NodeMetrics(System::nanoTime);
  private final Doors doors;
  private final GrpcServer grpc;
  private final OperatorServer http;

  /** When the latest tick ended; ticks follow each other. */
  private long tickEnded;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private boolean said;
  private boolean saidDead;

  /**
   * Joins the cluster and begins to serve.
   *
   * @throws IOException if a port cannot be listened on, or a file cannot be read; the message
   *     names it and the key
   */
  static Node start(Settings settings) throws IOException {
    return start(settings, SettingsSource.fixed(settings));
  }

  /**
   * The same, with settings that may change.
   *
   * @param source where they were read from
   */
  static Node start(Settings settings, SettingsSource source) throws IOException {
    return start(
        settings,
        source,
        node ->
            settings.tracing().endpoint().isEmpty()
                ? Optional.empty()
                : Optional.of(
                    OtelTracing.to(
                        settings.tracing().endpoint(), settings.tracing().sampleRatio(), node)));
  }

  /**
   * The same.
   *
   * @param tracers follow the requests of a node, by its id; empty: nobody does
   */
  static Node start(
      Settings settings, SettingsSource source, Function<String, Optional<OtelTracing>> tracers)
      throws IOException {
    NodeIds ids = NodeIds.random();
    Optional<OtelTracing> tracer = tracers.apply(ids.node());
    NodeThreads threads = NodeThreads.start();
    try {
      return new Node(settings, source, threads, ids, tracer);
    } catch (IOException | RuntimeException e) {
      threads.close();
      tracer.ifPresent(OtelTracing::close);
      throw e;
    }
  }

  private Node(
      Settings settings,
      SettingsSource source,
      NodeThreads threads,
      NodeIds ids,
      Optional<OtelTracing> tracer)
      throws IOException {
    this.tracer = tracer;
    this.id = ids.node();
    this.settings = settings;
    this.threads = threads;
    this.timer = new ScheduledTimer(threads.timers());
    this.pulse = new Pulse(settings.leader().tick());
    Translation translation = new Translation(settings);
    this.doors = Doors.open(settings, metrics, clock, nanoTime);
    this.platform = PlatformAccess.open(settings.platform(), timer, clock, threads.callbacks());
    PoolLimits limits = translation.poolLimits();
    this.policies = translation::checkPolicy;
    this.live = translation.liveLimits();
    FleetWatch fleet = new FleetWatch(limits.levelsFor());
    Rules inForce = new Rules(translation.rules(), Translation::shift, fleet::coldStart, clock);
    FailsafePolicy failsafe = new FailsafePolicy(inForce, new FixedPolicy(FALLBACK_KEEP_ALIVE));
    Policy policy = metrics.measured(failsafe);

    DemandRecorder recorder = new DemandRecorder(clock, MOST_OBSERVED_FUNCTIONS);
    Alternatives alternatives = new Alternatives(clock, MOST_OBSERVED_FUNCTIONS);
    RecentFailures failures = new RecentFailures(clock, id, MOST_FAILURES_TOLD);

    // The first calls for plans come while the cluster, which keeps the plans, is being joined.
    AtomicReference<Plans> plans = new AtomicReference<>();
    PoolRules rules =
        new PoolRules(
            clock,
            function -> {
              Plans joined = plans.get();
              return joined == null
                  ? policy.plan(function, null, Fleet.UNKNOWN, clock.instant())
                  : joined.of(function);
            },
            () -> live.pools(),
            metrics.measured(
                (function, plan, seen) -> {
                  recorder.observed(function, plan, seen);
                  alternatives.observed(function, plan, seen);
                }),
            translation.launchLimits().memoryMb() > 0,
            ids,
            metrics.decisions(),
            nanoTime);
    this.cluster =
        HazelcastCluster.join(
            translation.cluster(),
            id,
            new Whereabouts(hostName(), settings.grpc().port(), settings.http().port()),
            rules,
            new HazelcastCluster.Means(timer, nanoTime, threads.callbacks(), threads.background()));
    Plans known = new Plans(policy, cluster.plans(), inForce.provisioning(), fleet, clock);
    plans.set(known);

    Tracing tracing = tracer.isPresent() ? tracer.get() : Tracing.OFF;
    Launching launching =
        new Launching(
            metrics.measured(platform.platform()),
            metrics.measured(cluster.semaphores()),
            () -> live.launches(),
            timer,
            clock,
            id,
            new LaunchObservers(List.of(recorder, alternatives, failures)),
            tracing);
    PoolClient pools =
        new PoolClient(
            metrics.measured(cluster.pools()), cluster.mailbox(), limits.leaseGrace(), launching);
    this.life = new Lifecycle(cluster);
    this.requests =
        new ServedRequests(
            pools,
            timer,
            id,
            () -> live.calls(),
            life::serves,
            new FunctionRegister(
                cluster.functions(), recorder, clock, limits.levelsFor().dividedBy(2)),
            metrics.handOffs(),
            tracing);
    this.sweeper =
        new Sweeper(
            cluster.pools(),
            pools,
            clock,
            settings.leader().sweepMost(),
            settings.leader().tick().multipliedBy(TICKS_TRUSTED));
    LostNodesDuty lostNodes =
        new LostNodesDuty(
            cluster.leadership(),
            cluster.mailbox(),
            cluster.semaphores(),
            clock,
            LOST_NODE_PAUSE,
            LOST_NODE_ROUNDS);
    Planner planner =
        new Planner(
            policy,
            cluster.plans(),
            cluster.functions(),
            cluster.demands(),
            cluster.pools(),
            fleet,
            clock);
    PriorityClock priorities = new PriorityClock();
    RoomOffers roomOffers =
        new RoomOffers(cluster.pools(), known::of, priorities, cluster.mailbox(), id);
    RoomDuty room =
        new RoomDuty(
            cluster.leadership(),
            cluster.mailbox(),
            cluster.semaphores(),
            pools,
            priorities,
            timer,
            clock,
            id,
            () -> cluster.nodes().size());
    cluster.semaphores().onShortage(room::shortHere);
    MemoryCount memory = new MemoryCount(launching, limits.launchTimeout());
    HotFunctions hot = new HotFunctions(MOST_HOT_FUNCTIONS);
    WatchedRequests watched = new WatchedRequests(requests, hot, failures);
    Chronicle chronicle = new Chronicle();
    VitalsDuty vitals =
        new VitalsDuty(
            new VitalsDuty.Sources(
                id,
                cluster.leadership(),
                life::whyNotReady,
                cluster::isSafe,
                platform.isRefusing()::getAsBoolean,
                cluster::counts,
                cluster::owns,
                cluster::nodes,
                watched,
                hot,
                failures,
                alternatives),
            cluster.mailbox(),
            chronicle,
            clock);
    long tick = settings.leader().tick().toMillis();
    this.flush =
        new DemandFlush(
            recorder, cluster.demands(), (int) Math.max(1, FLUSH_EVERY.toMillis() / tick));
    LimitUses limitUses = new LimitUses(() -> live, cluster);
    this.duties =
        new Duties(clock, metrics::duty)
            .add("leadership", Duration.ZERO, cluster::tick)
            .add("health", Duration.ZERO, this::tellHealth)
            .add("sweep", Duration.ZERO, new SweepDuty(cluster.leadership(), cluster.mailbox()))
            .add("memory", Duration.ZERO, room)
            .add("memory count", Duration.ZERO, memory)
            .add(
                "launch count",
                LOOK_AT_LAUNCHES,
                new LaunchCount(cluster.leadership(), pools, launching))
            .add("lost nodes", Duration.ZERO, lostNodes)
            .add("demand", Duration.ZERO, flush)
            .add("limits", LOOK_AT_LIMITS, () -> lookAt(limitUses))
            .add("doors", LOOK_EVERY, threads.background(), doors)
            .add("platform credentials", LOOK_EVERY, threads.background(), platform.watch())
            .add("vitals", Vitals.EVERY, threads.background(), vitals)
            .add(
                "provisioned",
                Duration.ZERO,
                () -> inForce.provisioning().pass(clock.instant()).forEach(cluster.pools()::touch))
            .add(
                "pre-warm",
                Duration.ZERO,
                new PrewarmDuty(cluster.leadership(), pools, inForce.provisioning()))
            .add(
                "overrides",
                OVERRIDES_EVERY,
                threads.background(),
                () -> planner.again(inForce::isRuled))
            .add(
                "plan",
                settings.leader().plan(),
                new PlanDuty(cluster.leadership(), cluster.mailbox()))
            .add(
                "reconcile",
                settings.leader().reconcile(),
                threads.background(),
                new ReconcileDuty(
                    cluster.leadership(),
                    cluster.pools(),
                    pools,
                    launching,
                    memory,
                    limits.launchTimeout(),
                    threads.background()));
    Instant begun = clock.instant();
    NodeReports reports =
        new NodeReports(
            cluster.mailbox(),
            timer,
            id,
            () ->
                new NodeReport(
                    id,
                    life.state(),
                    cluster.leadership().epoch().isPresent(),
                    cluster.isSafe(),
                    platform.isRefusing().getAsBoolean(),
                    requests.waiting(),
                    pools.launching(),
                    Duration.between(begun, clock.instant()),
                    watched.starts(),
                    cluster.counts(),
                    vitals.hottest(HOT_FUNCTIONS)),
            cluster::nodes,
            REPORT_PATIENCE);
    inForce.onChange(
        concerned -> {
          known.forgetFirst();
          planner.again(concerned);
          cluster.pools().owned().stream().filter(concerned).forEach(cluster.pools()::touch);
        });
    // Others know this node before all that stops with it is there.
    Postponed draining = new Postponed(this::drain);
    cluster.onNodeLost(lostNodes::lost);
    cluster.onNodeJoined(lostNodes::returned);
    cluster
        .mailbox()
        .onMessage(
            new Inbox(
                cluster,
                requests,
                reports,
                chronicle,
                sweeper,
                planner,
                room,
                roomOffers,
                draining,
                ticks,
                threads.background(),
                clock,
                nanoTime));
    cluster.onOverrides(inForce::rule);

    Supplier<CallRules> callRules = () -> live.rules();
    Reloading reloading =
        new Reloading(
            source,
            settings,
            changed -> {
              Translation now = new Translation(changed);
              Rules.Configured configured = now.rules();
              live = now.liveLimits();
              policies = now::checkPolicy;
              LogLevels.apply(changed.log().level().name());
              inForce.configure(configured);
            },
            threads.background());
    source
        .file()
        .ifPresent(
            file ->
                duties.add(
                    "configuration",
                    LOOK_EVERY,
                    threads.background(),
                    FileWatch.afterReading(file, () -> reload(reloading))));
    List<BindableService> services = new ArrayList<>(platform.services());
    Requests followed = tracer.isPresent() ? tracer.get().traced(watched) : watched;
    Requests measured = metrics.measured(followed);
    FailedCalls failed = metrics.failedCalls(GrpcServer.methods());
    for (BindableService service :
        List.of(
            new ScalerService(measured, callRules, failed, doors.refusals()),
            new ContestScalerService(measured, callRules, failed, doors.refusals()))) {
      services.add(tracer.isPresent() ? TraceParents.readFor(service) : service);
    }
    services.add(
        new AdminService(
            cluster.inspection(),
            known::of,
            new Destroyer(pools),
            new AdminService.ClusterAccess(
                reports,
                new Drainer(
                    cluster.mailbox(),
                    timer,
                    reports,
                    cluster::nodes,
                    settings.cluster().expectedSize() / 2 + 1),
                limitUses),
            new OverrideCalls(
                new Overriding(
                    cluster.overrides(),
                    name -> policies.accept(name),
                    this::known,
                    Translation::check,
                    () -> live.pools().maxInstances()),
                inForce,
                callRules,
                failed),
            reloading,
            failed,
            clock));
    new NodeGauges(
            cluster, life, platform, requests, pools, failsafe, vitals, () -> live, limitUses)
        .register(metrics);
    this.grpc = listen(translation, services);
    metrics.gauge(Metric.CONNECTIONS, grpc::connections);
    metrics.gauge(Metric.CONNECTIONS_LIMIT, () -> settings.grpc().maxConnections());
    metrics.gauge(Metric.CONFIGURATION_BROKEN, () -> reloading.isBroken() ? 1 : 0);
    this.http =
        http(
            new LivePage(
                new LivePage.Facts(
                    id, settings.cluster().expectedSize(), platformName(), known::of),
                chronicle,
                cluster.inspection(),
                clock,
                nanoTime));
    var ticking =
        threads
            .timers()
            .scheduleWithFixedDelay(
                new Recurring("a tick", this::tick), 0, tick, TimeUnit.MILLISECONDS);
    var sweeping =
        threads
            .timers()
            .scheduleWithFixedDelay(
                new Recurring("a sweep", () -> threads.background().execute(this::sweepAgain)),
                0,
                settings.leader().sweep().toNanos(),
                TimeUnit.NANOSECONDS);
    var watching =
        threads
            .watch()
            .scheduleWithFixedDelay(
                new Recurring("a look at the ticks", this::feelThePulse),
                Pulse.LOOK_EVERY.toMillis(),
                Pulse.LOOK_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
    if (ticking.isCancelled() || sweeping.isCancelled() || watching.isCancelled()) {
      throw new IllegalStateException("the node stopped while it started");
    }
    life.hasStarted();
    sayHello();
    draining.becomesPossible();
  }

  /** What a function is that was asked for or has instances. */
  private CompletionStage<Optional<FunctionSpec>> known(String functionKey) {
    Inspection inspection = cluster.inspection();
    return inspection
        .function(functionKey)
        .thenCompose(
            spec ->
                spec.isPresent()
                    ? CompletableFuture.completedStage(spec)
                    : inspection.pool(functionKey).thenApply(pool -> pool.map(PoolState::spec)));
  }

  /** The name of this machine, container or pod; empty if it has none. */
  private static String hostName() {
    String named = System.getenv("HOSTNAME");
    if (named != null && !named.isBlank()) {
      return named;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      log.debug("this machine has no name", e);
      return "";
    }
  }

  private static void reload(Reloading reloading) {
    try {
      reloading.now();
    } catch (SettingsException e) {
      log.debug("said by whoever found it", e);
    }
  }

  private GrpcServer listen(Translation translation, List<BindableService> services)
      throws IOException {
    try {
      return GrpcServer.start(translation.listen(), doors.grpc(), services);
    } catch (IOException e) {
      cluster.close();
      throw e;
    }
  }

  private OperatorServer http(LivePage page) throws IOException {
    try {
      return OperatorServer.start(
          settings.http().host(),
          settings.http().port(),
          doors.http(),
          threads.http(),
          pulse::whyDead,
          life::whyNotReady,
          metrics::scrape,
          page);
    } catch (IOException e) {
      grpc.stopNow();
      cluster.close();
      throw e;
    }
  }

  private void sayHello() {
    log.info(
        "node {} serves scaler.v1 and serverless.simulator on {}:{}, and a page that shows the"
            + " cluster on {}://{}:{}",
        id,
        settings.grpc().host(),
        grpc.port(),
        doors.scheme(),
        settings.http().host(),
        http.port());
    log.info(
        "policy {}, platform {}, cluster {} at {}, {} of {} nodes: {}",
        settings.policy().choice().word(),
        platformName(),
        settings.cluster().name(),
        cluster.address(),
        cluster.nodes().size(),
        settings.cluster().expectedSize(),
        cluster.nodes());
    doors.sayWhoMayCall();
    if (settings.cluster().expectedSize() == 1) {
      log.info("a cluster of one keeps no copies: what it knows ends with it");
    }
  }

  private String platformName() {
    return settings.platform().kind() == Settings.Platform.Kind.GRPC
        ? settings.platform().address()
        : "simulated in this process";
  }

  boolean isReady() {
    return life.whyNotReady().isEmpty();
  }

  private void tick() {
    long begun = nanoTime.getAsLong();
    if (tickEnded != 0) {
      metrics.ticked(
          Duration.ofNanos(Math.max(0, begun - tickEnded - settings.leader().tick().toNanos())));
    }
    duties.run();
    tickEnded = nanoTime.getAsLong();
    ticks.took(begun, tickEnded);
    pulse.beat();
  }

  /** Says so where the ticks, which say all else, do not go on. */
  private void feelThePulse() {
    pulse.look();
    pulse
        .whyDead()
        .ifPresent(
            why -> {
              if (!saidDead) {
                saidDead = true;
                log.error("this node should be restarted: {}", why);
              }
              grpc.setServing(false);
            });
  }

  /** What it owns a node that leaves sweeps when the leader says so, as long as it can. */
  private void sweepAgain() {
    if (life.isLeaving()) {
      return;
    }
    try {
      sweeper.again();
    } catch (RuntimeException e) {
      log.warn("a sweep failed, the leader asks for the next: {}", e.toString());
    }
  }

  private void lookAt(LimitUses limits) {
    if (cluster.hasMajority()) {
      limits.run();
    }
  }

  private void tellHealth() {
    Optional<String> notReady = life.whyNotReady();
    grpc.setServing(notReady.isEmpty());
    if (notReady.isPresent() != said && life.isStarted()) {
      said = notReady.isPresent();
      notReady.ifPresentOrElse(
          why -> log.warn("not ready: {}", cluster.inspection().noMajority().orElse(why)),
          () -> log.info("ready again"));
    }
  }

  /** An operator has it stop. */
  private void drain() {
    if (!life.isLeaving()) {
      log.info("an operator drains this node");
      new Thread(this::close, "scaler-drain").start();
    }
  }

  /** Blocks until the node has stopped, whoever had it stop. */
  void awaitStopped() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The port of the gRPC server. */
  int port() {
    return grpc.port();
  }

  /** {@code host:port} that other nodes reach this one at. */
  String clusterAddress() {
    return cluster.address();
  }

  /** The port of the HTTP server. */
  int httpPort() {
    return http.port();
  }

  /**
   * Stops: says that it is not ready and serves until that was noticed, takes no new call, lets
   * open ones end, hands over what it owns and leaves. Blocks until it is done.
   */
  @Override
  public void close() {
    if (!life.leave()) {
      awaitStopped();
      return;
    }
    try {
      leave();
    } finally {
      // Whoever waits for the end must not wait for ever where it did not go well.
      stopped.countDown();
    }
  }

  private void leave() {
    log.info("stopping");
    tellHealth();
    cluster.resign();
    if (cluster.nodes().size() > 1) {
      CompletableFuture<Void> noticed = new CompletableFuture<>();
      timer.after(settings.grpc().stopNotice(), () -> noticed.complete(null));
      noticed.join();
    }
    life.stop();
    Duration grace = settings.grpc().stopGrace();
    // A proxy would send calls that are cut to another node, with the time that they had at first.
    Timer.Task turningAway = timer.after(grace.multipliedBy(9).dividedBy(10), requests::turnAway);
    grpc.stop(timer, grace).toCompletableFuture().join();
    turningAway.cancel();
    flush.all();
    http.stop();
    cluster.close();
    platform.close().run();
    tracer.ifPresent(OtelTracing::close);
    metrics.close();
    threads.close();
    log.info(ticks.describe());
    log.info("stopped");
  }
}
