package io.scaler.service;

import io.scaler.model.FunctionSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Which functions have instances before anybody asks, and how many: always, and more in windows of
 * time, each of which opens a cold start ahead, for its instances to be ready when it begins. What
 * holds is worked out when it changes, and where there are windows every minute, as what is known
 * of cold starts may; any number of threads may ask for it.
 */
public final class Provisioning {
  private static final Duration LOOK_AGAIN_AFTER = Duration.ofMinutes(1);

  private final Function<FunctionSpec, Duration> coldStart;
  private List<Provisioned> all = List.of();
  private volatile Standing standing = new Standing(List.of(), Map.of(), Instant.MIN);

  /**
   * A function that has instances.
   *
   * @param instances always, 0 or more
   * @param shifts when it has more; where two overlap, the most holds
   */
  public record Provisioned(FunctionSpec function, int instances, List<Shift> shifts) {
    public Provisioned {
      shifts = List.copyOf(shifts);
    }

    /** As many at all times. */
    public Provisioned(FunctionSpec function, int instances) {
      this(function, instances, List.of());
    }
  }

  /**
   * When a function has more instances.
   *
   * @param begins when each one begins
   * @param length of each, above zero
   * @param instances at least 1
   */
  public record Shift(Timetable begins, Duration length, int instances) {

    /** When the window ends that is open, those that begin within {@code ahead} being so. */
    private Optional<Instant> end(Instant now, Duration ahead) {
      return begins.latest(now.plus(ahead)).map(begun -> begun.plus(length)).filter(now::isBefore);
    }

    private Optional<Instant> opens(Instant now, Duration ahead) {
      return begins.next(now.plus(ahead)).map(begun -> begun.minus(ahead));
    }
  }

  /** A function that has instances now, at least 1. */
  record Wanted(FunctionSpec function, int instances) {}

  private record Standing(List<Wanted> wanted, Map<String, Integer> byKey, Instant until) {}

  /**
   * @param all where a function is named more than once, the most holds
   * @param coldStart how long an instance of a function is expected to take to start
   */
  public Provisioning(
      List<Provisioned> all, Function<FunctionSpec, Duration> coldStart, Instant now) {
    this.coldStart = coldStart;
    set(all, now);
  }

  /** Has others provisioned from now on. */
  public synchronized void set(List<Provisioned> others, Instant now) {
    all = List.copyOf(others);
    standing = at(now);
  }

  /**
   * Lets the time pass; to be called often.
   *
   * @return the keys of the functions for which another number holds now
   */
  public synchronized Set<String> pass(Instant now) {
    Standing before = standing;
    if (now.isBefore(before.until())) {
      return Set.of();
    }
    standing = at(now);
    Set<String> changed = new HashSet<>(before.byKey().keySet());
    changed.addAll(standing.byKey().keySet());
    changed.removeIf(key -> of(key) == before.byKey().getOrDefault(key, 0));
    return changed;
  }

  private Standing at(Instant now) {
    Map<String, Integer> byKey = new HashMap<>();
    Map<String, FunctionSpec> functions = new TreeMap<>();
    Instant until = Instant.MAX;
    for (Provisioned each : all) {
      int instances = each.instances();
      Duration ahead = each.shifts().isEmpty() ? Duration.ZERO : coldStart.apply(each.function());
      for (Shift shift : each.shifts()) {
        Optional<Instant> end = shift.end(now, ahead);
        if (end.isPresent()) {
          instances = Math.max(instances, shift.instances());
        }
        until = earlier(until, end.or(() -> shift.opens(now, ahead)).orElse(Instant.MAX));
        until = earlier(until, now.plus(LOOK_AGAIN_AFTER));
      }
      functions.put(each.function().key(), each.function());
      byKey.merge(each.function().key(), instances, Math::max);
    }
    List<Wanted> wanted = new ArrayList<>();
    functions.forEach(
        (key, function) -> {
          int instances = byKey.getOrDefault(key, 0);
          if (instances > 0) {
            wanted.add(new Wanted(function, instances));
          }
        });
    Standing before = standing;
    List<Wanted> kept = wanted.equals(before.wanted()) ? before.wanted() : List.copyOf(wanted);
    return new Standing(kept, Map.copyOf(byKey), until);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** Those that have instances now; the same list until that changes. */
  List<Wanted> wanted() {
    return standing.wanted();
  }

  /** How many instances the function has now; 0 if it is not provisioned. */
  int of(String functionKey) {
    return standing.byKey().getOrDefault(functionKey, 0);
  }
}
