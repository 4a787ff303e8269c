package io.scaler.service;

import io.scaler.demand.DemandBatch;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on to the owners what this node saw of functions' demand: a share of the functions in each
 * run, so that many of them cost no run much.
 */
public final class DemandFlush implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(DemandFlush.class);

  private final DemandRecorder recorder;
  private final Demands demands;
  private final int runsForAll;
  private List<String> round = List.of();
  private int run;

  /** Since the last that was handed on, one was not: it is said once. */
  private final AtomicBoolean failing = new AtomicBoolean();

  /**
   * @param runsForAll a function's turn comes once in so many runs; at least 1
   */
  public DemandFlush(DemandRecorder recorder, Demands demands, int runsForAll) {
    this.recorder = recorder;
    this.demands = demands;
    this.runsForAll = runsForAll;
  }

  /** One share; what cannot be handed on is kept for another time. One thread at a time. */
  @Override
  public void run() {
    if (run == 0) {
      round = recorder.functions();
    }
    long size = round.size();
    handOn(round.subList((int) (size * run / runsForAll), (int) (size * (run + 1) / runsForAll)));
    run = (run + 1) % runsForAll;
  }

  /** Everything at once, for a node that stops. */
  public void all() {
    handOn(recorder.functions());
  }

  private void handOn(List<String> functions) {
    for (String key : functions) {
      DemandBatch batch = recorder.drain(key);
      if (batch != null) {
        handOn(key, batch);
      }
    }
  }

  private void handOn(String key, DemandBatch batch) {
    demands
        .merge(key, batch)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                failing.set(false);
                return;
              }
              recorder.giveBack(key, batch);
              if (failing.compareAndSet(false, true)) {
                log.info(
                    "{}: its demand was not handed on, and perhaps that of others; it is kept and"
                        + " handed on when that succeeds again: {}",
                    key,
                    Failures.message(failure));
              }
            });
  }
}
