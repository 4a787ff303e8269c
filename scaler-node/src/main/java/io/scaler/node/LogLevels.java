package io.scaler.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Sets what is logged. */
final class LogLevels {
  private LogLevels() {}

  /** Scaler's own log has this level; its libraries speak up where it is finer than info. */
  static void apply(String level) {
    Level own = Level.toLevel(level);
    logger(Logger.ROOT_LOGGER_NAME).setLevel(own);
    if (Level.INFO.isGreaterOrEqual(own) && !own.equals(Level.INFO)) {
      logger("com.hazelcast").setLevel(Level.INFO);
    }
  }

  private static Logger logger(String name) {
    if (LoggerFactory.getLogger(name) instanceof Logger logger) {
      return logger;
    }
    throw new IllegalStateException("the log is not logback's");
  }
}
