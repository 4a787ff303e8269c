package io.scaler.service;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's care for what a lost node was doing: has every owner take it over. Repeated for a
 * while, since a pool may be without an owner at first, and a leader may be new.
 */
public final class LostNodesDuty implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(LostNodesDuty.class);

  private final Leadership leadership;
  private final Mailbox mailbox;
  private final Semaphores semaphores;
  private final InstantSource clock;
  private final Duration pause;
  private final int times;
  private final Map<String, Round> rounds = new ConcurrentHashMap<>();

  private record Round(int number, Instant next) {}

  /**
   * @param pause between one call to the owners and the next
   * @param times how often they are called
   */
  public LostNodesDuty(
      Leadership leadership,
      Mailbox mailbox,
      Semaphores semaphores,
      InstantSource clock,
      Duration pause,
      int times) {
    this.leadership = leadership;
    this.mailbox = mailbox;
    this.semaphores = semaphores;
    this.clock = clock;
    this.pause = pause;
    this.times = times;
  }

  /** The node left the cluster. Every node notes it, whichever leads. */
  public void lost(String node) {
    rounds.putIfAbsent(node, new Round(0, clock.instant()));
  }

  /** The node is a member again, with all that it was doing. */
  public void returned(String node) {
    rounds.remove(node);
  }

  @Override
  public void run() {
    if (leadership.epoch().isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    rounds.forEach(
        (node, round) -> {
          if (!round.next().isAfter(now)) {
            call(node, round, now);
          }
        });
  }

  private void call(String node, Round round, Instant now) {
    boolean isLast = round.number() + 1 >= times;
    boolean isLost =
        isLast
            ? rounds.remove(node, round)
            : rounds.replace(node, round, new Round(round.number() + 1, now.plus(pause)));
    if (!isLost) {
      return;
    }
    mailbox.broadcast(new Mailbox.Message.NodeLost(node));
    semaphores
        .nodeLost(node)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                log.info(
                    "what {} waited for was not taken out this time: {}",
                    node,
                    Failures.message(failure));
              }
            });
  }
}
