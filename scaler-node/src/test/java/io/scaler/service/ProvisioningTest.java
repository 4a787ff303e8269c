package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.FunctionSpec;
import io.scaler.service.Provisioning.Provisioned;
import io.scaler.service.Provisioning.Shift;
import io.scaler.service.Provisioning.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ProvisioningTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final FunctionSpec F = spec("f");
  private static final FunctionSpec G = spec("g");

  /** At every full hour. */
  private static final Timetable HOURLY =
      new Timetable() {
        @Override
        public Optional<Instant> latest(Instant at) {
          return Optional.of(hour(at));
        }

        @Override
        public Optional<Instant> next(Instant after) {
          return Optional.of(hour(after).plus(Duration.ofHours(1)));
        }

        private Instant hour(Instant at) {
          return at.truncatedTo(java.time.temporal.ChronoUnit.HOURS);
        }
      };

  private static Shift hourly(int minutes, int instances) {
    return new Shift(HOURLY, Duration.ofMinutes(minutes), instances);
  }

  private static List<String> minutes(Provisioning provisioning, int most) {
    List<String> seen = new ArrayList<>();
    for (int minute = 0; minute < most; minute++) {
      provisioning.pass(START.plus(Duration.ofMinutes(minute)));
      String now = provisioning.of("f") + "";
      if (seen.isEmpty() || !seen.get(seen.size() - 1).endsWith(":" + now)) {
        seen.add(minute + ":" + now);
      }
    }
    return seen;
  }

  @Test
  void aWindowHasMoreInstancesAndAfterItThereAreAsManyAsBefore() {
    Provisioning provisioning =
        new Provisioning(
            List.of(new Provisioned(F, 1, List.of(hourly(10, 5)))),
            function -> Duration.ZERO,
            START);

    assertThat(minutes(provisioning, 80)).containsExactly("0:5", "10:1", "60:5", "70:1");
  }

  @Test
  void theMostHoldsWhereWindowsOverlap() {
    Provisioning provisioning =
        new Provisioning(
            List.of(new Provisioned(F, 2, List.of(hourly(10, 5), hourly(30, 3), hourly(40, 1)))),
            function -> Duration.ZERO,
            START);

    assertThat(minutes(provisioning, 61)).containsExactly("0:5", "10:3", "30:2", "60:5");
  }

  @Test
  void aWindowThatIsLongerThanItsPeriodNeverEnds() {
    Provisioning provisioning =
        new Provisioning(
            List.of(new Provisioned(F, 0, List.of(hourly(90, 4)))),
            function -> Duration.ZERO,
            START);

    assertThat(minutes(provisioning, 300)).containsExactly("0:4");
  }

  @Test
  void tellsForWhichFunctionsAnotherNumberHoldsAndOnlyThen() {
    Provisioning provisioning =
        new Provisioning(
            List.of(
                new Provisioned(F, 0, List.of(hourly(10, 5))),
                new Provisioned(G, 2, List.of(hourly(10, 2)))),
            function -> Duration.ZERO,
            START);
    List<Wanted> before = provisioning.wanted();

    assertThat(provisioning.pass(START.plus(Duration.ofMinutes(9)))).isEmpty();
    assertThat(provisioning.wanted()).isSameAs(before).hasSize(2);
    assertThat(provisioning.pass(START.plus(Duration.ofMinutes(10)))).containsExactly("f");
    assertThat(provisioning.wanted()).containsExactly(new Wanted(G, 2));
    assertThat(provisioning.pass(START.plus(Duration.ofMinutes(10)))).isEmpty();
    assertThat(provisioning.pass(START.plus(Duration.ofMinutes(60)))).containsExactly("f");
  }

  @Test
  void aWindowOpensAColdStartAheadAndEndsOnTime() {
    Provisioning provisioning =
        new Provisioning(
            List.of(new Provisioned(F, 0, List.of(hourly(10, 5)))),
            function -> Duration.ofMinutes(2),
            START);

    assertThat(minutes(provisioning, 130)).containsExactly("0:5", "10:0", "58:5", "70:0", "118:5");
  }

  /** What is known of them when a window ended is not what is known when the next begins. */
  @Test
  void aWindowOpensAsLongAheadAsInstancesAreKnownToTakeByThen() {
    AtomicReference<Duration> coldStart = new AtomicReference<>(Duration.ZERO);
    Provisioning provisioning =
        new Provisioning(
            List.of(new Provisioned(F, 0, List.of(hourly(10, 5)))),
            function -> coldStart.get(),
            START.plus(Duration.ofMinutes(20)));
    coldStart.set(Duration.ofSeconds(7));
    Instant opens = START.plus(Duration.ofHours(1)).minusSeconds(7);

    for (Instant now = START.plus(Duration.ofMinutes(20)); now.isBefore(opens); ) {
      now = now.plusSeconds(1);
      assertThat(provisioning.pass(now).isEmpty()).as("%s", now).isEqualTo(now.isBefore(opens));
    }
    assertThat(provisioning.wanted()).containsExactly(new Wanted(F, 5));
  }

  private static FunctionSpec spec(String key) {
    return new FunctionSpec(key, "java", 128, Duration.ofMinutes(1));
  }
}
