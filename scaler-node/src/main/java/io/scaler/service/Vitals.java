package io.scaler.service;

import io.scaler.model.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How a node is, told by the node itself: to every other, every two seconds.
 *
 * @param node its id
 * @param epoch of its leadership; 0 while it does not lead
 * @param notReady why calls should go elsewhere; empty while they may come
 * @param safe whether all that it owns has its copies
 * @param launchesRefused whether the platform is taken to be unavailable
 * @param tally since it started
 * @param stock of the pools that it owns
 * @param hot the functions that were asked for most through it, the most asked for first
 * @param failures since it told last, a few of them at most
 */
public record Vitals(
    String node,
    long epoch,
    String notReady,
    boolean safe,
    boolean launchesRefused,
    Tally tally,
    Stock stock,
    List<Hot> hot,
    List<Failure> failures) {

  /** How often they are told. */
  public static final Duration EVERY = Duration.ofSeconds(2);

  public Vitals {
    hot = List.copyOf(hot);
    failures = List.copyOf(failures);
  }

  /**
   * What is counted.
   *
   * @param warm requests that got an idle instance at once
   * @param waited that got one which came free
   * @param cold that got one which was started
   * @param failed calls that were refused or failed, but for those whose caller left
   * @param heldGbSeconds memory times time of the instances of the pools owned here
   * @param wastedGbSeconds the part of it in which no request held them
   * @param fixedGbSeconds what had been wasted under {@link Alternatives a fixed keep-alive}
   * @param fixedCold how many requests had found no idle instance under it
   * @param bestGbSeconds what had been wasted by who knows what will be asked for
   */
  public record Tally(
      long warm,
      long waited,
      long cold,
      long failed,
      double heldGbSeconds,
      double wastedGbSeconds,
      double fixedGbSeconds,
      long fixedCold,
      double bestGbSeconds) {
    public static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0);

    Tally plus(Tally other) {
      return new Tally(
          warm + other.warm,
          waited + other.waited,
          cold + other.cold,
          failed + other.failed,
          heldGbSeconds + other.heldGbSeconds,
          wastedGbSeconds + other.wastedGbSeconds,
          fixedGbSeconds + other.fixedGbSeconds,
          fixedCold + other.fixedCold,
          bestGbSeconds + other.bestGbSeconds);
    }

    /** Requests that found no idle instance. */
    public long late() {
      return waited + cold;
    }

    /** What was wasted beyond what the fixed keep-alive had; negative if it was less. */
    public double regretBesideFixed() {
      return wastedGbSeconds - fixedGbSeconds;
    }

    /** What was wasted beyond what had to be. */
    public double regretBesideBest() {
      return wastedGbSeconds - bestGbSeconds;
    }

    /** What was counted since an earlier one. */
    Tally since(Tally earlier) {
      return new Tally(
          warm - earlier.warm,
          waited - earlier.waited,
          cold - earlier.cold,
          failed - earlier.failed,
          heldGbSeconds - earlier.heldGbSeconds,
          wastedGbSeconds - earlier.wastedGbSeconds,
          fixedGbSeconds - earlier.fixedGbSeconds,
          fixedCold - earlier.fixedCold,
          bestGbSeconds - earlier.bestGbSeconds);
    }
  }

  /**
   * What there is now.
   *
   * @param pools functions with a pool
   * @param idle instances that are kept without a request
   * @param busy that a request holds
   * @param starting on their way
   * @param retiring being destroyed
   * @param waiting requests that wait
   * @param busyGb memory of those that a request holds
   * @param wastedGb memory of the others
   */
  public record Stock(
      int pools,
      int idle,
      int busy,
      int starting,
      int retiring,
      int waiting,
      double busyGb,
      double wastedGb) {
    public static final Stock NONE = new Stock(0, 0, 0, 0, 0, 0, 0, 0);

    Stock plus(Stock other) {
      return new Stock(
          pools + other.pools,
          idle + other.idle,
          busy + other.busy,
          starting + other.starting,
          retiring + other.retiring,
          waiting + other.waiting,
          busyGb + other.busyGb,
          wastedGb + other.wastedGb);
    }
  }

  /**
   * A function that is asked for, in requests a second by how they started.
   *
   * @param key the function's
   */
  public record Hot(String key, double warm, double waited, double cold) {
    /** Of all of them. */
    public double perSecond() {
      return warm + waited + cold;
    }

    /** The same function's through two nodes. */
    public Hot plus(Hot other) {
      return new Hot(key, warm + other.warm, waited + other.waited, cold + other.cold);
    }
  }

  /**
   * Something that failed.
   *
   * @param at by the clock of the node
   * @param node that it failed on
   * @param what {@code assign}, {@code release}, {@code renew} or {@code launch}
   * @param reason a {@link Reason} in small letters, or {@code bug}
   * @param message for people
   */
  public record Failure(
      Instant at, String node, String what, String functionKey, String reason, String message) {}
}
