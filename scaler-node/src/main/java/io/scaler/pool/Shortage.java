package io.scaler.pool;

import io.scaler.model.Spans;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a request found no idle instance: what the pool had when it came.
 *
 * @param busy instances that other requests held
 * @param starting instances that were on their way
 * @param outdated idle instances that serve the function as it was specified before
 * @param last the latest instance that was given up; null if there was none
 */
public record Shortage(int busy, int starting, int outdated, @Nullable Retirement last) {

  /** The one cause that counts most. */
  public enum Cause {
    /** No instance is known to have been there before. */
    FIRST_CALL,
    /** There were instances, and requests held all of them. */
    ALL_BUSY,
    /** No instance was ready yet. */
    STARTING,
    /** The function's specification had changed. */
    OUTDATED,
    /** The last instance had been given up. */
    NONE_LEFT
  }

  /** The one cause that counts most. */
  public Cause cause() {
    if (busy > 0) {
      return Cause.ALL_BUSY;
    } else if (starting > 0) {
      return Cause.STARTING;
    } else if (outdated > 0) {
      return Cause.OUTDATED;
    }
    return last == null ? Cause.FIRST_CALL : Cause.NONE_LEFT;
  }

  /** In a sentence, without its stop, for a request that came at {@code at}. */
  public String words(Instant at) {
    return switch (cause()) {
      case FIRST_CALL -> "it was the first call, or none before it is remembered";
      case ALL_BUSY ->
          (busy == 1 ? "the only instance was busy" : "all %,d instances were busy".formatted(busy))
              + (starting == 0 ? "" : ", %,d more %s".formatted(starting, were()))
              + before(at, "; an idle one had been destroyed ");
      case STARTING -> "%,d %s, none was ready".formatted(starting, were());
      case OUTDATED -> "idle ones were of an earlier specification of the function";
      case NONE_LEFT -> "none was left: the last was destroyed" + before(at, " ");
    };
  }

  private String were() {
    return starting == 1 ? "was starting" : "were starting";
  }

  private String before(Instant at, String introduction) {
    if (last == null || (busy > 0 && last.idled() == null)) {
      return "";
    }
    Duration idled = last.idled();
    return introduction
        + Spans.inWords(Duration.between(last.at(), at))
        + " before"
        + (idled == null ? "" : ", after %s idle".formatted(Spans.inWords(idled)))
        + " ("
        + last.why()
        + ")";
  }
}
