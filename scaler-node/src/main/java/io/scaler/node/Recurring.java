package io.scaler.node;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task that is run at regular times. A scheduler runs one that fails never again, and says
 * nothing; so this one does not fail: what went wrong, and be it that no thread could be started,
 * is logged, and the next time comes.
 */
record Recurring(String name, Runnable task) implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Recurring.class);

  @Override
  public void run() {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.error("{} failed, its next turn comes", name, e);
    }
  }
}
