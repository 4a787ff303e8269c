package io.scaler.service;

import io.scaler.model.FunctionSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Which functions have instances before anybody asks, and how many. For any number of threads. */
public final class Provisioning {
  private volatile Wanted wanted;

  /**
   * A function that always has instances.
   *
   * @param instances at least 1
   */
  public record Provisioned(FunctionSpec function, int instances) {}

  private record Wanted(List<Provisioned> all, Map<String, Integer> byKey) {
    static Wanted of(List<Provisioned> all) {
      return new Wanted(
          List.copyOf(all),
          all.stream()
              .collect(
                  Collectors.toUnmodifiableMap(
                      each -> each.function().key(), Provisioned::instances, Math::max)));
    }
  }

  /**
   * @param all where a function is named more than once, the most holds
   */
  public Provisioning(List<Provisioned> all) {
    this.wanted = Wanted.of(all);
  }

  /** Has others provisioned from now on. */
  public void set(List<Provisioned> all) {
    wanted = Wanted.of(all);
  }

  List<Provisioned> all() {
    return wanted.all();
  }

  /** How many instances the function has; 0 if it is not provisioned. */
  int of(String functionKey) {
    return wanted.byKey().getOrDefault(functionKey, 0);
  }
}
