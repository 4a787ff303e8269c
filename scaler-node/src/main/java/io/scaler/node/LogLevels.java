package io.scaler.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Sets what is logged. */
final class LogLevels {
  private LogLevels() {}

  /** Scaler's own log has this level; its libraries are heard from warnings on. */
  static void apply(String level) {
    logger("io.scaler").setLevel(Level.toLevel(level));
  }

  private static Logger logger(String name) {
    if (LoggerFactory.getLogger(name) instanceof Logger logger) {
      return logger;
    }
    throw new IllegalStateException("the log is not logback's");
  }
}
