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

/**
 * Which functions have instances before anybody asks, and how many: always, and more in windows of
 * time. What holds is worked out when it changes; any number of threads may ask for it.
 */
public final class Provisioning {
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

    private Optional<Instant> end(Instant now) {
      return begins.latest(now).map(begun -> begun.plus(length)).filter(now::isBefore);
    }
  }

  /** A function that has instances now, at least 1. */
  record Wanted(FunctionSpec function, int instances) {}

  private record Standing(List<Wanted> wanted, Map<String, Integer> byKey, Instant until) {}

  /**
   * @param all where a function is named more than once, the most holds
   */
  public Provisioning(List<Provisioned> all, Instant now) {
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
      for (Shift shift : each.shifts()) {
        Optional<Instant> end = shift.end(now);
        if (end.isPresent()) {
          instances = Math.max(instances, shift.instances());
        }
        until = earlier(until, end.or(() -> shift.begins().next(now)).orElse(Instant.MAX));
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
    return new Standing(List.copyOf(wanted), Map.copyOf(byKey), until);
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
