package io.scaler.node;

import io.scaler.adapter.hazelcast.HazelcastCluster;
import io.scaler.service.Chronicle;
import io.scaler.service.Mailbox.Message;
import io.scaler.service.NodeReports;
import io.scaler.service.Planner;
import io.scaler.service.RoomDuty;
import io.scaler.service.RoomOffers;
import io.scaler.service.ServedRequests;
import io.scaler.service.Sweeper;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who takes which message to this node. Waiting calls are told at once, on the thread that brought
 * the message; what may block goes to the background.
 *
 * @param drain has this node stop; does not block
 */
record Inbox(
    HazelcastCluster cluster,
    ServedRequests requests,
    NodeReports reports,
    Chronicle chronicle,
    Sweeper sweeper,
    Planner planner,
    RoomDuty room,
    RoomOffers roomOffers,
    Runnable drain,
    TickTimes ticks,
    Executor background,
    InstantSource clock,
    LongSupplier nanoTime)
    implements Consumer<Message> {
  private static final Logger log = LoggerFactory.getLogger(Inbox.class);

  @Override
  public void accept(Message message) {
    if (message instanceof Message.HandedOver handed) {
      requests.handedOver(handed);
    } else if (message instanceof Message.Refused refused) {
      requests.refused(refused);
    } else if (message instanceof Message.PermitGranted granted) {
      cluster.permitGranted(granted);
    } else if (message instanceof Message.Reported reported) {
      reports.reported(reported);
    } else if (message instanceof Message.ReportAsked asked) {
      background.execute(() -> reports.asked(asked));
    } else if (message instanceof Message.Resigned resigned) {
      cluster.passOver(resigned);
    } else if (message instanceof Message.Drain) {
      drain.run();
    } else if (message instanceof Message.Told told) {
      chronicle.heard(told.vitals(), clock.instant());
    } else {
      background.execute(() -> takePart(message));
    }
  }

  private void takePart(Message message) {
    if (!cluster.hasMajority()) {
      log.debug("{} is left to whoever hears from a majority", message);
      return;
    }
    try {
      if (message instanceof Message.SweepDue due) {
        long begun = nanoTime.getAsLong();
        sweeper.run(due.epoch());
        ticks.took(begun, nanoTime.getAsLong());
      } else if (message instanceof Message.PlanDue due) {
        planner.run(due.epoch());
      } else if (message instanceof Message.NodeLost gone) {
        sweeper.nodeLost(gone.node());
      } else if (message instanceof Message.RoomWanted) {
        room.wanted();
      } else if (message instanceof Message.RoomAsked asked) {
        roomOffers.asked(asked);
      } else if (message instanceof Message.RoomOffered offered) {
        room.offered(offered);
      } else {
        throw new IllegalStateException("nobody takes " + message);
      }
    } catch (RuntimeException e) {
      log.warn("{} was not carried out, the leader sends it again: {}", message, e.toString());
    }
  }
}
