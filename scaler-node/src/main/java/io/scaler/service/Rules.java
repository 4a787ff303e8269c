package io.scaler.service;

import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.model.Ruling;
import io.scaler.model.Window;
import io.scaler.policy.Fleet;
import io.scaler.policy.OverridingPolicy;
import io.scaler.policy.Policy;
import io.scaler.service.Provisioning.Provisioned;
import io.scaler.service.Provisioning.Shift;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What holds on this node for functions: the configuration, and over it what operators laid down.
 * Either may change at any time; whoever acts on it is told.
 */
public final class Rules implements Policy {
  private final Provisioning provisioning;
  private final List<Consumer<Predicate<String>>> listeners = new CopyOnWriteArrayList<>();
  private final Function<Window, Shift> shifts;
  private final InstantSource clock;
  private Configured configured;
  private List<Ruling> rulings = List.of();
  private volatile OverridingPolicy policy;

  /**
   * What the configuration says.
   *
   * @param policy makes the policy of what operators laid down
   * @param provisioned unless an operator says otherwise
   */
  public record Configured(
      Function<List<Ruling>, OverridingPolicy> policy, List<Provisioned> provisioned) {}

  /**
   * Without anything laid down by operators.
   *
   * @param shifts of the windows of rulings
   */
  public Rules(Configured configured, Function<Window, Shift> shifts, InstantSource clock) {
    this.shifts = shifts;
    this.clock = clock;
    this.configured = configured;
    this.policy = configured.policy().apply(rulings);
    this.provisioning = new Provisioning(configured.provisioned(), clock.instant());
  }

  /**
   * Tells of every change, after it, which functions it may concern. On the thread that brought the
   * change about.
   */
  public void onChange(Consumer<Predicate<String>> listener) {
    listeners.add(listener);
  }

  /** Operators laid down this and nothing else. */
  public void rule(List<Ruling> now) {
    Set<Ruling> changed = new HashSet<>(now);
    synchronized (this) {
      for (Ruling before : rulings) {
        if (!changed.remove(before)) {
          changed.add(before);
        }
      }
      rulings = List.copyOf(now);
      apply();
    }
    if (!changed.isEmpty()) {
      tell(key -> isNamed(changed, key));
    }
  }

  /** The configuration says this now. */
  public void configure(Configured now) {
    synchronized (this) {
      configured = now;
      apply();
    }
    tell(key -> true);
  }

  private void apply() {
    policy = configured.policy().apply(rulings);
    provisioning.set(provisioned(), clock.instant());
  }

  private List<Provisioned> provisioned() {
    List<Ruling> deciding = rulings.stream().filter(Ruling::provisions).toList();
    Set<String> decided = deciding.stream().map(Ruling::functions).collect(Collectors.toSet());
    List<Provisioned> all = new ArrayList<>();
    configured.provisioned().stream()
        .filter(each -> !decided.contains(each.function().key()))
        .forEach(all::add);
    for (Ruling ruling : deciding) {
      FunctionSpec function = ruling.function();
      if (function != null) {
        all.add(
            new Provisioned(
                function,
                Math.max(0, ruling.provisioned()),
                ruling.windows().stream().map(shifts).toList()));
      }
    }
    return all;
  }

  private void tell(Predicate<String> concerned) {
    listeners.forEach(listener -> listener.accept(concerned));
  }

  /** Whether an operator laid something down for this function. */
  public boolean isRuled(String functionKey) {
    return policy.ruling(functionKey) != null;
  }

  private static boolean isNamed(Set<Ruling> rulings, String functionKey) {
    return rulings.stream().anyMatch(each -> Ruling.names(each.functions(), functionKey));
  }

  public Provisioning provisioning() {
    return provisioning;
  }

  /** What makes plans at this moment. */
  public OverridingPolicy policy() {
    return policy;
  }

  @Override
  public String name() {
    return policy.name();
  }

  @Override
  public Plan plan(FunctionSpec function, @Nullable Demand demand, Fleet fleet, Instant now) {
    return policy.plan(function, demand, fleet, now);
  }
}
