package io.scaler.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PoolRandomRunTest {
  private static final int SEEDS = 2_000;
  private static final int STEPS = 500;

  @Test
  void everyInvariantHoldsAfterEveryStepWhateverHappens() {
    Map<String, Long> seen = new TreeMap<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      RandomCluster cluster = new RandomCluster(seed, PoolUnderTest.Fault.NONE);
      cluster.run(STEPS);
      cluster.seen().forEach((what, times) -> seen.merge(what, times, Long::sum));
    }
    for (Class<?> event : Event.class.getPermittedSubclasses()) {
      if (event.isRecord()) {
        assertThat(seen).as("events of %d runs", SEEDS).containsKey(event.getSimpleName());
      }
    }
    assertThat(seen)
        .as("replies of %d runs", SEEDS)
        .containsKeys(
            "Assign Granted",
            "Assign OVERLOADED",
            "Assign REQUEST_FINISHED",
            "Release NOT_HOLDER",
            "Release INSTANCE_NOT_FOUND",
            "Renew Renewed",
            "Renew NOT_HOLDER",
            "SlotCreated GivenUp",
            "Ready GivenUp",
            "Prewarm SUPERSEDED",
            "Sweep SUPERSEDED",
            "MakeRoom Done",
            "MakeRoom SUPERSEDED");
  }
}
