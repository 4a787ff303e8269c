package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.FunctionSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemandFlushTest {
  private static final FunctionSpec FUNCTION =
      new FunctionSpec("f", "java17", 512, Duration.ofMinutes(1));

  private final DemandRecorder recorder = new DemandRecorder(() -> Instant.EPOCH, 100);
  private final FakeDemands demands = new FakeDemands();
  private final DemandFlush flush = new DemandFlush(recorder, demands, 1);

  @Test
  void mergesWhatWasSeenIntoTheSharedDemand() {
    recorder.arrived(FUNCTION);
    flush.run();
    recorder.arrived(FUNCTION);
    flush.run();
    flush.run();

    assertThat(demands.demands.get("f").arrivals()).isEqualTo(2);
  }

  @Test
  void keepsWhatCouldNotBeMergedForTheNextPass() {
    demands.failing = true;
    recorder.arrived(FUNCTION);
    flush.run();
    assertThat(demands.demands).isEmpty();

    demands.failing = false;
    recorder.arrived(FUNCTION);
    flush.run();

    assertThat(demands.demands.get("f").arrivals()).isEqualTo(2);
  }

  @Test
  void handsOnAShareInEachRunAndAllOfItInARound() {
    DemandFlush inThree = new DemandFlush(recorder, demands, 3);
    for (int i = 0; i < 10; i++) {
      recorder.arrived(new FunctionSpec("f" + i, "java17", 512, Duration.ofMinutes(1)));
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
    recorder.arrived(FUNCTION);
    inThree.run();
    recorder.arrived(new FunctionSpec("g", "java17", 512, Duration.ofMinutes(1)));

    inThree.all();

    assertThat(demands.demands).containsOnlyKeys("f", "g");
  }
}
