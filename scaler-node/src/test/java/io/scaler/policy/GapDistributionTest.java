package io.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scaler.policy.GapDistribution.Costs;
import io.scaler.policy.GapDistribution.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One GB, a cold start of 1 s, and a second of waiting as dear as 9 GB*s, unless it says so. */
class GapDistributionTest {
  private static final Costs COSTS = new Costs(1, 1, 10, 1);

  @Test
  void aSureReturnIsKeptForAsLongAsThatCostsLessThanMissingIt() {
    Window soon = new GapDistribution.Builder().add(4, 5, 1).build().best(new Costs(1, 10, 10, 1));
    Window late =
        new GapDistribution.Builder().add(40, 50, 1).build().best(new Costs(1, 10, 10, 1));

    assertThat(soon.keep()).isEqualTo(5);
    assertThat(soon.cost()).isCloseTo(4.5, within(1e-9));
    assertThat(late.keep()).isZero();
    assertThat(late.cost()).as("a miss").isCloseTo(10, within(1e-9));
  }

  @Test
  void aTimersReturnIsMetByALaunchJustAhead() {
    Window window =
        new GapDistribution.Builder().add(29.99, 30.01, 1).addNever(0.01).build().best(COSTS);

    assertThat(window.keep()).isZero();
    assertThat(window.from()).isEqualTo(29.99);
    assertThat(window.until()).isEqualTo(30.01);
    assertThat(window.cost()).as("the launch, and hardly a wait").isCloseTo(1.11, within(0.1));
  }

  @Test
  void whatReturnsAtOnceOrMuchLaterIsKeptAndThenLaunchedAgain() {
    Window window =
        new GapDistribution.Builder().add(0, 0.5, 1).add(60, 60.5, 1).build().best(COSTS);

    assertThat(window.keep()).isEqualTo(0.5);
    assertThat(window.from()).isEqualTo(60);
    assertThat(window.until()).isEqualTo(60.5);
  }

  @Test
  void whatNeverReturnsIsNotKept() {
    Window window = new GapDistribution.Builder().add(1, 2, 0.01).addNever(1).build().best(COSTS);

    assertThat(window.keep()).isZero();
    assertThat(window.until()).isZero();
    assertThat(window.launchBefore()).isZero();
  }

  /** The hazard of an even spread grows, so that it pays to wait for its end or not at all. */
  @ParameterizedTest(name = "between now and {0} s: kept until {1}")
  @CsvSource({"5, 5", "19, 19", "21, 0"})
  void anEvenSpreadIsKeptForWhollyOrNotAtAll(double longest, double keep) {
    Window window =
        new GapDistribution.Builder().add(0, longest, 1).build().best(new Costs(1, 10, 10, 1));

    assertThat(window.keep()).isEqualTo(keep);
  }

  @Test
  void aMissingInstanceIsLaunchedAsLongAsItWillBeOfUse() {
    Window window = new GapDistribution.Builder().add(0, 8, 1).addNever(0.1).build().best(COSTS);

    assertThat(window.keep()).isEqualTo(8);
    assertThat(window.launchBefore()).isBetween(0.1, 8.0);
  }

  /** What the window that was found costs, against every other one by trying. */
  @ParameterizedTest(name = "a launch for {0}, a miss for {1}, never again {2}")
  @CsvSource({"1, 10, 0.1", "1, 2, 1", "0.1, 0.5, 0.5", "5, 50, 3", "10, 10, 0.1"})
  void noOtherWindowCostsLess(double launch, double miss, double never) {
    double[][] gaps = {{0, 0.2, 3}, {0.1, 1, 2}, {4, 6, 2}, {5, 5.1, 4}, {20, 40, 2}};
    GapDistribution.Builder builder = new GapDistribution.Builder().addNever(never);
    for (double[] gap : gaps) {
      builder.add(gap[0], gap[1], gap[2]);
    }
    Window best = builder.build().best(new Costs(1, launch, miss, 1));

    double least = Double.POSITIVE_INFINITY;
    for (double keep = 0; keep <= 41; keep += 0.1) {
      least = Math.min(least, cost(gaps, never, launch, miss, keep, 50, 50));
      for (double from = keep; from <= 41; from += 0.5) {
        for (double until = from + 0.5; until <= 41; until += 0.5) {
          least = Math.min(least, cost(gaps, never, launch, miss, keep, from, until));
        }
      }
    }
    boolean returns = best.until() > best.from();
    double own =
        cost(
            gaps,
            never,
            launch,
            miss,
            best.keep(),
            returns ? best.from() : 50,
            returns ? best.until() : 50);
    assertThat(own).isCloseTo(best.cost(), within(0.01));
    assertThat(best.cost()).as("windows begin and end at edges").isLessThan(least * 1.01);
  }

  /** The expected cost by going through gaps of every length. */
  private static double cost(
      double[][] gaps,
      double never,
      double launch,
      double miss,
      double keep,
      double from,
      double until) {
    double sum = never * (keep + (until > from ? launch + until - from : 0) + miss);
    double weights = never;
    int pieces = 50;
    for (double[] gap : gaps) {
      for (int i = 0; i < pieces; i++) {
        double length = gap[0] + (i + 0.5) / pieces * (gap[1] - gap[0]);
        double cost = Math.min(length, keep);
        if (length > keep && length <= from) {
          cost += miss;
        } else if (length > from && until > from) {
          cost += launch + Math.min(length, until) - from + (length > until ? miss : 0);
        } else if (length > keep) {
          cost += miss;
        }
        sum += cost * gap[2] / pieces;
      }
      weights += gap[2];
    }
    return sum / weights;
  }
}
