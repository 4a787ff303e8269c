package io.scaler.simulation;

import io.scaler.demand.Demand;
import io.scaler.model.Assignment;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.Plan;
import io.scaler.model.StartKind;
import io.scaler.service.DemandFlush;
import io.scaler.service.DemandRecorder;
import io.scaler.service.FleetWatch;
import io.scaler.service.FunctionRegister;
import io.scaler.service.HandOffs;
import io.scaler.service.LaunchLimits;
import io.scaler.service.Launching;
import io.scaler.service.Leadership;
import io.scaler.service.Mailbox.Message;
import io.scaler.service.Planner;
import io.scaler.service.Plans;
import io.scaler.service.PoolClient;
import io.scaler.service.PrewarmDuty;
import io.scaler.service.PriorityClock;
import io.scaler.service.Provisioning;
import io.scaler.service.RoomDuty;
import io.scaler.service.RoomOffers;
import io.scaler.service.ServedRequests;
import io.scaler.service.Sweeper;
import io.scaler.service.Tracing;
import io.scaler.simulation.SimulationResult.Cost;
import io.scaler.simulation.SimulationResult.FunctionCount;
import io.scaler.simulation.SimulationResult.Sample;
import io.scaler.trace.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One run of a trace. */
public final class Simulation {
  private static final String NODE = "simulated";
  private static final long EPOCH = 1;
  private static final Duration FLUSH_EVERY = Duration.ofSeconds(1);
  private static final int MOST_FUNCTIONS = 1_000_000;
  private static final int SAMPLES = 600;
  private static final int TELL_EVERY = 10_000;
  private static final long LONGEST_WAIT_MICROS = Duration.ofDays(1).toNanos() / 1_000;

  private final Trace trace;
  private final SimulationSetup setup;
  private final LongConsumer progress;
  private final VirtualTime time = new VirtualTime();
  private final VirtualPlatform platform;
  private final ServedRequests requests;
  private final Sweeper sweeper;
  private final DemandFlush flush;
  private final Planner planner;
  private final LocalPools pools;
  private final Provisioning provisioning;
  private final PrewarmDuty prewarm;
  private final RoomOffers roomOffers;
  private final RoomDuty room;

  private final LocalDemands demands = new LocalDemands();
  private final FleetWatch fleet;
  private final Map<String, Tally> tallies = new LinkedHashMap<>();
  private final Histogram waits = new Histogram(LONGEST_WAIT_MICROS, 3);
  private final List<Sample> samples = new ArrayList<>();
  private long sweepAt = Long.MAX_VALUE;
  private long started;
  private long ended;
  private long running;
  private long served;
  private long cold;
  private long waited;
  private double executionGb;
  private double execution;
  private double latency;

  private static final class Tally {
    long requests;
    long cold;
  }

  private Simulation(Trace trace, SimulationSetup setup, LongConsumer progress) {
    this.trace = trace;
    this.setup = setup;
    this.progress = progress;
    Map<String, Duration> inits = new HashMap<>();
    trace.functions().forEach(function -> inits.put(function.key(), function.init()));
    this.platform =
        new VirtualPlatform(
            time,
            setup.times().createLatency(),
            function -> inits.getOrDefault(function.key(), Duration.ZERO));
    this.fleet = new FleetWatch(setup.poolLimits().levelsFor());
    LocalCatalog<Plan> catalog = new LocalCatalog<>();
    LocalCatalog<FunctionSpec> specs = new LocalCatalog<>();
    LocalMailbox mailbox = new LocalMailbox(time);
    Leadership leadership = () -> OptionalLong.of(EPOCH);
    this.provisioning = new Provisioning(setup.provisioned(), fleet::coldStart, time.instant());
    Plans plans = new Plans(setup.policy(), catalog, provisioning, fleet, time);
    DemandRecorder recorder = new DemandRecorder(time, MOST_FUNCTIONS);
    this.pools =
        new LocalPools(
            time,
            NODE,
            plans::of,
            setup.poolLimits(),
            recorder,
            setup.launchLimits().memoryMb() > 0,
            this::sweepFrom);
    LocalSemaphores semaphores = new LocalSemaphores(time, NODE);
    semaphores.count(LaunchLimits.MEMORY, Map.of(), true);
    Launching launching =
        new Launching(
            platform, semaphores, setup::launchLimits, time, time, NODE, recorder, Tracing.OFF);
    PoolClient client = new PoolClient(pools, mailbox, setup.poolLimits().leaseGrace(), launching);
    this.requests =
        new ServedRequests(
            client,
            time,
            NODE,
            setup::callLimits,
            () -> true,
            new FunctionRegister(
                specs, recorder, time, setup.poolLimits().levelsFor().dividedBy(2)),
            HandOffs.NONE,
            Tracing.OFF);
    this.sweeper = new Sweeper(pools, client, time, Integer.MAX_VALUE, Duration.ZERO);
    this.flush = new DemandFlush(recorder, demands, 1);
    this.planner = new Planner(setup.policy(), catalog, specs, demands, pools, fleet, time);
    this.prewarm = new PrewarmDuty(leadership, client, provisioning);
    PriorityClock priorities = new PriorityClock();
    this.roomOffers = new RoomOffers(pools, plans::of, priorities, mailbox, NODE);
    this.room =
        new RoomDuty(
            leadership, mailbox, semaphores, client, priorities, time, time, NODE, () -> 1);
    semaphores.onShortage(room::shortHere);
    mailbox.onMessage(this::receive);
  }

  /**
   * Runs the trace from an empty start to its last completion and for as long as slots are billed
   * after that.
   *
   * @param progress told now and then how many requests have begun
   */
  public static SimulationResult run(Trace trace, SimulationSetup setup, LongConsumer progress) {
    return new Simulation(trace, setup, progress).run();
  }

  private SimulationResult run() {
    every(FLUSH_EVERY, flush::all);
    every(setup.times().plan(), () -> planner.run(EPOCH));
    if (setup.launchLimits().memoryMb() > 0) {
      every(setup.times().tick(), room);
    }
    if (!setup.provisioned().isEmpty()) {
      every(
          setup.times().tick(),
          () -> {
            provisioning.pass(time.instant()).forEach(pools::touch);
            prewarm.run();
          });
    }
    Duration length = trace.length();
    Duration interval = length.dividedBy(SAMPLES);
    every(interval.isZero() ? length : interval, this::sample);
    for (Trace.Request request : trace.requests()) {
      time.passUntil(request.startMicros() * 1_000);
      begin(request);
      if (started % TELL_EVERY == 0) {
        progress.accept(started);
      }
    }
    while (ended < started) {
      time.passUntil(time.nanos() + setup.times().sweep().toNanos());
    }
    time.passUntil(time.nanos() + setup.times().billFor().toNanos());
    return result();
  }

  private void every(Duration interval, Runnable task) {
    time.after(
        interval,
        () -> {
          task.run();
          every(interval, task);
        });
  }

  private void begin(Trace.Request request) {
    started++;
    String id = "r" + started;
    long begun = time.nanos();
    FunctionSpec function = request.function().spec();
    Tally tally = tallies.computeIfAbsent(function.key(), key -> new Tally());
    tally.requests++;
    requests
        .assign(function, id, setup.times().patience())
        .answer()
        .whenComplete(
            (assignment, failure) -> {
              if (assignment == null) {
                ended++;
              } else {
                assigned(request, tally, assignment, time.nanos() - begun);
              }
            });
  }

  private void assigned(Trace.Request request, Tally tally, Assignment assignment, long wait) {
    Duration call = setup.times().call();
    running++;
    waits.recordValue(Math.min(LONGEST_WAIT_MICROS, (wait + call.toNanos()) / 1_000));
    if (assignment.startKind() == StartKind.COLD) {
      cold++;
      tally.cold++;
    } else if (assignment.startKind() == StartKind.WAITED) {
      waited++;
    }
    // The instance is held while the answer travels; the release is in force before its answer.
    time.after(
        call.plus(request.execution()),
        () -> {
          running--;
          requests
              .release(
                  assignment.functionKey(),
                  assignment.requestId(),
                  assignment.instanceId(),
                  request.fails() ? Outcome.FAILED : Outcome.OK,
                  request.execution(),
                  "")
              .whenComplete(
                  (done, failure) -> released(request, wait + 2 * call.toNanos(), failure));
        });
  }

  private void released(Trace.Request request, long late, @Nullable Throwable failure) {
    ended++;
    if (failure == null) {
      served++;
      executionGb += request.gbSeconds();
      execution += request.executionMicros() / 1e6;
      latency += late / 1e9;
    }
  }

  private void receive(Message message) {
    if (message instanceof Message.HandedOver handed) {
      requests.handedOver(handed);
    } else if (message instanceof Message.Refused refused) {
      requests.refused(refused);
    } else if (message instanceof Message.RoomWanted) {
      room.wanted();
    } else if (message instanceof Message.RoomAsked asked) {
      roomOffers.asked(asked);
    } else if (message instanceof Message.RoomOffered offered) {
      room.offered(offered);
    } else {
      throw new IllegalStateException("nobody takes " + message);
    }
  }

  /** Has the pools swept at the first of a node's looks at them from this instant on. */
  private void sweepFrom(Instant due) {
    long interval = setup.times().sweep().toNanos();
    long earliest = Math.max(VirtualTime.nanosOf(due), time.nanos() + 1);
    long at = (earliest + interval - 1) / interval * interval;
    if (at < sweepAt) {
      sweepAt = at;
      time.at(at, () -> sweep(at));
    }
  }

  private void sweep(long at) {
    if (at == sweepAt) {
      sweepAt = Long.MAX_VALUE;
      sweeper.run(EPOCH);
    }
  }

  private void sample() {
    samples.add(new Sample(time.nanos() / 1e9, platform.slots(), running, requests.waiting()));
  }

  private SimulationResult result() {
    return new SimulationResult(
        setup.policy().name(),
        started,
        served,
        cold,
        waited,
        waits.getValueAtPercentile(50) / 1e3,
        waits.getValueAtPercentile(99) / 1e3,
        new Cost(executionGb, platform.gbSeconds(), execution, latency),
        tallies.entrySet().stream()
            .map(
                each ->
                    new FunctionCount(
                        each.getKey(), each.getValue().requests, each.getValue().cold))
            .toList(),
        samples,
        busiest());
  }

  private SimulationResult.@Nullable Busiest busiest() {
    Trace.Function function =
        Collections.max(
            trace.functions(), Comparator.comparingLong(each -> requestsOf(each.key())));
    Demand demand = demands.known(function.key());
    return demand == null
        ? null
        : new SimulationResult.Busiest(
            function.key(),
            demand,
            setup.policy().plan(function.spec(), demand, fleet.known(), time.instant()));
  }

  private long requestsOf(String key) {
    Tally tally = tallies.get(key);
    return tally == null ? 0 : tally.requests;
  }
}
