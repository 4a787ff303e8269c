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
import java.time.Duration;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What holds on this node for functions: the configuration, and over it what operators laid down.
 * Either may change at any time; whoever acts on it is told. A ruling that this node cannot follow,
 * as one of a policy that it has not, is left out and does not keep the others from holding.
 */
public final class Rules implements Policy {
  private static final Logger log = LoggerFactory.getLogger(Rules.class);

  private final Provisioning provisioning;
  private final List<Consumer<Predicate<String>>> listeners = new CopyOnWriteArrayList<>();
  private final Function<Window, Shift> shifts;
  private final InstantSource clock;
  private Configured configured;
  private List<Ruling> rulings = List.of();
  private Set<Ruling> leftOut = Set.of();

  /** Whom the changes concern that not all listeners have taken in; null if there are none. */
  private @Nullable Predicate<String> untold;

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
   * @param coldStart how long an instance of a function is expected to take to start
   */
  public Rules(
      Configured configured,
      Function<Window, Shift> shifts,
      Function<FunctionSpec, Duration> coldStart,
      InstantSource clock) {
    this.shifts = shifts;
    this.clock = clock;
    this.configured = configured;
    this.policy = configured.policy().apply(rulings);
    this.provisioning = new Provisioning(configured.provisioned(), coldStart, clock.instant());
  }

  /**
   * Tells of every change, after it, which functions it may concern. On the thread that brought the
   * change about, which gets what a listener throws; whatever is said next, even if it changes
   * nothing, tells again of what was not taken in.
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
      if (!changed.isEmpty()) {
        isToBeTold(key -> isNamed(changed, key));
      }
      // What is untold may not even have been applied, if that failed.
      if (untold != null) {
        apply();
      }
    }
    tell();
  }

  /** The configuration says this now. */
  public void configure(Configured now) {
    synchronized (this) {
      configured = now;
      isToBeTold(key -> true);
      apply();
    }
    tell();
  }

  private void apply() {
    List<Ruling> followed = followed();
    OverridingPolicy next = configured.policy().apply(followed);
    provisioning.set(provisioned(followed), clock.instant());
    policy = next;
  }

  /** Those that this node can follow; of the others it says so once. */
  private List<Ruling> followed() {
    List<Ruling> followed = new ArrayList<>();
    Set<Ruling> others = new HashSet<>();
    for (Ruling each : rulings) {
      try {
        tryOut(each);
        followed.add(each);
      } catch (RuntimeException e) {
        others.add(each);
        if (!leftOut.contains(each)) {
          log.warn("left out, as this node cannot follow it: {}: {}", each, e.toString());
        }
      }
    }
    leftOut = others;
    return followed;
  }

  private void tryOut(Ruling ruling) {
    var unusedPolicy = configured.policy().apply(List.of(ruling));
    for (Window window : ruling.windows()) {
      var unusedShift = shifts.apply(window);
    }
  }

  private List<Provisioned> provisioned(List<Ruling> followed) {
    List<Ruling> deciding = followed.stream().filter(Ruling::provisions).toList();
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

  private void isToBeTold(Predicate<String> concerned) {
    untold = untold == null ? concerned : untold.or(concerned);
  }

  private void tell() {
    Predicate<String> concerned;
    synchronized (this) {
      concerned = untold;
    }
    if (concerned == null) {
      return;
    }
    listeners.forEach(listener -> listener.accept(concerned));
    synchronized (this) {
      // What has been added meanwhile is told by whoever added it.
      if (untold == concerned) {
        untold = null;
      }
    }
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
