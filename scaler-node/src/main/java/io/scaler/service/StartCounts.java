package io.scaler.service;

import io.scaler.model.StartKind;
import java.util.concurrent.atomic.LongAdder;

/** How many requests started in which way. For any number of threads. */
final class StartCounts {
  private final LongAdder warm = new LongAdder();
  private final LongAdder waited = new LongAdder();
  private final LongAdder cold = new LongAdder();

  /** All so far. */
  record Sum(long warm, long waited, long cold) {
    static final Sum NONE = new Sum(0, 0, 0);
  }

  void add(StartKind kind) {
    switch (kind) {
      case WARM -> warm.increment();
      case WAITED -> waited.increment();
      case COLD -> cold.increment();
    }
  }

  Sum sum() {
    return new Sum(warm.sum(), waited.sum(), cold.sum());
  }
}
