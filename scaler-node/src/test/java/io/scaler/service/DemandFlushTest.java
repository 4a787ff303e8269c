package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.FunctionSpec;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DemandFlushTest {
  private static final FunctionSpec FUNCTION =
      new FunctionSpec("f", "java17", 512, Duration.ofMinutes(1));

  private final DemandRecorder recorder = new DemandRecorder(() -> Instant.EPOCH, 100);
  private final FakeDemands demands = new FakeDemands();
  private final DemandFlush flush = new DemandFlush(recorder, demands);

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
}
