package io.scaler.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.version.MemberVersion;
import java.net.InetAddress;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Three members expected, a tolerance of three seconds. */
class RecencyMajorityTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000);
  private final RecencyMajority majority =
      new RecencyMajority(3, Duration.ofSeconds(3), nanos::get);
  private final Member second = member(2, false, false);
  private final Member third = member(3, false, false);

  @Test
  void isAbsentUntilAnotherMemberIsHeard() {
    assertThat(majority.isPresent()).isFalse();
    majority.onHeartbeat(second, 0);
    assertThat(majority.isPresent()).isTrue();
  }

  @Test
  void lapsesWhenNobodyWasHeardForTheTolerance() {
    majority.onHeartbeat(second, 0);
    pass(3_000);
    assertThat(majority.isPresent()).isTrue();
    pass(1);
    assertThat(majority.isPresent()).isFalse();
  }

  @Test
  void lastsWhileOneOfTheOthersIsHeard() {
    for (int i = 0; i < 10; i++) {
      majority.onHeartbeat(i % 2 == 0 ? second : third, 0);
      pass(1_000);
      assertThat(majority.isPresent()).isTrue();
    }
  }

  @Test
  void trustsNothingForAToleranceAfterThisProcessWasFrozen() {
    majority.onHeartbeat(second, 0);
    nanos.addAndGet(Duration.ofSeconds(5).toNanos());
    majority.onHeartbeat(second, 0);
    majority.onHeartbeat(third, 0);
    assertThat(majority.isPresent()).isFalse();
    pass(2_999);
    majority.onHeartbeat(second, 0);
    assertThat(majority.isPresent()).isFalse();
    pass(1);
    assertThat(majority.isPresent()).isTrue();
  }

  @Test
  void countsNeitherItselfTwiceNorLiteMembers() {
    majority.onHeartbeat(member(1, true, false), 0);
    majority.onHeartbeat(member(4, false, true), 0);
    assertThat(majority.isPresent()).isFalse();
  }

  @Test
  void isAlwaysPresentInAClusterOfOne() {
    RecencyMajority alone = new RecencyMajority(1, Duration.ofSeconds(3), nanos::get);
    assertThat(alone.isPresent()).isTrue();
    pass(60_000);
    assertThat(alone.isPresent()).isTrue();
  }

  /** Time passes while this process is awake: it looks several times a second. */
  private void pass(long millis) {
    long end = nanos.get() + Duration.ofMillis(millis).toNanos();
    while (end - nanos.get() > 0) {
      nanos.addAndGet(Math.min(end - nanos.get(), Duration.ofMillis(200).toNanos()));
      majority.isPresent();
    }
  }

  private static Member member(int number, boolean isLocal, boolean isLite) {
    return new MemberImpl.Builder(new Address(InetAddress.getLoopbackAddress(), 5700 + number))
        .version(MemberVersion.of("5.7.0"))
        .uuid(new UUID(0, number))
        .localMember(isLocal)
        .liteMember(isLite)
        .build();
  }
}
