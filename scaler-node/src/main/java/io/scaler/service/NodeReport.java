package io.scaler.service;

import java.time.Duration;
import java.util.List;

/**
 * What a node says of itself.
 *
 * @param leads whether it leads
 * @param safe whether all that it owns, or keeps a copy of, has its copies
 * @param breakerOpen whether it launches nothing, since the platform does not answer
 * @param openCalls Assigns through it without an answer so far
 * @param launching cold starts that it carries out
 * @param up for how long it has been running
 * @param starts how its calls were answered so far
 * @param pools of those that it owns
 * @param hot the functions that were asked for most through it, a few seconds ago at most
 */
public record NodeReport(
    String node,
    State state,
    boolean leads,
    boolean safe,
    boolean breakerOpen,
    int openCalls,
    int launching,
    Duration up,
    Starts starts,
    PoolCounts.Sum pools,
    List<Vitals.Hot> hot) {

  /** How far a node is with its life. */
  public enum State {
    /** It takes no calls yet. */
    STARTING,
    /** It takes calls. */
    SERVING,
    /** It hears from no majority and refuses calls. */
    CUT_OFF,
    /** It is about to stop and says so; calls that come are served still. */
    DRAINING,
    /** It takes no new call, lets open ones end, and leaves. */
    STOPPING
  }

  /**
   * Assigns by how they were answered.
   *
   * @param failed calls of any kind that were refused or failed, but for those whose caller left
   */
  public record Starts(long warm, long waited, long cold, long failed) {}

  public NodeReport {
    hot = List.copyOf(hot);
  }
}
