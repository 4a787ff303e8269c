package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Ruling;
import io.scaler.model.Window;
import io.scaler.policy.FixedPolicy;
import io.scaler.policy.Fleet;
import io.scaler.policy.NonePolicy;
import io.scaler.policy.OverridingPolicy;
import io.scaler.policy.OverridingPolicy.Rule;
import io.scaler.policy.Policy;
import io.scaler.service.Provisioning.Provisioned;
import io.scaler.service.Provisioning.Shift;
import io.scaler.service.Rules.Configured;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RulesTest {
  private static final Timetable ALWAYS =
      new Timetable() {
        @Override
        public Optional<Instant> latest(Instant at) {
          return Optional.of(at);
        }

        @Override
        public Optional<Instant> next(Instant after) {
          return Optional.of(after.plusNanos(1));
        }
      };

  private final List<Predicate<String>> told = new ArrayList<>();
  private final Rules rules =
      new Rules(
          configured(
              new FixedPolicy(Duration.ofMinutes(1)),
              new Provisioned(spec("p"), 2),
              new Provisioned(spec("q"), 3)),
          RulesTest::shift,
          function -> Duration.ZERO,
          () -> Instant.EPOCH);

  RulesTest() {
    rules.onChange(told::add);
  }

  @Test
  void whatIsLaidDownHoldsAtOnceAndUntilItIsTakenBack() {
    rules.rule(List.of(without("f"), without("g*")));
    assertThat(keepAlive("f")).isZero();
    assertThat(keepAlive("gg")).isZero();
    assertThat(keepAlive("h")).isEqualTo(Duration.ofMinutes(1));
    assertThat(rules.isRuled("gg")).isTrue();
    assertThat(rules.isRuled("h")).isFalse();

    rules.rule(List.of(without("g*")));
    assertThat(keepAlive("f")).isEqualTo(Duration.ofMinutes(1));
    assertThat(keepAlive("gg")).isZero();
  }

  @Test
  void onlyFunctionsWhoseRulingChangedAreTold() {
    rules.rule(List.of(without("f"), without("g*")));
    rules.rule(List.of(bounded("f", 1), without("g*"), without("h")));
    rules.rule(List.of(bounded("f", 1), without("h")));
    rules.rule(List.of(bounded("f", 1), without("h")));

    assertThat(concerned(0)).containsExactly("f", "g", "gg");
    assertThat(concerned(1)).containsExactly("f", "h");
    assertThat(concerned(2)).containsExactly("g", "gg");
    assertThat(told).as("the last changed nothing").hasSize(3);
  }

  @Test
  void anotherConfigurationConcernsEveryFunctionAndLeavesTheRulings() {
    rules.rule(List.of(without("f")));
    rules.configure(configured(new FixedPolicy(Duration.ofHours(1))));

    assertThat(concerned(1)).containsExactly("f", "g", "gg", "h");
    assertThat(keepAlive("f")).isZero();
    assertThat(keepAlive("h")).isEqualTo(Duration.ofHours(1));
    assertThat(rules.provisioning().of("p")).isZero();
  }

  @Test
  void anOperatorProvisionsMoreLessOrNone() {
    rules.rule(List.of(provisioned("p", 0), provisioned("q", 1), provisioned("r", 7)));
    assertThat(Stream.of("p", "q", "r").map(rules.provisioning()::of)).containsExactly(0, 1, 7);

    Window window = new Window("* * * * *", Window.UTC, Duration.ofHours(1), 9);
    rules.rule(
        List.of(
            new Ruling("q", "", Ruling.OPEN, Ruling.OPEN, 4, spec("q"), List.of(window)),
            new Ruling("p", "", Ruling.OPEN, 2, Ruling.OPEN, spec("p"), List.of(window))));
    assertThat(Stream.of("p", "q", "r").map(rules.provisioning()::of)).containsExactly(9, 9, 0);

    rules.rule(List.of(bounded("q", 2)));
    assertThat(Stream.of("p", "q", "r").map(rules.provisioning()::of)).containsExactly(2, 3, 0);
  }

  @Test
  void whatAListenerCouldNotTakeInIsToldAgainEvenIfNothingElseChanged() {
    AtomicBoolean fails = new AtomicBoolean(true);
    rules.onChange(
        concerned -> {
          if (fails.get()) {
            throw new IllegalStateException("not now");
          }
        });
    List<Ruling> laid = List.of(without("f"));
    assertThatThrownBy(() -> rules.rule(laid)).hasMessage("not now");
    assertThatThrownBy(() -> rules.rule(laid)).hasMessage("not now");
    fails.set(false);

    rules.rule(laid);
    rules.rule(laid);

    assertThat(told).as("until it was taken in").hasSize(3);
    assertThat(concerned(2)).containsExactly("f");
    assertThat(keepAlive("f")).isZero();
  }

  @Test
  void whatCouldNotBePutIntoForceIsWhenItIsLaidDownAgain() {
    AtomicBoolean fails = new AtomicBoolean(true);
    rules.configure(
        new Configured(
            rulings -> {
              if (rulings.size() > 1 && fails.get()) {
                throw new IllegalStateException("not now");
              }
              return configured(new FixedPolicy(Duration.ofMinutes(1))).policy().apply(rulings);
            },
            List.of()));
    List<Ruling> laid = List.of(without("f"), without("g"));
    assertThatThrownBy(() -> rules.rule(laid)).hasMessage("not now");
    fails.set(false);

    rules.rule(laid);

    assertThat(keepAlive("f")).isZero();
    assertThat(concerned(told.size() - 1)).containsExactly("f", "g");
  }

  @Test
  void aRulingThatThisNodeCannotFollowDoesNotKeepTheOthersFromHolding() {
    Window never = new Window("never", Window.UTC, Duration.ofHours(1), 9);
    Ruling bad = new Ruling("p", "", Ruling.OPEN, Ruling.OPEN, 5, spec("p"), List.of(never));
    rules.rule(List.of(bad, provisioned("q", 1), without("f")));

    assertThat(keepAlive("f")).isZero();
    assertThat(Stream.of("p", "q").map(rules.provisioning()::of)).containsExactly(2, 1);

    rules.rule(List.of(bad));
    assertThat(keepAlive("f")).isEqualTo(Duration.ofMinutes(1));
    assertThat(rules.provisioning().of("q")).isEqualTo(3);
  }

  private List<String> concerned(int change) {
    return Stream.of("f", "g", "gg", "h").filter(told.get(change)).toList();
  }

  private Duration keepAlive(String key) {
    return rules.plan(spec(key), null, Fleet.UNKNOWN, Instant.EPOCH).keepAlive();
  }

  private static Configured configured(Policy byDefault, Provisioned... provisioned) {
    return new Configured(
        rulings ->
            new OverridingPolicy(
                byDefault, rulings.stream().map(RulesTest::rule).toList(), List.of()),
        List.of(provisioned));
  }

  private static Shift shift(Window from) {
    if (from.cron().equals("never")) {
      throw new IllegalArgumentException("is no cron");
    }
    return new Shift(ALWAYS, from.length(), from.instances());
  }

  private static Rule rule(Ruling from) {
    return new Rule(
        from.functions(), from.policy().isEmpty() ? null : new NonePolicy(), null, null);
  }

  private static Ruling without(String functions) {
    return new Ruling(functions, "none", Ruling.OPEN, Ruling.OPEN, Ruling.OPEN, null);
  }

  private static Ruling bounded(String functions, int max) {
    return new Ruling(functions, "", Ruling.OPEN, max, Ruling.OPEN, null);
  }

  private static Ruling provisioned(String key, int instances) {
    return new Ruling(key, "", Ruling.OPEN, Ruling.OPEN, instances, spec(key));
  }

  private static FunctionSpec spec(String key) {
    return new FunctionSpec(key, "java", 128, Duration.ofMinutes(1));
  }
}
