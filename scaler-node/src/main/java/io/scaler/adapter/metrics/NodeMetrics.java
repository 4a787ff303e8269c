package io.scaler.adapter.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.scaler.model.Usage;
import io.scaler.policy.Policy;
import io.scaler.pool.Observation;
import io.scaler.service.Admission;
import io.scaler.service.DecisionObserver;
import io.scaler.service.Denial;
import io.scaler.service.FailedCalls;
import io.scaler.service.Gate;
import io.scaler.service.HandOffs;
import io.scaler.service.Platform;
import io.scaler.service.PoolObserver;
import io.scaler.service.Pools;
import io.scaler.service.Requests;
import io.scaler.service.Semaphores;
import io.scaler.service.Vitals.Hot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** All that a node measures. Wraps what it measures; series exist from the start, with zeros. */
public final class NodeMetrics implements AutoCloseable {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofMinutes(2)
  };

  /** Of what takes well below a millisecond where nothing is wrong. */
  private static final Duration[] FINE_BUCKETS = {
    Duration.ofNanos(10_000),
    Duration.ofNanos(25_000),
    Duration.ofNanos(50_000),
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofSeconds(1)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AssignTimes assigns;
  private final Decisions decisions;
  private final HandOffs handOffs;
  private final Map<Denial, Counter> denials = new EnumMap<>(Denial.class);
  private final Timer tickLag;
  private final MultiGauge functionCalls;
  private final MultiGauge functionCold;
  private volatile Supplier<List<Hot>> hottest = List::of;
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final LongSupplier nanoTime;
  private final DoubleAdder slotMemory = new DoubleAdder();
  private final DoubleAdder busyMemory = new DoubleAdder();
  private final DoubleAdder waited = new DoubleAdder();

  /**
   * @param nanoTime for elapsed time only
   */
  public NodeMetrics(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.assigns = new AssignTimes(this);
    this.decisions = new Decisions(this);
    this.handOffs = handOffs(fineTimer(Metric.HAND_OFFS));
    for (Denial denial : Denial.values()) {
      denials.put(denial, counter(Metric.CALLS_REFUSED, "reason", denial.word()));
    }
    this.tickLag = timer(Metric.TICK_LAG);
    this.functionCalls = multiGauge(Metric.FUNCTION_CALLS);
    this.functionCold = multiGauge(Metric.FUNCTION_COLD);
    new JvmMemoryMetrics().bindTo(registry);
    collections.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    sum(Metric.SLOT_MEMORY, slotMemory);
    sum(Metric.BUSY_MEMORY, busyMemory);
    sum(Metric.WAITED, waited);
  }

  /** Measures what gateways ask for. */
  public Requests measured(Requests requests) {
    return new MeasuredRequests(requests, assigns, this);
  }

  /**
   * Counts the calls that are let in and not served.
   *
   * @param methods such as {@code Assign}; others are not counted
   */
  public FailedCalls failedCalls(Collection<String> methods) {
    return new Refusals(methods, this);
  }

  /** Counts the calls that are not let in. */
  public Gate counted(Gate gate) {
    return gate == Gate.OPEN
        ? gate
        : (shown, right) -> {
          Admission admission = gate.admit(shown, right);
          if (admission instanceof Admission.Denied denied) {
            refused(denied.denial());
          }
          return admission;
        };
  }

  /** A call was not let in. */
  public void refused(Denial denial) {
    Objects.requireNonNull(denials.get(denial)).increment();
  }

  /** Measures what the platform is asked for. */
  public Platform measured(Platform platform) {
    return new MeasuredPlatform(platform, this);
  }

  /** Measures how long launches wait for room. */
  public Semaphores measured(Semaphores semaphores) {
    return new MeasuredSemaphores(semaphores, this);
  }

  /** Measures what pools' owners are asked for. */
  public Pools measured(Pools pools) {
    return new MeasuredPools(pools, this);
  }

  /** Counts plans by what they are made for. */
  public Policy measured(Policy policy) {
    return new MeasuredPolicy(policy, this);
  }

  /** Measures what the pools owned here decide. */
  public DecisionObserver decisions() {
    return decisions;
  }

  /** Measures how long it takes until waiting calls hear that they were served. */
  public HandOffs handOffs() {
    return handOffs;
  }

  /** Sums up what the pools owned here cost and were used for. */
  public PoolObserver measured(PoolObserver observer) {
    return (function, plan, observation) -> {
      used(observation);
      observer.observed(function, plan, observation);
    };
  }

  private HandOffs handOffs(Timer timer) {
    return new HandOffs() {
      @Override
      public long now() {
        return nanoTime.getAsLong();
      }

      @Override
      public void took(long nanos) {
        timer.record(nanos, TimeUnit.NANOSECONDS);
      }
    };
  }

  private void used(Observation observation) {
    Usage usage = observation.usage();
    if (!usage.equals(Usage.NONE)) {
      slotMemory.add(usage.slotGbSeconds());
      busyMemory.add(usage.busyGbSeconds());
      waited.add(usage.waitSeconds());
    }
  }

  /** Has a value read whenever somebody asks. */
  public void gauge(Metric metric, Supplier<Number> value, String... labels) {
    Gauge.builder(metric.id, value).description(metric.help).tags(labels).register(registry);
  }

  /** Has a count read whenever somebody asks. */
  public <T> void count(Metric metric, T of, ToDoubleFunction<T> count, String... labels) {
    FunctionCounter.builder(metric.id, of, count)
        .description(metric.help)
        .tags(labels)
        .register(registry);
  }

  /** A tick came so much later than it should have. */
  public void ticked(Duration late) {
    tickLag.record(late);
  }

  /** Has the hottest functions read whenever somebody asks: the only series by function. */
  public void hottest(Supplier<List<Hot>> hot) {
    hottest = hot;
  }

  private void readHottest() {
    List<Hot> hot = hottest.get();
    functionCalls.register(rows(hot, Hot::perSecond), true);
    functionCold.register(rows(hot, Hot::cold), true);
  }

  private static List<MultiGauge.Row<?>> rows(List<Hot> hot, ToDoubleFunction<Hot> value) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>(hot.size());
    for (Hot each : hot) {
      rows.add(MultiGauge.Row.of(Tags.of("function", each.key()), value.applyAsDouble(each)));
    }
    return rows;
  }

  private MultiGauge multiGauge(Metric metric) {
    return MultiGauge.builder(metric.id).description(metric.help).register(registry);
  }

  private void sum(Metric metric, DoubleAdder sum) {
    count(metric, sum, DoubleAdder::sum);
  }

  /** Measures how long a duty's turns take. */
  public Runnable duty(String name, Runnable duty) {
    Timer timer = timer(Metric.DUTIES, "duty", name);
    return () -> timer.record(duty);
  }

  Timer timer(Metric metric, String... labels) {
    return timer(metric, BUCKETS, labels);
  }

  Timer fineTimer(Metric metric, String... labels) {
    return timer(metric, FINE_BUCKETS, labels);
  }

  private Timer timer(Metric metric, Duration[] buckets, String... labels) {
    return Timer.builder(metric.id)
        .description(metric.help)
        .tags(labels)
        .serviceLevelObjectives(buckets)
        .register(registry);
  }

  Counter counter(Metric metric, String... labels) {
    return registry.counter(metric.id, Tags.of(labels));
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** Everything in Prometheus' text form. */
  public String scrape() {
    readHottest();
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
