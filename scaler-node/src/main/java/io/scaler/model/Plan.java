package io.scaler.model;

import java.time.Duration;

/**
 * What a policy decided for one function: what its pool keeps and starts without being asked.
 *
 * @param policy the policy that made it, and in words why
 * @param keepAlive an idle instance is retired this long after its last use; zero retires it when
 *     it is released
 * @param maxIdle idle instances beyond this many are retired at once, the longest idle first
 * @param launchAhead how many instances a cold start launches besides its own
 * @param sparesKept of the instances launched ahead and not used since, how many outlast one {@code
 *     spareInterval}; none outlasts two
 * @param spareInterval how long an unused instance that was launched ahead counts as fresh
 * @param surplus what becomes of a launch that nobody waits for any more when its slot is created
 * @param minInstances launched and kept without demand
 * @param maxInstances never exceeded; requests wait instead
 * @param foresight what is known of when instances will be wanted again; where it has windows, they
 *     hold instead of {@code keepAlive}
 * @param priority how dear an idle instance is where memory is short, 0 or more: of all functions'
 *     idle instances those of the lowest are retired first, and of equals the longest idle
 */
public record Plan(
    String policy,
    Duration keepAlive,
    int maxIdle,
    int launchAhead,
    int sparesKept,
    Duration spareInterval,
    Surplus surplus,
    int minInstances,
    int maxInstances,
    Foresight foresight,
    double priority) {

  /** What becomes of a launch that is no longer needed. */
  public enum Surplus {
    /** It is finished and kept as an idle instance. */
    KEEP,
    /** It is given up before Init, if it has not come that far. */
    GIVE_UP
  }

  /** Longer than any keep-alive that makes a difference; keeps sums of instants in range. */
  public static final Duration FOREVER = Duration.ofDays(3650);

  /**
   * @throws IllegalArgumentException for a negative number or a minimum above the maximum: plans
   *     are made by policies, not by callers
   */
  public Plan {
    if (keepAlive.isNegative()
        || spareInterval.isNegative()
        || maxIdle < 0
        || launchAhead < 0
        || sparesKept < 0
        || minInstances < 0
        || maxInstances < 1
        || minInstances > maxInstances
        || !(priority >= 0)) {
      throw new IllegalArgumentException(
          "a plan of %s with a number out of range: keepAlive %s, maxIdle %d, launchAhead %d, sparesKept %d, spareInterval %s, instances %d to %d, priority %s"
              .formatted(
                  policy,
                  keepAlive,
                  maxIdle,
                  launchAhead,
                  sparesKept,
                  spareInterval,
                  minInstances,
                  maxInstances,
                  priority));
    }
    keepAlive = keepAlive.compareTo(FOREVER) > 0 ? FOREVER : keepAlive;
    spareInterval = spareInterval.compareTo(FOREVER) > 0 ? FOREVER : spareInterval;
  }

  /** A plan whose idle instances are not dear. */
  public Plan(
      String policy,
      Duration keepAlive,
      int maxIdle,
      int launchAhead,
      int sparesKept,
      Duration spareInterval,
      Surplus surplus,
      int minInstances,
      int maxInstances,
      Foresight foresight) {
    this(
        policy,
        keepAlive,
        maxIdle,
        launchAhead,
        sparesKept,
        spareInterval,
        surplus,
        minInstances,
        maxInstances,
        foresight,
        0);
  }

  /** A plan that foresees nothing. */
  public Plan(
      String policy,
      Duration keepAlive,
      int maxIdle,
      int launchAhead,
      int sparesKept,
      Duration spareInterval,
      Surplus surplus,
      int minInstances,
      int maxInstances) {
    this(
        policy,
        keepAlive,
        maxIdle,
        launchAhead,
        sparesKept,
        spareInterval,
        surplus,
        minInstances,
        maxInstances,
        Foresight.NONE);
  }

  /** The same, in other words. */
  public Plan inWords(String words) {
    return new Plan(
        words,
        keepAlive,
        maxIdle,
        launchAhead,
        sparesKept,
        spareInterval,
        surplus,
        minInstances,
        maxInstances,
        foresight,
        priority);
  }

  /** The same with other limits to the number of instances. */
  public Plan within(int least, int most) {
    return new Plan(
        policy,
        keepAlive,
        maxIdle,
        launchAhead,
        sparesKept,
        spareInterval,
        surplus,
        least,
        most,
        foresight,
        priority);
  }

  /** The same with idle instances as dear as this. */
  public Plan dear(double newPriority) {
    return new Plan(
        policy,
        keepAlive,
        maxIdle,
        launchAhead,
        sparesKept,
        spareInterval,
        surplus,
        minInstances,
        maxInstances,
        foresight,
        newPriority);
  }

  /** Keeps every idle instance for {@code keepAlive} and launches only for requests. */
  public static Plan keeping(String policy, Duration keepAlive) {
    return new Plan(
        policy,
        keepAlive,
        Integer.MAX_VALUE,
        0,
        0,
        Duration.ZERO,
        Surplus.KEEP,
        0,
        Integer.MAX_VALUE);
  }

  /** Whether what is kept is weighed against waiting, and nothing is kept beyond that. */
  public boolean isWeighed() {
    return minInstances == 0 && !foresight.levels().isEmpty();
  }
}
