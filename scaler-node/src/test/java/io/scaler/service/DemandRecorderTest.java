package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.demand.DemandBatch;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.model.Usage;
import io.scaler.policy.CostPolicy;
import io.scaler.policy.CostSettings;
import io.scaler.policy.Fleet;
import io.scaler.pool.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class DemandRecorderTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  private static final Plan KEPT = Plan.keeping("fixed", Duration.ofMinutes(1));
  private static final Observation ARRIVAL =
      new Observation(1, List.of(), List.of(), 0, Usage.NONE);

  private Instant now = START;
  private final DemandRecorder recorder = new DemandRecorder(() -> now, 3);

  @Test
  void drainsWhatWasSeenOfEachFunctionOnce() {
    arrive("a");
    now = now.plusSeconds(5);
    arrive("a");
    recorder.executed("b", Duration.ofMillis(12));
    recorder.launched(function("b"), Duration.ofMillis(900));

    Map<String, DemandBatch> drained = drained();

    assertThat(drained).containsOnlyKeys("a", "b");
    DemandBatch a = drained.get("a");
    assertThat(a.arrivals()).isEqualTo(2);
    assertThat(a.firstArrival()).isEqualTo(START);
    assertThat(a.lastArrival()).isEqualTo(now);
    assertThat(a.until()).isEqualTo(now);
    assertThat(drained.get("b").executions().mean()).isEqualTo(Duration.ofMillis(12));
    assertThat(drained.get("b").coldStarts().total()).isEqualTo(1);
    assertThat(drained()).isEmpty();
  }

  @Test
  void whatIsGivenBackComesWithTheNextDrain() {
    arrive("a");
    Map<String, DemandBatch> drained = drained();
    now = now.plusSeconds(1);
    arrive("a");

    recorder.giveBack("a", drained.get("a"));

    DemandBatch both = drained().get("a");
    assertThat(both.arrivals()).isEqualTo(2);
    assertThat(both.gaps().mean()).isEqualTo(Duration.ofNanos(991_500_000));
  }

  /** What an operator has kept says nothing of what memory is worth beside waiting. */
  @Test
  void leavesOutWhatIsUsedWhileNothingIsWeighed() {
    Plan weighed =
        new CostPolicy(CostSettings.DEFAULT)
            .plan(function("a"), null, Fleet.UNKNOWN, Instant.EPOCH);
    Usage usage = new Usage(8, 4, 2, 1);
    observe(weighed, usage);
    observe(KEPT, usage.times(100));
    observe(weighed.within(1, 5), usage.times(100));
    observe(weighed, usage.times(1_000));
    observe(weighed.within(0, 5), usage);

    assertThat(drained().get("a").usage())
        .as("nor what it was until it is weighed again")
        .isEqualTo(usage.times(2));
  }

  private void arrive(String key) {
    recorder.observed(function(key), KEPT, ARRIVAL);
  }

  private void observe(Plan plan, Usage usage) {
    recorder.observed(function("a"), plan, new Observation(0, List.of(), List.of(), 0, usage));
  }

  @Test
  void overlooksFunctionsBeyondTheMost() {
    for (String key : List.of("a", "b", "c", "d", "d", "a")) {
      arrive(key);
    }

    assertThat(drained()).containsOnlyKeys("a", "b", "c");
    assertThat(recorder.overlooked()).isEqualTo(2);
    arrive("d");
    assertThat(drained()).containsOnlyKeys("d");
  }

  @Test
  void losesNothingWhenThreadsRecordWhileOneDrains()
      throws InterruptedException, ExecutionException {
    int each = 20_000;
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> recording = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        recording.add(
            threads.submit(
                () -> {
                  for (int n = 0; n < each; n++) {
                    arrive("a");
                  }
                }));
      }
      long arrivals = 0;
      while (!recording.stream().allMatch(Future::isDone)) {
        arrivals += drainedArrivals();
      }
      for (Future<?> done : recording) {
        done.get();
      }
      assertThat(arrivals + drainedArrivals()).isEqualTo(3L * each);
    } finally {
      threads.shutdownNow();
    }
  }

  private Map<String, DemandBatch> drained() {
    Map<String, DemandBatch> drained = new HashMap<>();
    for (String key : recorder.functions()) {
      DemandBatch batch = recorder.drain(key);
      if (batch != null) {
        drained.put(key, batch);
      }
    }
    return drained;
  }

  private long drainedArrivals() {
    return drained().values().stream().mapToLong(DemandBatch::arrivals).sum();
  }

  private static FunctionSpec function(String key) {
    return new FunctionSpec(key, "java17", 512, Duration.ofMinutes(1));
  }
}
