package io.scaler.trace;

import java.util.function.DoubleConsumer;

/**
 * When one made-up function is called. Each kind draws instants in seconds since the trace's
 * beginning, in no particular order; those outside the trace are left out by whoever takes them.
 */
sealed interface Arrivals {

  /**
   * Draws all of them.
   *
   * @param length of the trace, in seconds
   */
  void draw(Draw draw, double length, DoubleConsumer at);

  /**
   * A timer: calls a period apart from its first, each late by up to {@code jitter}, all alike. The
   * jitter does not add up.
   *
   * @param first of its calls, s
   * @param last nothing is called from then on, s
   */
  record Timer(double first, double period, double jitter, double last) implements Arrivals {
    @Override
    public void draw(Draw draw, double length, DoubleConsumer at) {
      double end = Math.min(length, last);
      for (long i = 0; first + i * period < end; i++) {
        at.accept(first + i * period + draw.uniform(0, jitter));
      }
    }
  }

  /**
   * A timer whose period goes evenly from one value to another over the trace, each call late by up
   * to {@code jitter}.
   */
  record DriftingTimer(double fromPeriod, double toPeriod, double jitter) implements Arrivals {
    @Override
    public void draw(Draw draw, double length, DoubleConsumer at) {
      double time = draw.uniform(0, fromPeriod);
      while (time < length) {
        at.accept(time + draw.uniform(0, jitter));
        time += fromPeriod + (toPeriod - fromPeriod) * time / length;
      }
    }
  }

  /**
   * Bursts with exponential pauses between them; a burst's calls lie within {@code spread} of its
   * beginning, all alike, and each burst has as many as any other, give or take a half.
   */
  record Bursts(double meanPause, int size, double spread) implements Arrivals {
    @Override
    public void draw(Draw draw, double length, DoubleConsumer at) {
      double burst = draw.exponential(meanPause);
      while (burst < length) {
        int calls = draw.whole((size + 1) / 2, size + size / 2);
        for (int i = 0; i < calls; i++) {
          at.accept(burst + draw.uniform(0, spread));
        }
        burst += draw.exponential(meanPause);
      }
    }
  }

  /** Calls that know nothing of each other, at a steady rate a second. */
  record Poisson(double rate) implements Arrivals {
    @Override
    public void draw(Draw draw, double length, DoubleConsumer at) {
      for (double time = draw.exponential(1 / rate);
          time < length;
          time += draw.exponential(1 / rate)) {
        at.accept(time);
      }
    }
  }

  /**
   * Calls that know nothing of each other, at a rate that follows a cosine: highest at {@code peak}
   * and every {@code cycle} after it, lowest half a cycle later.
   *
   * @param mean calls a second
   * @param night the lowest rate, as a share of the highest, from 0 to 1
   */
  record Diurnal(double mean, double night, double peak, double cycle) implements Arrivals {
    @Override
    public void draw(Draw draw, double length, DoubleConsumer at) {
      double highest = 2 * mean / (1 + night);
      for (double time = draw.exponential(1 / highest);
          time < length;
          time += draw.exponential(1 / highest)) {
        double height = (1 + StrictMath.cos(2 * StrictMath.PI * (time - peak) / cycle)) / 2;
        if (draw.chance(night + (1 - night) * height)) {
          at.accept(time);
        }
      }
    }
  }

  /**
   * Calls that know nothing of each other, at a rate that is multiplied at every step by a
   * log-normal factor, and stays within a tenth and tenfold of what it began with.
   *
   * @param rate to begin with, calls a second
   * @param step how long a rate holds, s
   * @param spread of the factor's logarithm
   */
  record Wandering(double rate, double step, double spread) implements Arrivals {
    @Override
    public void draw(Draw draw, double length, DoubleConsumer at) {
      double now = rate;
      for (double begin = 0; begin < length; begin += step) {
        double end = Math.min(length, begin + step);
        for (double time = begin + draw.exponential(1 / now);
            time < end;
            time += draw.exponential(1 / now)) {
          at.accept(time);
        }
        now = Math.max(rate / 10, Math.min(rate * 10, draw.logNormal(now, spread)));
      }
    }
  }

  /** Calls whose gaps are Pareto distributed: mostly short, and now and then very long. */
  record HeavyTailed(double shortestGap, double shape) implements Arrivals {
    @Override
    public void draw(Draw draw, double length, DoubleConsumer at) {
      double time = draw.uniform(0, Math.min(length, 100 * shortestGap));
      while (time < length) {
        at.accept(time);
        time += draw.pareto(shortestGap, shape);
      }
    }
  }
}
