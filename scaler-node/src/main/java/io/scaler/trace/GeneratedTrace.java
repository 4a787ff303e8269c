package io.scaler.trace;

import io.scaler.trace.Arrivals.Bursts;
import io.scaler.trace.Arrivals.Diurnal;
import io.scaler.trace.Arrivals.DriftingTimer;
import io.scaler.trace.Arrivals.HeavyTailed;
import io.scaler.trace.Arrivals.Poisson;
import io.scaler.trace.Arrivals.Timer;
import io.scaler.trace.Arrivals.Wandering;
import io.scaler.trace.Traffic.Execution;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Made-up traces, each of one kind of traffic, and one of all kinds at once. The same kind and seed
 * give the same trace on every machine. One more is a constant, a case and a method that draws it.
 */
enum GeneratedTrace {
  /**
   * Timers, 40 functions for 6 h: periods of 10 s to 10 min, late by up to 1 to 10 ms, short
   * executions. A quarter of them stop for good somewhere in the middle half of the trace and a
   * quarter go over to another period there.
   */
  TIMERS(6 * 3600),

  /**
   * Bursts, 30 functions for 6 h: 10 to 80 calls within 100 ms, pauses of 2 to 30 min on average,
   * executions of about 5 to 200 ms beside an init of 1 to 20 s.
   */
  BURSTS(6 * 3600),

  /**
   * A day, 24 functions for 24 h: the rate follows a cosine with its peak between 9 and 17 h and a
   * night of a twentieth of it; 0.005 to 0.5 calls a second on average.
   */
  DIURNAL(24 * 3600),

  /** Rare calls, 120 functions for 24 h: one every 1 to 8 h on average, without any pattern. */
  RARE(24 * 3600),

  /**
   * Drifting traffic, 40 functions for 12 h: half are timers whose period grows or shrinks evenly
   * by a factor of 2 to 8, half are calls at a rate that changes by a log-normal factor every
   * half-hour.
   */
  DRIFTING(12 * 3600),

  /**
   * Heavy tails, 100 functions for 6 h: Pareto gaps of shape 1.1 to 1.8 and of at least 0.5 to 50
   * s, executions from 1 ms to 200 s, memory of 128 MB to 8 GB, an init of 0.1 to 120 s.
   */
  HEAVY_TAILED(6 * 3600),

  /**
   * All at once, 535 functions and about 400,000 calls in 68 min: of every 20 functions 3 are
   * timers, 1 bursty, 5 rare, 7 steady or in a swing of the trace's length, 2 drifting and 2
   * heavy-tailed. Except for timers and the rare, a function's number of calls falls with its rank
   * (Zipf, exponent 1). Executions from 1 ms to 213 s, memory of 128 MB to 8 GB, an init of 0.1 to
   * 120 s.
   */
  MIXED(68 * 60);

  private static final double[] PERIODS = {10, 15, 20, 30, 60, 120, 300, 600};
  private static final double[] SMALL = {128, 256, 512, 1024};
  private static final double[] ALL = {128, 256, 512, 1024, 2048, 4096, 8192};
  private static final int MIXED_FUNCTIONS = 535;
  private static final double MIXED_CALLS = 375_000;

  private final double length;

  GeneratedTrace(double length) {
    this.length = length;
  }

  /**
   * Draws the trace of that name.
   *
   * @param what a kind, or a kind, a colon and a seed; without one the options' seed holds
   * @throws TraceException if there is no such kind or the seed is not a number
   */
  static Trace open(String what, TraceOptions options) {
    int colon = what.indexOf(':');
    String kind = colon < 0 ? what : what.substring(0, colon);
    long seed = colon < 0 ? options.seed() : seed(what.substring(colon + 1));
    return Arrays.stream(values())
        .filter(known -> known.toString().equals(kind))
        .findFirst()
        .orElseThrow(
            () ->
                new TraceException(
                    "generated:"
                        + what
                        + ": unknown kind '"
                        + kind
                        + "', must be one of "
                        + known()))
        .trace(seed, options);
  }

  private static long seed(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new TraceException("generated: seed: must be a whole number, is '" + text + "'", e);
    }
  }

  /** The kinds there are, for people. */
  static String known() {
    return Arrays.stream(values()).map(GeneratedTrace::toString).collect(Collectors.joining(", "));
  }

  private Trace trace(long seed, TraceOptions options) {
    var traffic = new Traffic(new Draw(new SplittableRandom(seed)), length);
    switch (this) {
      case TIMERS -> timers(traffic);
      case BURSTS -> bursts(traffic);
      case DIURNAL -> diurnal(traffic);
      case RARE -> rare(traffic);
      case DRIFTING -> drifting(traffic);
      case HEAVY_TAILED -> heavyTailed(traffic);
      case MIXED -> mixed(traffic);
    }
    return traffic.trace("generated:" + this + ":" + seed, options.limitMicros());
  }

  /** Its name in the form {@code heavy-tailed}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void timers(Traffic traffic) {
    for (int i = 0; i < 40; i++) {
      Draw draw = traffic.draw();
      var function = traffic.function("timer-" + i, draw.oneOf(SMALL), draw.logUniform(0.01, 1));
      var execution = new Execution(draw.logUniform(0.005, 2), 0.3, 10);
      timer(traffic, function, execution, draw, i % 4);
    }
  }

  /**
   * @param fate 0: it stops; 1: it goes over to another period; else it goes on
   */
  private static void timer(
      Traffic traffic, Trace.Function function, Execution execution, Draw draw, int fate) {
    double period = draw.oneOf(PERIODS);
    double jitter = draw.uniform(0.001, 0.010);
    double first = draw.uniform(0, period);
    double turn = traffic.length() * draw.uniform(0.25, 0.75);
    double last = fate <= 1 ? turn : traffic.length();
    traffic.calls(function, new Timer(first, period, jitter, last), execution, draw);
    if (fate == 1) {
      double other = period == PERIODS[0] ? 3 * period : period / 2;
      traffic.calls(
          function, new Timer(turn + other, other, jitter, traffic.length()), execution, draw);
    }
  }

  private static void bursts(Traffic traffic) {
    for (int i = 0; i < 30; i++) {
      Draw draw = traffic.draw();
      var function = traffic.function("burst-" + i, draw.oneOf(SMALL), draw.logUniform(1, 20));
      var arrivals = new Bursts(draw.logUniform(120, 1_800), draw.whole(20, 53), 0.1);
      traffic.calls(function, arrivals, new Execution(draw.logUniform(0.005, 0.2), 0.3, 1), draw);
    }
  }

  private static void diurnal(Traffic traffic) {
    double hour = traffic.length() / 24;
    for (int i = 0; i < 24; i++) {
      Draw draw = traffic.draw();
      var function = traffic.function("day-" + i, draw.oneOf(SMALL), draw.logUniform(0.1, 5));
      double peak = draw.uniform(9, 17) * hour;
      var arrivals = new Diurnal(draw.logUniform(0.005, 0.5), 0.05, peak, traffic.length());
      traffic.calls(function, arrivals, new Execution(draw.logUniform(0.02, 5), 0.5, 60), draw);
    }
  }

  private static void rare(Traffic traffic) {
    for (int i = 0; i < 120; i++) {
      Draw draw = traffic.draw();
      var function = traffic.function("rare-" + i, draw.oneOf(SMALL), draw.logUniform(0.1, 10));
      var arrivals = new Poisson(1 / (draw.uniform(1, 8) * 3_600));
      traffic.calls(function, arrivals, new Execution(draw.logUniform(0.05, 20), 0.5, 120), draw);
    }
  }

  private static void drifting(Traffic traffic) {
    for (int i = 0; i < 40; i++) {
      Draw draw = traffic.draw();
      var function = traffic.function("drift-" + i, draw.oneOf(SMALL), draw.logUniform(0.1, 5));
      double factor = draw.uniform(2, 8);
      double period = draw.logUniform(10, 120);
      Arrivals arrivals =
          switch (i % 4) {
            case 0 -> new DriftingTimer(period, period * factor, 0.005);
            case 1 -> new DriftingTimer(period * factor, period, 0.005);
            default -> new Wandering(draw.logUniform(0.005, 0.5), 1_800, 0.5);
          };
      traffic.calls(function, arrivals, new Execution(draw.logUniform(0.01, 3), 0.4, 30), draw);
    }
  }

  private static void heavyTailed(Traffic traffic) {
    for (int i = 0; i < 100; i++) {
      Draw draw = traffic.draw();
      var function = traffic.function("tail-" + i, draw.oneOf(ALL), draw.logUniform(0.1, 120));
      var arrivals = new HeavyTailed(draw.logUniform(0.5, 50), draw.uniform(1.1, 1.8));
      traffic.calls(function, arrivals, new Execution(draw.logUniform(0.002, 5), 1.5, 200), draw);
    }
  }

  private static void mixed(Traffic traffic) {
    double harmonic = 0;
    for (int rank = 1; rank <= MIXED_FUNCTIONS; rank++) {
      harmonic += isRanked(rank) ? 1.0 / rank : 0;
    }
    for (int rank = 1; rank <= MIXED_FUNCTIONS; rank++) {
      Draw draw = traffic.draw();
      double init = Math.max(0.1, Math.min(120, draw.logNormal(0.45, 1.4)));
      double memory = ALL[Math.min(ALL.length - 1, (int) draw.exponential(1.6))];
      var function = traffic.function("mixed-" + rank, memory, init);
      var execution = new Execution(draw.logUniform(0.02, 8), 1, 213);
      double rate = MIXED_CALLS / traffic.length() / harmonic / rank;
      mixed(traffic, rank, rate, function, execution, draw);
    }
  }

  private static boolean isRanked(int rank) {
    return rank % 20 < 12;
  }

  private static void mixed(
      Traffic traffic,
      int rank,
      double rate,
      Trace.Function function,
      Execution execution,
      Draw draw) {
    int of20 = rank % 20;
    if (!isRanked(rank) && of20 < 15) {
      timer(
          traffic,
          function,
          new Execution(draw.logUniform(0.005, 2), 0.3, 10),
          draw,
          rank / 20 % 4);
      return;
    }
    traffic.calls(function, arrivals(of20, rate, traffic.length(), draw), execution, draw);
  }

  private static Arrivals arrivals(int of20, double rate, double length, Draw draw) {
    return switch (of20) {
      case 1, 4, 6, 7, 11 -> new Poisson(rate);
      case 2, 5 -> new Diurnal(rate, 0.1, draw.uniform(0, length), length);
      case 3 -> {
        int size = Math.max(2, (int) Math.min(60, rate * 60));
        yield new Bursts(size / rate, size, 0.1);
      }
      case 8 -> new DriftingTimer(0.5 / rate, 2 / rate, 0.005);
      case 9 -> new Wandering(rate, 300, 0.5);
      case 0, 10 -> {
        double shape = draw.uniform(1.3, 1.8);
        yield new HeavyTailed((shape - 1) / shape / rate, shape);
      }
      default -> new Poisson(draw.uniform(1, 6) / length);
    };
  }
}
