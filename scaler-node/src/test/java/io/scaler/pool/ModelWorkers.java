package io.scaler.pool;

import io.scaler.model.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of a random run do on the platform: launch and destroy, each step when chance has
 * it, some of them failing, some of them with an outcome that nobody learns.
 */
final class ModelWorkers {
  private final RandomCluster cluster;
  private final ModelPlatform platform;
  private final Random random;
  private final List<Runnable> work = new ArrayList<>();
  private final Set<String> inFlight = new HashSet<>();
  private boolean failing = true;

  ModelWorkers(RandomCluster cluster, ModelPlatform platform, Random random) {
    this.cluster = cluster;
    this.platform = platform;
    this.random = random;
  }

  /** From here on nothing fails. */
  void succeed() {
    failing = false;
  }

  boolean isIdle() {
    return work.isEmpty();
  }

  /** Does a piece of what there is to do. */
  void step() {
    if (!work.isEmpty()) {
      work.remove(random.nextInt(work.size())).run();
    }
  }

  void launch(String node, String instanceId, @Nullable String slotId, boolean taken) {
    if (inFlight.add(node + " launches " + instanceId)) {
      work.add(
          slotId == null ? () -> create(node, instanceId, taken) : init(node, instanceId, slotId));
    }
  }

  void destroy(String node, String instanceId, @Nullable String slotId) {
    if (inFlight.add(node + " destroys " + instanceId)) {
      work.add(
          () -> {
            boolean failed = fails(6);
            if (!failed || random.nextBoolean()) {
              platform.destroy(slotId, instanceId);
            }
            if (failed || !cluster.isUp(node)) {
              inFlight.remove(node + " destroys " + instanceId);
              return;
            }
            cluster.send(
                node,
                new Command.Destroyed(instanceId),
                reply -> inFlight.remove(node + " destroys " + instanceId));
          });
    }
  }

  private void create(String node, String instanceId, boolean taken) {
    if (fails(8)) {
      boolean happened = random.nextInt(3) == 0;
      if (happened) {
        platform.create(instanceId, cluster.now());
      }
      // Whoever takes a launch over cannot know whether a slot was created before.
      failed(node, instanceId, happened || taken || random.nextBoolean());
      return;
    }
    String slotId = platform.create(instanceId, cluster.now());
    if (cluster.isUp(node)) {
      cluster.send(
          node,
          new Command.SlotCreated(instanceId, slotId),
          reply -> {
            if (reply instanceof Reply.Done) {
              work.add(init(node, instanceId, slotId));
            } else {
              giveUp(node, instanceId, slotId, reply);
            }
          });
    }
  }

  private Runnable init(String node, String instanceId, String slotId) {
    return () -> {
      if (fails(8) || !platform.init(slotId)) {
        failed(node, instanceId, true);
      } else if (cluster.isUp(node)) {
        cluster.send(
            node,
            new Command.Ready(instanceId),
            reply -> {
              if (reply instanceof Reply.Done) {
                ended(node, instanceId);
              } else {
                giveUp(node, instanceId, slotId, reply);
              }
            });
      }
    };
  }

  private void giveUp(String node, String instanceId, String slotId, @Nullable Reply reply) {
    ended(node, instanceId);
    boolean elsewhere = reply instanceof Reply.GivenUp given && given.retired();
    if (!elsewhere) {
      work.add(() -> discard(node, instanceId, slotId));
    }
  }

  private void discard(String node, String instanceId, String slotId) {
    if (!fails(6)) {
      platform.destroy(slotId, instanceId);
    } else if (cluster.isUp(node)) {
      work.add(() -> discard(node, instanceId, slotId));
    }
  }

  private void failed(String node, String instanceId, boolean mayExist) {
    ended(node, instanceId);
    if (cluster.isUp(node)) {
      Duration retryAfter = random.nextInt(4) == 0 ? Duration.ofSeconds(1) : null;
      cluster.send(
          node,
          new Command.LaunchFailed(
              instanceId, node, mayExist, Reason.LAUNCH_FAILED, "the platform says no", retryAfter),
          reply -> {});
    }
  }

  private void ended(String node, String instanceId) {
    inFlight.remove(node + " launches " + instanceId);
  }

  private boolean fails(int oneIn) {
    return failing && random.nextInt(oneIn) == 0;
  }
}
