package io.scaler.service;

import io.scaler.pool.Command;
import io.scaler.pool.Reply;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An owner's part of the leader's sweep: sweeps those of its pools that are due, when the leader
 * says so and, for a while after, on its own: what is due then is not late by a tick.
 */
public final class Sweeper {
  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

  private final Pools pools;
  private final PoolClient client;
  private final InstantSource clock;
  private final int mostAtOnce;
  private final Duration trust;
  private volatile Heard latest = new Heard(0, Instant.MIN);

  /** A leader's epoch, and until when it is swept for on its behalf. */
  private record Heard(long epoch, Instant until) {}

  /**
   * @param mostAtOnce pools swept in one pass; those left over are still due in the next
   * @param trust for how long after a leader was heard it is swept for on its behalf
   */
  public Sweeper(
      Pools pools, PoolClient client, InstantSource clock, int mostAtOnce, Duration trust) {
    this.pools = pools;
    this.client = client;
    this.clock = clock;
    this.mostAtOnce = mostAtOnce;
    this.trust = trust;
  }

  /** One pass on behalf of the leader of this epoch. */
  public void run(long epoch) {
    Instant now = clock.instant();
    if (epoch >= latest.epoch()) {
      latest = new Heard(epoch, now.plus(trust));
    }
    sweep(epoch, now);
  }

  /** One pass between the leader's ticks; none if it was not heard lately. */
  public void again() {
    Heard heard = latest;
    Instant now = clock.instant();
    if (now.isBefore(heard.until())) {
      sweep(heard.epoch(), now);
    }
  }

  private void sweep(long epoch, Instant now) {
    for (String key : pools.takeDue(now, mostAtOnce)) {
      client
          .submit(key, new Command.Sweep(epoch))
          .whenComplete(
              (reply, failure) -> {
                if (failure != null) {
                  log.info("{} could not be swept, still due: {}", key, Failures.message(failure));
                }
                if (failure != null || reply instanceof Reply.Refused) {
                  pools.touch(key);
                }
              });
    }
  }

  /** Takes the waiters, launches and destructions of a node that left out of its hands. */
  public void nodeLost(String node) {
    for (String key : pools.owned()) {
      client
          .submit(key, new Command.NodeLost(node))
          .whenComplete(
              (reply, failure) -> {
                if (failure != null) {
                  log.info(
                      "{}: what {} left behind runs into its time limits: {}",
                      key,
                      node,
                      Failures.message(failure));
                }
              });
    }
  }
}
