package io.scaler.pool;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Outcome;
import io.scaler.model.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of a pool. Each is idempotent: repeated, it changes nothing more. */
public sealed interface Command {

  /** Commands that make sense for a function that has no pool yet. */
  sealed interface Opening extends Command {
    FunctionSpec spec();
  }

  /** Get the request an instance, or queue it for at most {@code patience}. */
  record Assign(FunctionSpec spec, String requestId, Caller caller, Duration patience)
      implements Opening {}

  /** The caller went away: leave the queue, give back what was granted to this caller alone. */
  record Cancel(String requestId, Caller caller) implements Command {}

  /** The platform made the launch's slot. Answered by Done; GivenUp or OtherSlot if unwanted. */
  record SlotCreated(String instanceId, String slotId) implements Command {}

  /** The application runs in the launch's slot. Answered by Done, or GivenUp. */
  record Ready(String instanceId) implements Command {}

  /**
   * The launch failed.
   *
   * @param node that was at it; what it says counts for nothing once another one is
   * @param mayExist whether the platform may have a slot for it, which must then be destroyed
   * @param reason what its waiters are told if there are no more attempts
   * @param retryAfter what they are told about repeating; a launch that failed with it is not
   *     attempted again, since the platform asked for a pause
   */
  record LaunchFailed(
      String instanceId,
      String node,
      boolean mayExist,
      Reason reason,
      String message,
      @Nullable Duration retryAfter)
      implements Command {}

  /** The holder gives the instance back. */
  record Release(String requestId, String instanceId, Outcome outcome, String reason)
      implements Command {}

  /** The holder extends its lease. */
  record Renew(String requestId, String instanceId) implements Command {}

  /** The leader's pass: retire, expire, refuse, ask again, launch what the plan keeps. */
  record Sweep(long epoch) implements Command {}

  /**
   * The leader wants at least this many instances, launched ahead of requests.
   *
   * @param spec opens the pool; one that is open keeps to what requests said last
   */
  record Prewarm(long epoch, FunctionSpec spec, int instances) implements Opening {}

  /**
   * The leader wants memory: retire those of these instances that are idle and were not used since.
   *
   * @param idleSince when the last of them to become idle did
   */
  record MakeRoom(long epoch, List<String> instanceIds, Instant idleSince) implements Command {
    public MakeRoom {
      instanceIds = List.copyOf(instanceIds);
    }
  }

  /**
   * An operator wants instances gone: idle ones now, busy ones when they come back. Those that are
   * starting stay, unless one is named.
   *
   * @param instanceId empty for all
   */
  record Destroy(String instanceId, String why) implements Command {}

  /**
   * Says how the pool differs from what the platform runs for its function; changes nothing.
   *
   * @param instanceIds that the platform runs
   */
  record Compare(List<String> instanceIds) implements Command {
    public Compare {
      instanceIds = List.copyOf(instanceIds);
    }
  }

  /** Says which of these the pool is launching; changes nothing. */
  record AskLaunching(List<String> instanceIds) implements Command {
    public AskLaunching {
      instanceIds = List.copyOf(instanceIds);
    }
  }

  /**
   * The platform no longer runs these: retire those that are idle, and those that are held when
   * they come back.
   */
  record Lost(long epoch, List<String> instanceIds) implements Command {
    public Lost {
      instanceIds = List.copyOf(instanceIds);
    }
  }

  /** The platform runs an instance that no pool knows. */
  record Adopt(long epoch, FunctionSpec spec, String instanceId, String slotId, long memoryMb)
      implements Opening {}

  /** The platform confirmed that the instance is gone. */
  record Destroyed(String instanceId) implements Command {}

  /** A node left the cluster: whoever sends this takes over its launches and destructions. */
  record NodeLost(String lostNode) implements Command {}
}
