package io.scaler.service;

import io.scaler.demand.DemandBatch;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands on to the owners what this node saw of functions' demand. */
public final class DemandFlush implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(DemandFlush.class);

  private final DemandRecorder recorder;
  private final Demands demands;

  public DemandFlush(DemandRecorder recorder, Demands demands) {
    this.recorder = recorder;
    this.demands = demands;
  }

  /** One pass; what cannot be handed on is kept for the next. */
  @Override
  public void run() {
    AtomicBoolean logged = new AtomicBoolean();
    for (Map.Entry<String, DemandBatch> each : recorder.drain().entrySet()) {
      demands
          .merge(each.getKey(), each.getValue())
          .whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  recorder.giveBack(each.getKey(), each.getValue());
                  if (logged.compareAndSet(false, true)) {
                    log.info(
                        "{}: its demand was not handed on this time, and perhaps that of others;"
                            + " kept for the next: {}",
                        each.getKey(),
                        Failures.message(failure));
                  }
                }
              });
    }
  }
}
