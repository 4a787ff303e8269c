package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.pool.Room;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;

/**
 * An owner's part of making room: tells the leader which idle instances of its pools could be
 * retired at the least loss. Changes nothing.
 */
public final class RoomOffers {
  /** As many instances are offered in one answer. */
  private static final int MOST = 64;

  private final Pools pools;
  private final Function<FunctionSpec, Plan> plans;
  private final PriorityClock clock;
  private final Mailbox mailbox;
  private final String node;

  /**
   * @param plans a function's plan as this node knows it
   */
  public RoomOffers(
      Pools pools,
      Function<FunctionSpec, Plan> plans,
      PriorityClock clock,
      Mailbox mailbox,
      String node) {
    this.pools = pools;
    this.plans = plans;
    this.clock = clock;
    this.mailbox = mailbox;
    this.node = node;
  }

  /** Answers the leader. Costs in proportion to the pools that have or want something. */
  public void asked(Mailbox.Message.RoomAsked asked) {
    clock.raise(asked.raisedAt(), asked.clock());
    long retiringMb = 0;
    long wantedMb = 0;
    PriorityQueue<RoomOffer> dearestFirst =
        new PriorityQueue<>(RoomOffer.LEAST_DEAR_FIRST.reversed());
    for (Room room : pools.rooms()) {
      retiringMb += room.retiringMb();
      wantedMb += room.wantedMb();
      offer(room, dearestFirst);
    }
    List<RoomOffer> offers = new ArrayList<>(dearestFirst);
    offers.sort(RoomOffer.LEAST_DEAR_FIRST);
    mailbox.send(
        asked.leader(),
        new Mailbox.Message.RoomOffered(node, asked.round(), retiringMb, wantedMb, offers));
  }

  private void offer(Room room, PriorityQueue<RoomOffer> dearestFirst) {
    if (room.idle().isEmpty()) {
      return;
    }
    Plan plan = plans.apply(room.function());
    long spare = Math.min(room.idle().size(), (long) room.live() - plan.minInstances());
    for (int i = 0; i < spare; i++) {
      Room.Idle idle = room.idle().get(i);
      dearestFirst.add(
          new RoomOffer(
              room.function().key(),
              idle.instanceId(),
              idle.since(),
              idle.memoryMb(),
              clock.at(idle.since()) + plan.priority()));
      if (dearestFirst.size() > MOST) {
        dearestFirst.remove();
      }
    }
  }
}
