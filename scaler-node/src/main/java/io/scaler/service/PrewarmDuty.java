package io.scaler.service;

import io.scaler.pool.Command;
import io.scaler.service.Provisioning.Wanted;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's pre-warming: has functions' instances launched before anybody asks for them.
 *
 * <p>What is wanted anew is asked for at once. Besides, each run asks for a share of all, so that
 * many functions cost no run much: all have had their turn after ten runs, or after more where
 * there are thousands.
 */
public final class PrewarmDuty implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(PrewarmDuty.class);

  private static final int RUNS_FOR_ALL = 10;
  private static final int MOST_AT_ONCE = 100;

  private final Leadership leadership;
  private final PoolClient pools;
  private final Provisioning provisioning;
  private final Deque<Wanted> risen = new ArrayDeque<>();
  private List<Wanted> before = List.of();
  private int next;

  public PrewarmDuty(Leadership leadership, PoolClient pools, Provisioning provisioning) {
    this.leadership = leadership;
    this.pools = pools;
    this.provisioning = provisioning;
  }

  /** Asks for what should be there; a pool that has it changes nothing. */
  @Override
  public void run() {
    List<Wanted> all = provisioning.wanted();
    if (all != before) {
      noteRisen(all);
      before = all;
    }
    leadership.epoch().ifPresentOrElse(epoch -> prewarmShare(epoch, all), risen::clear);
  }

  private void noteRisen(List<Wanted> all) {
    Map<String, Integer> known = new HashMap<>();
    before.forEach(each -> known.put(each.function().key(), each.instances()));
    risen.clear();
    for (Wanted each : all) {
      if (each.instances() > known.getOrDefault(each.function().key(), 0)) {
        risen.add(each);
      }
    }
  }

  private void prewarmShare(long epoch, List<Wanted> all) {
    for (int i = 0; i < MOST_AT_ONCE && !risen.isEmpty(); i++) {
      prewarm(epoch, risen.remove());
    }
    int share = Math.min(MOST_AT_ONCE, (all.size() + RUNS_FOR_ALL - 1) / RUNS_FOR_ALL);
    for (int i = 0; i < share; i++) {
      next = next < all.size() ? next : 0;
      prewarm(epoch, all.get(next));
      next++;
    }
  }

  private void prewarm(long epoch, Wanted wanted) {
    String key = wanted.function().key();
    pools
        .submit(key, new Command.Prewarm(epoch, wanted.function(), wanted.instances()))
        .whenComplete(
            (reply, failure) -> {
              if (failure != null) {
                log.info("{} was not pre-warmed this time: {}", key, Failures.message(failure));
              }
            });
  }
}
