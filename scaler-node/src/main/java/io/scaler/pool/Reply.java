package io.scaler.pool;

import io.scaler.model.Reason;
import io.scaler.model.StartKind;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A pool's answer to a command. */
public sealed interface Reply {

  /** The request holds the instance. */
  record Granted(String instanceId, long token, Duration remaining, StartKind startKind)
      implements Reply {}

  /** The request waits; its caller will be told. */
  record Queued() implements Reply {}

  /**
   * The instance is the pool's already, and stays: it has not to be adopted, or its launch has not
   * failed.
   */
  record Known() implements Reply {}

  /** Done, now or before. */
  record Done() implements Reply {}

  /**
   * The launch is not wanted any more.
   *
   * @param retired whether an event that goes with this reply has its slot destroyed; if not,
   *     whoever created the slot destroys it
   */
  record GivenUp(boolean retired) implements Reply {}

  /**
   * The instance has another slot already: this one is surplus, the instance is not. Whoever
   * created the slot destroys it.
   */
  record OtherSlot() implements Reply {}

  /** Extended. */
  record Renewed(long token, Duration remaining) implements Reply {}

  /**
   * Instances are to be destroyed, now or since before.
   *
   * @param retiring that are being destroyed
   * @param condemned that will be when their requests give them back
   * @param left that are to be destroyed, but were too many for one step: to be asked for again
   */
  record Destroying(int retiring, int condemned, int left) implements Reply {}

  /**
   * How the pool differs from what its platform runs.
   *
   * @param missing that the pool takes for running, and that are not
   * @param unknown that run, and that the pool does not know
   */
  record Compared(List<String> missing, List<String> unknown) implements Reply {
    public Compared {
      missing = List.copyOf(missing);
      unknown = List.copyOf(unknown);
    }
  }

  /**
   * What the pool is launching, of what was asked about.
   *
   * @param instanceIds that are being started, or destroyed before they ever served: what they hold
   *     of the limits on launches is theirs
   */
  record Launching(List<String> instanceIds) implements Reply {
    public Launching {
      instanceIds = List.copyOf(instanceIds);
    }
  }

  /** Refused; nothing changed. */
  record Refused(Reason reason, String message, @Nullable Duration retryAfter) implements Reply {}
}
