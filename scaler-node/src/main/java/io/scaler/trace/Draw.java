package io.scaler.trace;

import java.util.SplittableRandom;

/**
 * Random numbers of the distributions that made-up traffic is drawn from, by inverse transforms.
 * They are the same on every machine, which is why they go through {@link StrictMath}.
 */
final class Draw {
  private final SplittableRandom random;

  Draw(SplittableRandom random) {
    this.random = random;
  }

  /** A generator of its own, so that what is drawn from it changes nothing here. */
  Draw split() {
    return new Draw(random.split());
  }

  /** From {@code least} to below {@code most}, all alike. */
  double uniform(double least, double most) {
    return least + (most - least) * random.nextDouble();
  }

  /** From {@code least} to {@code most}, both included, all alike. */
  int whole(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  /** True this often, from 0 to 1. */
  boolean chance(double share) {
    return random.nextDouble() < share;
  }

  /** One of them, all alike. */
  double oneOf(double... values) {
    return values[random.nextInt(values.length)];
  }

  /** From {@code least} to {@code most}, every order of magnitude alike. */
  double logUniform(double least, double most) {
    return least * StrictMath.pow(most / least, random.nextDouble());
  }

  double exponential(double mean) {
    return -mean * StrictMath.log(1 - random.nextDouble());
  }

  /** Of mean 0 and deviation 1 (Box and Muller). */
  double normal() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * StrictMath.PI * random.nextDouble());
  }

  /**
   * Half are below the median, and two thirds within a factor of e to the power of {@code spread}
   * of it.
   */
  double logNormal(double median, double spread) {
    return median * StrictMath.exp(spread * normal());
  }

  /**
   * At least {@code least}, and above x as often as (least / x) to the power of {@code shape}; the
   * mean is shape / (shape - 1) times the least.
   */
  double pareto(double least, double shape) {
    return least * StrictMath.pow(1 - random.nextDouble(), -1 / shape);
  }
}
