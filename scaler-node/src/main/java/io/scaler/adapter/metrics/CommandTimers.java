package io.scaler.adapter.metrics;

import io.micrometer.core.instrument.Timer;
import io.scaler.pool.Command;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A timer for each kind of command. */
final class CommandTimers {
  private final ClassValue<Timer> timers;

  /**
   * @param timer of a command, by its name
   */
  CommandTimers(Function<String, Timer> timer) {
    this.timers =
        new ClassValue<>() {
          @Override
          protected Timer computeValue(Class<?> command) {
            return timer.apply(command.getSimpleName().toLowerCase(Locale.ROOT));
          }
        };
    for (Class<?> command : Command.class.getPermittedSubclasses()) {
      if (command.isRecord()) {
        var unused = timers.get(command);
      } else {
        for (Class<?> opening : command.getPermittedSubclasses()) {
          var unused = timers.get(opening);
        }
      }
    }
  }

  void took(Command command, long nanos) {
    timers.get(command.getClass()).record(nanos, TimeUnit.NANOSECONDS);
  }
}
