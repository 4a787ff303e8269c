package io.scaler.pool;

import io.scaler.model.Foresight;
import io.scaler.model.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan's foresight says of a pool at one instant: how many idle instances its levels want,
 * and how many waiting requests will be served in time by those that are busy or on their way.
 *
 * <p>Instances are used last in, first out, so that the k-th idle instance serves the k-th level
 * above the present concurrency, whichever instance it is.
 */
final class Expectation {
  private final Pool pool;
  private final Foresight foresight;
  private final Instant now;

  /** As worked out last, for so many that had left. */
  private @Nullable List<Duration> ages;

  private int agesLeft;

  Expectation(Pool pool, Foresight foresight, Instant now) {
    this.pool = pool;
    this.foresight = foresight;
    this.now = now;
  }

  /** Whether windows hold for this pool, rather than a keep-alive. */
  boolean hasWindows() {
    return !foresight.levels().isEmpty();
  }

  /**
   * How many idle instances are wanted.
   *
   * @param idle how many there are or are about to be: a level that has one keeps it for longer
   *     than one that has none would launch it
   * @param left requests that the decision being made takes out of the pool
   */
  int idleWanted(int idle, int left) {
    List<Duration> ages = ages(left);
    int level = pool.concurrency() - left;
    int wanted = 0;
    for (int i = 0; i < ages.size(); i++) {
      level++;
      boolean isWanted =
          i < idle ? foresight.keeps(level, ages.get(i)) : foresight.launches(level, ages.get(i));
      wanted += isWanted ? 1 : 0;
    }
    return idle > ages.size() ? wanted + sparesWanted(level, idle - ages.size()) : wanted;
  }

  /** When {@link #idleWanted} changes next, if concurrency does not; null if it does not either. */
  @Nullable Instant nextChange(int left) {
    int level = pool.concurrency() - left;
    Duration next = Plan.FOREVER;
    for (Duration age : ages(left)) {
      level++;
      next = shorter(next, foresight.nextChange(level, age).minus(age));
    }
    for (Instant readied : unusedSince()) {
      level++;
      Duration age = Duration.between(readied, now);
      next = shorter(next, foresight.nextChange(level, age).minus(age));
    }
    return next.equals(Plan.FOREVER) ? null : now.plus(next);
  }

  /** For how long concurrency has been below each level above the present one. */
  private List<Duration> ages(int left) {
    if (ages == null || agesLeft != left) {
      ages = new ArrayList<>(left + pool.levels().above());
      ages.addAll(Collections.nCopies(left, Duration.ZERO));
      for (Iterator<Instant> falls = pool.levels().fallsUpwards(); falls.hasNext(); ) {
        ages.add(Duration.between(falls.next(), now));
      }
      agesLeft = left;
    }
    return ages;
  }

  /**
   * How many waiting requests need no further launch: those that launches on their way, and
   * instances that come free meanwhile, will have served within {@link Foresight#waitAtMost}.
   */
  long servedInTime() {
    if (!isPatient()) {
      return pool.starting();
    }
    long served = 0;
    for (Instance instance : pool.instances()) {
      Hold hold = instance.hold();
      if (hold != null) {
        long ran = Duration.between(hold.since(), now).toNanos();
        long execution = foresight.execution().toNanos();
        // A request that has run for longer than expected is taken to run as long again.
        served += servedFrom(ran <= execution ? execution - ran : ran);
      } else if (instance.isStarting()) {
        Duration started = Duration.between(instance.since(), now);
        served += Math.max(1, servedFrom(foresight.coldStart().minus(started).toNanos()));
      }
    }
    return served;
  }

  /** How many of the waiting requests are at levels that are worth an instance each. */
  int worthLaunchingFor(int waiting) {
    return Math.min(waiting, Math.max(0, foresight.worthLaunching() - pool.assigned()));
  }

  /** How many more one launch beginning now will have served by then. */
  long servedByOneMore() {
    return isPatient() ? Math.max(1, servedFrom(foresight.coldStart().toNanos())) : 1;
  }

  private boolean isPatient() {
    return !foresight.waitAtMost().isZero() && !foresight.execution().isZero();
  }

  /** How many requests an instance begins in time if it is free after this many nanoseconds. */
  private long servedFrom(long free) {
    long left = foresight.waitAtMost().toNanos() - Math.max(0, free);
    return left < 0 ? 0 : 1 + left / foresight.execution().toNanos();
  }

  /** Of the instances that no level has used so far, those that the next levels keep. */
  private int sparesWanted(int level, int spares) {
    int wanted = 0;
    for (Instant readied : unusedSince()) {
      if (wanted < spares && foresight.keeps(level + wanted + 1, Duration.between(readied, now))) {
        wanted++;
      }
    }
    return wanted + Math.min(spares - wanted, startingSpares());
  }

  private int startingSpares() {
    return Math.max(0, pool.starting() - pool.waiters().size());
  }

  /** When the idle instances came up that no request has held yet, the latest first. */
  private List<Instant> unusedSince() {
    List<Instant> result = new ArrayList<>();
    for (String id : pool.idle()) {
      Instance instance = pool.find(id);
      if (instance != null && !instance.used()) {
        result.add(instance.since());
      }
    }
    result.sort(Collections.reverseOrder());
    return result;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
