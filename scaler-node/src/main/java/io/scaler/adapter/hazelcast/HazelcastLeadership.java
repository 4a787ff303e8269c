package io.scaler.adapter.hazelcast;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import io.scaler.service.Failures;
import io.scaler.service.Leadership;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The oldest data member that has not resigned leads while it hears from a majority. It claims the
 * one entry of a map first, which raises the epoch whenever the leader changes, so that what a
 * former leader still sends is refused wherever the new one was heard.
 */
final class HazelcastLeadership implements Leadership, Runnable {
  private static final Logger log = LoggerFactory.getLogger(HazelcastLeadership.class);
  static final String LEADER = "leader";
  private static final long NONE = -1;

  private final Owners<Leader> owners;
  private final OwnerCalls calls;
  private final Cluster cluster;
  private final RecencyMajority majority;
  private final String node;
  private final InstantSource clock;
  private final AtomicBoolean claiming = new AtomicBoolean();
  private volatile long epoch = NONE;
  private volatile boolean resigned;

  /** Nodes that lead no more, though they are older members. */
  private final Set<String> passedOver = ConcurrentHashMap.newKeySet();

  /** Who leads. */
  record Leader(String node, long epoch) {}

  HazelcastLeadership(
      IMap<String, Leader> map,
      OwnerCalls calls,
      Cluster cluster,
      RecencyMajority majority,
      String node,
      InstantSource clock) {
    this.owners = new MapOwners<>(map);
    this.calls = calls;
    this.cluster = cluster;
    this.majority = majority;
    this.node = node;
    this.clock = clock;
  }

  @Override
  public OptionalLong epoch() {
    long claimed = epoch;
    return claimed != NONE && mayLead() ? OptionalLong.of(claimed) : OptionalLong.empty();
  }

  /** One look at whether this node is to lead; claims the leadership if it is. */
  @Override
  public void run() {
    if (!mayLead()) {
      if (epoch != NONE) {
        epoch = NONE;
        log.info("this node no longer leads");
      }
      return;
    }
    if (epoch == NONE && claiming.compareAndSet(false, true)) {
      calls
          .submit(owners, LEADER, attempt -> new Claim(new Claim.Order(node, clock.millis())))
          .whenComplete(
              (claimed, failure) -> {
                if (failure == null) {
                  epoch = claimed;
                  log.info("this node leads, term {}", claimed);
                } else {
                  log.info("the leadership was not claimed: {}", Failures.message(failure));
                }
                claiming.set(false);
              });
    }
  }

  String node() {
    return node;
  }

  boolean hasResigned() {
    return resigned;
  }

  /** Leads no more: this node is about to leave. */
  void resign() {
    resigned = true;
  }

  private boolean mayLead() {
    return !resigned && majority.isPresent() && isOldest();
  }

  /** The node has resigned: the next oldest leads. Heard by that one, it does so at once. */
  void passOver(String resignedNode) {
    passedOver.add(resignedNode);
  }

  /** The node has left for good. */
  void forget(String left) {
    passedOver.remove(left);
  }

  private boolean isOldest() {
    for (Member member : cluster.getMembers()) {
      if (!member.isLiteMember() && !isPassedOver(member)) {
        return member.localMember();
      }
    }
    return false;
  }

  private boolean isPassedOver(Member member) {
    return !passedOver.isEmpty() && passedOver.contains(Structures.node(member));
  }

  /** Makes the node the leader, unless it is already. Answers with the epoch. */
  static final class Claim implements EntryProcessor<String, Leader, Long> {
    private static final long serialVersionUID = 1L;

    private final transient Order order;
    private transient @Nullable Leader leader;

    /**
     * What is sent to the owner.
     *
     * @param first the epoch if none is known: the time now, in milliseconds since 1970. Where the
     *     entry was lost with all its copies, pools that were not lost refuse what is smaller than
     *     they have seen. No leader before has come to a larger one, since each adds one only,
     *     unless this node's clock is further behind than the lost entry was old.
     */
    record Order(String node, long first) {}

    Claim(Order order) {
      this.order = order;
    }

    Order order() {
      return order;
    }

    @Override
    public Long process(Map.Entry<String, Leader> entry) {
      Leader now = entry.getValue();
      if (now == null || !now.node().equals(order.node())) {
        now = new Leader(order.node(), now == null ? order.first() : now.epoch() + 1);
        entry.setValue(now);
      }
      leader = now;
      return now.epoch();
    }

    @Override
    public @Nullable EntryProcessor<String, Leader, Long> getBackupProcessor() {
      return leader == null ? null : new Backup(leader);
    }
  }

  /** Notes the leader on the backup. */
  record Backup(Leader leader) implements EntryProcessor<String, Leader, Long> {
    @Override
    public Long process(Map.Entry<String, Leader> entry) {
      entry.setValue(leader);
      return leader.epoch();
    }

    @Override
    public @Nullable EntryProcessor<String, Leader, Long> getBackupProcessor() {
      return null;
    }
  }
}
