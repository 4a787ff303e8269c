package io.scaler.adapter.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.splitbrainprotection.HeartbeatAware;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionFunction;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node has heard from a majority of the data members just now.
 *
 * <p>Counting members is not enough: a node that is cut off counts the others until it removes
 * them, which it does at about the same time as they remove it and start to serve its keys. So a
 * member counts only if it was heard within a tolerance that is well below the time after which
 * members are removed. A process that was frozen finds heartbeats from before in its socket when it
 * wakes; it counts nobody until it has been awake for a tolerance.
 */
final class RecencyMajority
    implements SplitBrainProtectionFunction, HeartbeatAware, MembershipListener {
  private final int required;
  private final long toleranceNanos;
  private final LongSupplier nanoTime;
  private final Map<UUID, Long> heardAt = new ConcurrentHashMap<>();
  private volatile long awakeAt;
  private volatile long untrustedUntil;

  /**
   * @param expectedSize data members that the cluster has when all are up
   * @param tolerance for how long a member counts after it was heard
   */
  RecencyMajority(int expectedSize, Duration tolerance, LongSupplier nanoTime) {
    this.required = expectedSize / 2 + 1;
    this.toleranceNanos = tolerance.toNanos();
    this.nanoTime = nanoTime;
    this.awakeAt = nanoTime.getAsLong();
    this.untrustedUntil = awakeAt;
  }

  /** Data members that must be heard, this one included. */
  int required() {
    return required;
  }

  boolean isPresent() {
    long now = nanoTime.getAsLong();
    if (required == 1) {
      return true;
    }
    noticePause(now);
    if (now - untrustedUntil < 0) {
      return false;
    }
    int heard = 1;
    for (long at : heardAt.values()) {
      if (now - at <= toleranceNanos) {
        heard++;
      }
    }
    return heard >= required;
  }

  /** For how long a member was not heard; null if it never was, or is no member. */
  @Nullable Duration silentFor(UUID member) {
    Long at = heardAt.get(member);
    return at == null ? null : Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - at));
  }

  private void noticePause(long now) {
    if (now - awakeAt > toleranceNanos) {
      untrustedUntil = now + toleranceNanos;
    }
    awakeAt = now;
  }

  @Override
  public boolean apply(Collection<Member> members) {
    return isPresent();
  }

  @Override
  public void onHeartbeat(Member member, long timestamp) {
    long now = nanoTime.getAsLong();
    noticePause(now);
    heard(member, now);
  }

  @Override
  public void memberAdded(MembershipEvent event) {
    heard(event.getMember(), nanoTime.getAsLong());
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    heardAt.remove(event.getMember().getUuid());
  }

  private void heard(Member member, long now) {
    if (!member.localMember() && !member.isLiteMember()) {
      heardAt.put(member.getUuid(), now);
    }
  }
}
