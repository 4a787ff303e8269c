package io.scaler.service;

import java.time.Duration;

/** Does things later. */
public interface Timer {

  /** Runs the task once after the delay, unless cancelled. The task must not block. */
  Task after(Duration delay, Runnable task);

  /** Something that will be done later. */
  interface Task {
    /** Has no effect once the task has begun. */
    void cancel();
  }
}
