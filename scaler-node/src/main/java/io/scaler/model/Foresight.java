package io.scaler.model;

import java.time.Duration;
import java.util.List;

/**
 * When instances are expected to be wanted again: what a plan says beyond a keep-alive.
 *
 * @param levels the windows for each band of {@link Levels}; the last holds for all above. Empty:
 *     the plan's keep-alive holds for all
 * @param coldStart how long before an instance is to be ready its launch begins
 * @param execution how long a request is expected to run; zero: not known
 * @param worthLaunching up to this level a request that finds no instance launches one, unless
 *     there are as many launches as waiters: the level will have use for it
 * @param waitAtMost above that level, a request does not launch an instance if it is expected to
 *     get one that is busy or on its way by then; zero: all levels are worth launching for
 */
public record Foresight(
    List<Window> levels,
    Duration coldStart,
    Duration execution,
    int worthLaunching,
    Duration waitAtMost) {

  /** Nothing is foreseen. */
  public static final Foresight NONE =
      new Foresight(List.of(), Duration.ZERO, Duration.ZERO, 0, Duration.ZERO);

  /**
   * When a level wants an instance, by the time since concurrency fell below it.
   *
   * @param keep the instance that came free is kept until then
   * @param launchBefore where the level has no instance, one is launched within {@code keep} before
   *     then; zero: none is
   * @param from an instance is to be ready from then, launched a cold start earlier
   * @param until it is kept until then; not after {@code from}: the level does not want one again
   */
  public record Window(Duration keep, Duration launchBefore, Duration from, Duration until) {

    public Window {
      if (keep.isNegative() || launchBefore.isNegative() || from.isNegative()) {
        throw new IllegalArgumentException(
            "a window of negative times: keep %s, launchBefore %s, from %s"
                .formatted(keep, launchBefore, from));
      }
      keep = atMostForever(keep);
      until = atMostForever(until);
    }

    /** Kept for this long and not launched again. */
    public static Window keeping(Duration keep) {
      return new Window(keep, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    private boolean returns() {
      return until.compareTo(from) > 0;
    }
  }

  public Foresight {
    levels = List.copyOf(levels);
    if (coldStart.isNegative() || execution.isNegative() || waitAtMost.isNegative()) {
      throw new IllegalArgumentException(
          "negative times: coldStart %s, execution %s, waitAtMost %s"
              .formatted(coldStart, execution, waitAtMost));
    }
  }

  /**
   * Whether a level wants an instance that is there.
   *
   * @param level at least 1
   * @param age since concurrency fell below it
   */
  public boolean keeps(int level, Duration age) {
    Window window = window(level);
    return age.compareTo(window.keep) < 0 || isReturning(window, age);
  }

  /** Whether a level that has no instance wants one launched now. */
  public boolean launches(int level, Duration age) {
    Window window = window(level);
    return age.compareTo(window.launchBefore) < 0 || isReturning(window, age);
  }

  /**
   * After how long, since concurrency fell below the level, the answers change next.
   *
   * @return {@link Plan#FOREVER} if they do not
   */
  public Duration nextChange(int level, Duration age) {
    Window window = window(level);
    Duration next = Plan.FOREVER;
    next = earlierAfter(age, window.keep, next);
    next = earlierAfter(age, window.launchBefore, next);
    if (window.returns()) {
      next = earlierAfter(age, launchAt(window), next);
      next = earlierAfter(age, window.until, next);
    }
    return next;
  }

  private Window window(int level) {
    return levels.get(Math.min(Levels.band(level), levels.size() - 1));
  }

  private boolean isReturning(Window window, Duration age) {
    return window.returns()
        && age.compareTo(launchAt(window)) >= 0
        && age.compareTo(window.until) < 0;
  }

  private Duration launchAt(Window window) {
    Duration at = window.from.minus(coldStart);
    return at.isNegative() ? Duration.ZERO : at;
  }

  private static Duration earlierAfter(Duration age, Duration candidate, Duration next) {
    return candidate.compareTo(age) > 0 && candidate.compareTo(next) < 0 ? candidate : next;
  }

  private static Duration atMostForever(Duration duration) {
    return duration.compareTo(Plan.FOREVER) > 0 ? Plan.FOREVER : duration;
  }
}
