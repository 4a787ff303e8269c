package io.scaler.policy;

/**
 * What an instance's idle time costs, in seconds of its memory, seen from its end.
 *
 * <p>Instances are used last in, first out: the idle times of a function's k-th instance are the
 * times from when concurrency falls below k until it comes back to k.
 */
public final class Hindsight {
  private Hindsight() {}

  /**
   * For who knows when it will end: the instance is kept, or destroyed and launched again in time,
   * whichever takes less.
   *
   * @param idle how long it lasted, in seconds; infinite if the instance is the first at its level
   * @param launch how long a launch takes, in seconds
   */
  public static double clairvoyant(double idle, double launch) {
    return Math.min(idle, launch);
  }

  /**
   * For who keeps it for a fixed time and launches it again when it is asked for.
   *
   * @param idle how long it lasted, in seconds
   * @param keepAlive in seconds
   */
  public static double kept(double idle, double keepAlive) {
    return Math.min(idle, keepAlive);
  }
}
