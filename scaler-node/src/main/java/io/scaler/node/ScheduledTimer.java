package io.scaler.node;

import io.scaler.service.Timer;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Real time. */
public final class ScheduledTimer implements Timer {
  private static final Logger log = LoggerFactory.getLogger(ScheduledTimer.class);

  private final ScheduledExecutorService executor;

  public ScheduledTimer(ScheduledExecutorService executor) {
    this.executor = executor;
  }

  @Override
  public Task after(Duration delay, Runnable task) {
    ScheduledFuture<?> scheduled =
        executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      log.error("a timed task met a bug", e);
    }
  }
}
