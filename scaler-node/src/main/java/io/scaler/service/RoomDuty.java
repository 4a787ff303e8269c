package io.scaler.service;

import io.scaler.pool.Command;
import io.scaler.pool.Reply;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's care for memory: while requests wait for launches that find none, has idle instances
 * of the lowest priority retired until it suffices. An idle instance is worth less than a waiting
 * request, whatever its plan; instances that are busy, starting or among a plan's minimum stay.
 *
 * <p>Any node that finds memory short tells the leader, which then makes rounds, one at a time: ask
 * the owners what they could do without, learn what is missing, retire the least dear. Memory that
 * is about to come free counts as free, and it is asked about before what is missing is, so that no
 * round retires for a want that another has met. Two leaders at once choose the same instances, and
 * retiring those again changes nothing. Whatever is lost on the way is made good by the next tick.
 */
public final class RoomDuty implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(RoomDuty.class);

  /** Launches of one node that find no memory within this make one message. */
  private static final Duration TELL_AFTER = Duration.ofMillis(2);

  /** The owners have this long to answer; the round goes on without those that have not. */
  private static final Duration ANSWER_WITHIN = Duration.ofMillis(100);

  /** From the end of one round to the beginning of the next. */
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final Leadership leadership;
  private final Mailbox mailbox;
  private final Semaphores semaphores;
  private final PoolClient pools;
  private final PriorityClock priorities;
  private final Timer timer;
  private final InstantSource clock;
  private final String node;
  private final IntSupplier nodes;

  private long rounds;
  private @Nullable Round round;
  private boolean isTelling;
  private boolean isShort;
  private boolean isWantedAgain;

  /** One round, from the question to the pause after it. */
  private static final class Round {
    final long number;
    final long epoch;
    final Map<String, Mailbox.Message.RoomOffered> answers = new HashMap<>();
    boolean isClosed;

    Round(long number, long epoch) {
      this.number = number;
      this.epoch = epoch;
    }
  }

  /**
   * @param priorities this node's, which its {@link RoomOffers} goes by as well
   * @param nodes how many nodes answer
   */
  public RoomDuty(
      Leadership leadership,
      Mailbox mailbox,
      Semaphores semaphores,
      PoolClient pools,
      PriorityClock priorities,
      Timer timer,
      InstantSource clock,
      String node,
      IntSupplier nodes) {
    this.leadership = leadership;
    this.mailbox = mailbox;
    this.semaphores = semaphores;
    this.pools = pools;
    this.priorities = priorities;
    this.timer = timer;
    this.clock = clock;
    this.node = node;
    this.nodes = nodes;
  }

  /** An acquire of this node waits for permits of this semaphore: tells the leader. */
  public void shortHere(String semaphore) {
    if (!semaphore.equals(LaunchLimits.MEMORY)) {
      return;
    }
    synchronized (this) {
      if (isTelling) {
        return;
      }
      isTelling = true;
    }
    timer.after(
        TELL_AFTER,
        () -> {
          synchronized (this) {
            isTelling = false;
          }
          mailbox.broadcast(new Mailbox.Message.RoomWanted());
        });
  }

  /** Some node found memory short. */
  public void wanted() {
    synchronized (this) {
      isShort = true;
      isWantedAgain = true;
    }
    begin();
  }

  /** One more round if memory was short when it was looked at last. */
  @Override
  public void run() {
    boolean isDue;
    synchronized (this) {
      isDue = isShort;
    }
    if (isDue) {
      begin();
    }
  }

  private void begin() {
    OptionalLong epoch = leadership.epoch();
    Round next;
    synchronized (this) {
      if (epoch.isEmpty()) {
        isShort = false;
        return;
      }
      if (round != null) {
        return;
      }
      isWantedAgain = false;
      rounds++;
      next = new Round(rounds, epoch.getAsLong());
      round = next;
    }
    timer.after(ANSWER_WITHIN, () -> close(next));
    mailbox.broadcast(
        new Mailbox.Message.RoomAsked(
            node, next.number, priorities.raisedAt(), priorities.value()));
  }

  /** An owner's answer. */
  public void offered(Mailbox.Message.RoomOffered offered) {
    Round current;
    synchronized (this) {
      current = round;
      if (current == null || current.number != offered.round() || current.isClosed) {
        return;
      }
      current.answers.put(offered.node(), offered);
      if (current.answers.size() < nodes.getAsInt()) {
        return;
      }
    }
    close(current);
  }

  private void close(Round ending) {
    synchronized (this) {
      if (ending.isClosed) {
        return;
      }
      ending.isClosed = true;
    }
    semaphores
        .shortage(LaunchLimits.MEMORY)
        .whenComplete(
            (missing, failure) -> {
              if (failure != null) {
                log.info(
                    "how much memory is missing is not known, the next tick asks again: {}",
                    Failures.message(failure));
              } else {
                makeRoom(ending, missing);
              }
              timer.after(PAUSE, this::end);
            });
  }

  private void end() {
    boolean isDue;
    synchronized (this) {
      round = null;
      isDue = isWantedAgain;
    }
    if (isDue) {
      begin();
    }
  }

  private void makeRoom(Round ending, long missingMb) {
    long retiringMb = 0;
    long wantedMb = 0;
    List<RoomOffer> offers = new ArrayList<>();
    for (Mailbox.Message.RoomOffered answer : ending.answers.values()) {
      retiringMb += answer.retiringMb();
      wantedMb += answer.wantedMb();
      offers.addAll(answer.offers());
    }
    long neededMb = Math.min(missingMb, wantedMb) - retiringMb;
    List<RoomOffer> chosen = RoomChoice.of(offers, neededMb);
    long chosenMb = chosen.stream().mapToLong(RoomOffer::memoryMb).sum();
    synchronized (this) {
      isShort = missingMb > 0;
      isWantedAgain |= !chosen.isEmpty() && chosenMb < neededMb;
    }
    if (chosen.isEmpty()) {
      return;
    }
    log.debug("{} MB are missing: retiring {} idle instances", neededMb, chosen.size());
    double dearest = chosen.stream().mapToDouble(RoomOffer::priority).max().orElse(0);
    priorities.raise(clock.instant(), dearest);
    Map<String, List<RoomOffer>> byFunction = new LinkedHashMap<>();
    chosen.forEach(
        offer ->
            byFunction.computeIfAbsent(offer.functionKey(), key -> new ArrayList<>()).add(offer));
    byFunction.forEach((key, ofOne) -> retire(ending.epoch, key, ofOne));
  }

  private void retire(long epoch, String functionKey, List<RoomOffer> chosen) {
    List<String> ids = chosen.stream().map(RoomOffer::instanceId).toList();
    Instant since = chosen.get(0).idleSince();
    for (RoomOffer offer : chosen) {
      since = offer.idleSince().isAfter(since) ? offer.idleSince() : since;
    }
    pools
        .submit(functionKey, new Command.MakeRoom(epoch, ids, since))
        .whenComplete(
            (reply, failure) -> {
              if (failure != null) {
                log.info(
                    "{}: {} could not be retired, the next round chooses again: {}",
                    functionKey,
                    ids,
                    Failures.message(failure));
              } else if (reply instanceof Reply.Refused refused) {
                log.info("{}: {} stay: {}", functionKey, ids, refused.message());
              }
            });
  }
}
