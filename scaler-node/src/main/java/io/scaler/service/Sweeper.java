package io.scaler.service;

import io.scaler.pool.Command;
import io.scaler.pool.Reply;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An owner's part of the leader's sweep: sweeps those of its pools that are due. */
public final class Sweeper {
  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

  private final Pools pools;
  private final PoolClient client;
  private final InstantSource clock;
  private final int mostAtOnce;

  /**
   * @param mostAtOnce pools swept in one pass; those left over are still due in the next
   */
  public Sweeper(Pools pools, PoolClient client, InstantSource clock, int mostAtOnce) {
    this.pools = pools;
    this.client = client;
    this.clock = clock;
    this.mostAtOnce = mostAtOnce;
  }

  /** One pass on behalf of the leader of this epoch. */
  public void run(long epoch) {
    for (String key : pools.takeDue(clock.instant(), mostAtOnce)) {
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
