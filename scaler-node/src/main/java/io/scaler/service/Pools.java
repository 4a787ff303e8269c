package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.pool.Command;
import io.scaler.pool.Decision;
import io.scaler.pool.Event;
import io.scaler.pool.Reply;
import io.scaler.pool.Room;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Every function's pool, wherever in the cluster its owner is. */
public interface Pools {

  /**
   * Has the pool's owner decide. An outcome that is uncertain (the owner or its backup left
   * meanwhile) is asked for again until it is certain, within a bounded time.
   *
   * <p>An answer to an Assign, Release or Renew without follow-ups may come on a thread that must
   * not wait for anything and must not submit another command: what depends on it may tell a
   * caller.
   *
   * <p>A command other than {@link Command.Opening} for a function without a pool is answered with
   * a null reply.
   *
   * @return fails with a {@link io.scaler.model.ScalerException} NODE_UNAVAILABLE if this node
   *     hears from no majority or the outcome stays uncertain
   */
  CompletionStage<Answer> submit(String functionKey, Command command);

  /**
   * Takes the keys of pools owned by this node that want to be swept by {@code now}, at most {@code
   * most} of them. A key that was taken is offered again when the decision on it says so.
   */
  Collection<String> takeDue(Instant now, int most);

  /** Keys of all pools there are, whichever node owns them. Fails as {@link #submit} does. */
  CompletionStage<Set<String>> keys();

  /** Keys of the pools that this node owns now. */
  Collection<String> owned();

  /**
   * What the pools that this node owns have of the cluster's memory to give, as of each one's last
   * change; those that neither have nor want anything are left out. May tell of a pool that another
   * node owns by now.
   */
  Collection<Room> rooms();

  /** Wants the pool swept soon, if this node owns it: its plan changed. */
  void touch(String functionKey);

  /**
   * An owner's answer.
   *
   * @param reply null if the function has no pool
   * @param followUps what whoever sent the command has to do now
   * @param spec the function's, present if there are follow-ups
   */
  record Answer(
      @Nullable Reply reply, List<Event.FollowUp> followUps, @Nullable FunctionSpec spec) {
    public static final Answer NO_POOL = new Answer(null, List.of(), null);

    /** What follows from a decision that was applied. */
    public static Answer of(Decision decision, FunctionSpec spec) {
      List<Event.FollowUp> followUps = new ArrayList<>(0);
      for (Event event : decision.events()) {
        if (event instanceof Event.FollowUp followUp) {
          followUps.add(followUp);
        }
      }
      return new Answer(decision.reply(), followUps, followUps.isEmpty() ? null : spec);
    }

    public Answer {
      followUps = List.copyOf(followUps);
    }
  }
}
