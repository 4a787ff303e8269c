package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandBatch;
import io.scaler.demand.DemandTally;
import io.scaler.service.FunctionRates.Rate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class FunctionRatesTest {
  private final FakeTimer time = new FakeTimer();
  private final List<String> handedOn = new ArrayList<>();
  private final FunctionRates rates =
      new FunctionRates(
          new Demands() {
            @Override
            public CompletionStage<Void> merge(String functionKey, DemandBatch batch) {
              handedOn.add(functionKey);
              return Failures.done();
            }

            @Override
            public Map<String, Demand> ownedChanged() {
              return Map.of();
            }

            @Override
            public Map<String, Demand> owned(java.util.function.Predicate<String> keys) {
              return Map.of();
            }
          },
          time);

  private void see(String functionKey, int calls, int launches) {
    DemandTally tally = new DemandTally();
    for (int i = 0; i < calls; i++) {
      tally.arrived(time.instant());
    }
    for (int i = 0; i < launches; i++) {
      tally.launched(Duration.ofMillis(300));
    }
    assertThat(rates.merge(functionKey, tally.batch(time.instant())))
        .succeedsWithin(Duration.ofSeconds(1));
  }

  @Test
  void whatIsSeenAtASteadyRateIsToldAtThatRate() {
    for (int second = 0; second < 300; second++) {
      time.advance(Duration.ofSeconds(1));
      see("busy", 40, 2);
      see("calm", 1, 0);
    }

    List<Rate> hottest = rates.hottest(10);

    assertThat(hottest).extracting(Rate::functionKey).containsExactly("busy", "calm");
    assertThat(hottest.get(0).callsPerSecond()).isCloseTo(40, within(1.5));
    assertThat(hottest.get(0).launchesPerSecond()).isCloseTo(2, within(0.1));
    assertThat(handedOn).hasSize(600);
  }

  @Test
  void onlyTheHottestAreTold() {
    for (int i = 1; i <= 5; i++) {
      see("f" + i, i, 0);
    }

    assertThat(rates.hottest(2)).extracting(Rate::functionKey).containsExactly("f5", "f4");
  }

  @Test
  void whatIsNotSeenAgainIsForgotten() {
    see("once", 1, 1);
    assertThat(rates.hottest(1)).hasSize(1);

    time.advance(Duration.ofMinutes(5));

    assertThat(rates.hottest(1)).isEmpty();
  }
}
