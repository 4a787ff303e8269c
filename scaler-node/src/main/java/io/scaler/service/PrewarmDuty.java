package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.pool.Command;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The leader's pre-warming: has functions' instances launched before anybody asks for them. */
public final class PrewarmDuty implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(PrewarmDuty.class);

  private final Leadership leadership;
  private final PoolClient pools;
  private final List<Provisioned> provisioned;

  /**
   * A function that always has instances.
   *
   * @param instances at least 1
   */
  public record Provisioned(FunctionSpec function, int instances) {}

  public PrewarmDuty(Leadership leadership, PoolClient pools, List<Provisioned> provisioned) {
    this.leadership = leadership;
    this.pools = pools;
    this.provisioned = List.copyOf(provisioned);
  }

  /** Asks for what should be there; a pool that has it changes nothing. */
  @Override
  public void run() {
    leadership.epoch().ifPresent(epoch -> provisioned.forEach(each -> prewarm(epoch, each)));
  }

  private void prewarm(long epoch, Provisioned wanted) {
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
