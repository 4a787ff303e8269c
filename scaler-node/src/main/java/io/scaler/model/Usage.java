package io.scaler.model;

/**
 * What instances cost and what they were used for: what a policy trades against each other.
 *
 * @param slotGbSeconds memory, in GiB, times the time for which instances held it, idle or not
 * @param busyGbSeconds the part of it in which requests held the instances
 * @param busySeconds for how long requests held instances
 * @param waitSeconds for how long requests waited for instances
 */
public record Usage(
    double slotGbSeconds, double busyGbSeconds, double busySeconds, double waitSeconds) {
  public static final Usage NONE = new Usage(0, 0, 0, 0);

  /** Both together. */
  public Usage plus(Usage other) {
    return new Usage(
        slotGbSeconds + other.slotGbSeconds,
        busyGbSeconds + other.busyGbSeconds,
        busySeconds + other.busySeconds,
        waitSeconds + other.waitSeconds);
  }

  /** This many times as much. */
  public Usage times(double factor) {
    return new Usage(
        slotGbSeconds * factor, busyGbSeconds * factor, busySeconds * factor, waitSeconds * factor);
  }
}
