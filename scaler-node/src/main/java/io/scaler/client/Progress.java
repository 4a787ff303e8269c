package io.scaler.client;

import java.io.PrintWriter;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A line every second until it is stopped. */
public final class Progress {
  private final Future<?> task;

  public Progress(ScheduledExecutorService timer, PrintWriter err, Supplier<String> line) {
    this.task =
        timer.scheduleAtFixedRate(
            () -> {
              err.println(line.get());
              err.flush();
            },
            1,
            1,
            TimeUnit.SECONDS);
  }

  public void stop() {
    task.cancel(false);
  }
}
