package io.scaler.service;

import io.scaler.model.Reason;
import io.scaler.model.StartKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Messages between nodes. They may be lost or come late; whatever matters is asked for again. */
public interface Mailbox {

  /** Sends to one node, which may be this one. */
  void send(String node, Message message);

  /** Sends to every node, this one included. */
  void broadcast(Message message);

  /** Who gets the messages to this node. Called once, before any arrives. */
  void onMessage(Consumer<Message> receiver);

  /** What nodes tell each other. */
  sealed interface Message {

    /**
     * The waiting call's request was handed an instance.
     *
     * @param waited how long it was queued, by the owner's clock; null if that is not known
     */
    record HandedOver(
        String functionKey,
        String requestId,
        long call,
        String instanceId,
        long token,
        Duration remaining,
        StartKind startKind,
        @Nullable Duration waited)
        implements Message {}

    /** The waiting call's request was refused. */
    record Refused(long call, Reason reason, String message, @Nullable Duration retryAfter)
        implements Message {}

    /** The leader of this epoch has every owner sweep what is due. */
    record SweepDue(long epoch) implements Message {}

    /** The leader of this epoch has every owner plan for what changed. */
    record PlanDue(long epoch) implements Message {}

    /**
     * The leader noticed that a node left: owners take its waiters and launches out of its hands.
     */
    record NodeLost(String node) implements Message {}

    /** A launch of some node waits for memory. */
    record RoomWanted() implements Message {}

    /**
     * The leader asks every owner for the idle instances that it could do without best.
     *
     * @param leader the node to answer
     * @param raisedAt when {@code clock} was raised last
     * @param clock of {@link PriorityClock}
     */
    record RoomAsked(String leader, long round, Instant raisedAt, double clock)
        implements Message {}

    /**
     * An owner's answer.
     *
     * @param node whose answer it is
     * @param retiringMb memory of its pools that is about to come free
     * @param wantedMb memory of its pools' launches that requests wait for
     */
    record RoomOffered(
        String node, long round, long retiringMb, long wantedMb, List<RoomOffer> offers)
        implements Message {
      public RoomOffered {
        offers = List.copyOf(offers);
      }
    }

    /** A node wants this one's {@link NodeReport}. */
    record ReportAsked(String asker, long number) implements Message {}

    /** A node's report, with the number that it was asked by. */
    record Reported(long number, NodeReport report) implements Message {}

    /** This node is to stop. */
    record Drain() implements Message {}

    /** The node leads no more, though it is there still: the next oldest takes over. */
    record Resigned(String node) implements Message {}

    /** A node says how it is. */
    record Told(Vitals vitals) implements Message {}

    /** A permit that the node was waiting for was granted. */
    record PermitGranted(String semaphore, String holder) implements Message {}
  }
}
