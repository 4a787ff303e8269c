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
    logger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
  }

  /** Until the next {@link #apply}, nothing but errors is heard from anybody. */
  static void silence() {
    logger("io.scaler").setLevel(Level.ERROR);
    logger(Logger.ROOT_LOGGER_NAME).setLevel(Level.ERROR);
  }

  private static Logger logger(String name) {
    if (LoggerFactory.getLogger(name) instanceof Logger logger) {
      return logger;
    }
    throw new IllegalStateException("the log is not logback's");
  }
}
