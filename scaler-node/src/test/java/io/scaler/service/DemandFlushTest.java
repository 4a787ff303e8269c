package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.model.Usage;
import io.scaler.pool.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemandFlushTest {
  private final DemandRecorder recorder = new DemandRecorder(() -> Instant.EPOCH, 100);
  private final FakeDemands demands = new FakeDemands();
  private final DemandFlush flush = new DemandFlush(recorder, demands, 1);

  @Test
  void mergesWhatWasSeenIntoTheSharedDemand() {
    arrive("f");
    flush.run();
    arrive("f");
    flush.run();
    flush.run();

    assertThat(demands.demands.get("f").arrivals()).isEqualTo(2);
  }

  @Test
  void keepsWhatCouldNotBeMergedForTheNextPass() {
    demands.failing = true;
    arrive("f");
    flush.run();
    assertThat(demands.demands).isEmpty();

    demands.failing = false;
    arrive("f");
    flush.run();

    assertThat(demands.demands.get("f").arrivals()).isEqualTo(2);
  }

  @Test
  void handsOnAShareInEachRunAndAllOfItInARound() {
    DemandFlush inThree = new DemandFlush(recorder, demands, 3);
    for (int i = 0; i < 10; i++) {
      arrive("f" + i);
    }
    List<Integer> handedOn = new ArrayList<>();
    for (int run = 0; run < 3; run++) {
      inThree.run();
      handedOn.add(demands.demands.size());
    }
    assertThat(handedOn).containsExactly(3, 6, 10);
  }

  @Test
  void handsOnEverythingAtOnceWhenTheNodeStops() {
    DemandFlush inThree = new DemandFlush(recorder, demands, 3);
    arrive("f");
    inThree.run();
    arrive("g");

    inThree.all();

    assertThat(demands.demands).containsOnlyKeys("f", "g");
  }

  private void arrive(String key) {
    recorder.observed(
        new FunctionSpec(key, "java17", 512, Duration.ofMinutes(1)),
        Plan.keeping("fixed", Duration.ofMinutes(1)),
        new Observation(1, List.of(), List.of(), 0, Usage.NONE));
  }
}
