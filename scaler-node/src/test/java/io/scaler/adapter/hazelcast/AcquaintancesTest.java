package io.scaler.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.version.MemberVersion;
import io.scaler.service.KnownNode;
import io.scaler.service.KnownNode.Gone;
import io.scaler.service.Whereabouts;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Three nodes expected, a tolerance of three seconds; this one is n1. */
class AcquaintancesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicLong nanos = new AtomicLong();
  private final RecencyMajority majority =
      new RecencyMajority(3, Duration.ofSeconds(3), nanos::get);
  private final Acquaintances acquaintances =
      new Acquaintances(settings(), majority, () -> START.plusNanos(nanos.get()));
  private final Member own = member(1, "n1", true);
  private final Member second = member(2, "n2", false);
  private final Member third = member(3, "n3", false);

  private static ClusterSettings settings() {
    return new ClusterSettings(
        "acquaintances",
        "10.0.0.1",
        5701,
        List.of("10.0.0.1:5701", "pod-2", "10.0.0.3:5701"),
        "",
        3,
        Duration.ofSeconds(1),
        Duration.ofSeconds(3),
        Duration.ofSeconds(10),
        Duration.ofSeconds(2),
        Duration.ofDays(1));
  }

  private static Member member(int number, String node, boolean isLocal) {
    try {
      return new MemberImpl.Builder(
              new Address(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) number}), 5701))
          .version(MemberVersion.of("5.7.0"))
          .uuid(UUID.nameUUIDFromBytes(node.getBytes(StandardCharsets.UTF_8)))
          .localMember(isLocal)
          .attributes(
              Map.of(
                  Structures.NODE,
                  node,
                  Structures.HOST,
                  "pod-" + number,
                  Structures.GRPC_PORT,
                  "9001",
                  Structures.HTTP_PORT,
                  "9080"))
          .build();
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
      majority.isPresent();
    }
  }

  private void goes(Member member) {
    acquaintances.left(Acquaintances.of(member));
  }

  private String noMajority(Member... members) {
    return acquaintances.noMajority(List.of(members)).orElse("there is one");
  }

  @Test
  void knowsWhereMembersAre() {
    assertThat(acquaintances.known(List.of(own, second)))
        .extracting(KnownNode::node, KnownNode::address, KnownNode::gone)
        .containsExactly(tuple("n1", "10.0.0.1:5701", null), tuple("n2", "10.0.0.2:5701", null));
    KnownNode known = acquaintances.known(List.of(second)).get(0);
    assertThat(known.whereabouts()).isEqualTo(new Whereabouts("pod-2", 9001, 9080));
  }

  @Test
  void knowsWhichMembersItHearsFrom() {
    majority.onHeartbeat(third, 0);
    pass(4);
    majority.onHeartbeat(second, 0);

    assertThat(acquaintances.known(List.of(own, second, third)))
        .extracting(KnownNode::heard)
        .containsExactly(true, true, false);
  }

  @Test
  void remembersForTenMinutesWhoLeftAndWhoWasLost() {
    pass(1);
    acquaintances.stops("n2");
    goes(second);
    pass(1);
    goes(third);

    assertThat(acquaintances.known(List.of(own)))
        .extracting(KnownNode::node, KnownNode::gone)
        .containsExactly(
            tuple("n1", null),
            tuple("n2", new Gone(START.plusSeconds(1), true)),
            tuple("n3", new Gone(START.plusSeconds(2), false)));

    pass(600);
    assertThat(acquaintances.known(List.of(own)))
        .extracting(KnownNode::node)
        .containsExactly("n1", "n3");
    pass(1);
    assertThat(acquaintances.known(List.of(own))).hasSize(1);
  }

  @Test
  void forgetsLastWordsThatCameAfterTheirNodeHadGone() {
    goes(second);
    acquaintances.stops("n2");
    pass(601);
    acquaintances.stops("n3");

    assertThat(acquaintances.wordsKept()).isEqualTo(1);
    goes(third);
    assertThat(acquaintances.known(List.of()))
        .extracting(KnownNode::gone)
        .containsExactly(new Gone(START.plusSeconds(601), true));
  }

  @Test
  void aNodeThatComesBackIsNotGone() {
    goes(second);
    acquaintances.joined(Acquaintances.of(second));

    assertThat(acquaintances.known(List.of(own, second)))
        .extracting(KnownNode::gone)
        .containsExactly(null, null);
  }

  @Test
  void remembersSoManyAndNoMore() {
    for (int i = 0; i < Acquaintances.MOST_GONE + 7; i++) {
      goes(member(2, "gone" + i, false));
    }

    assertThat(acquaintances.known(List.of()))
        .hasSize(Acquaintances.MOST_GONE)
        .first()
        .extracting(KnownNode::node)
        .isEqualTo("gone7");
  }

  @Test
  void hasNothingToSayWhileThereIsAMajority() {
    majority.onHeartbeat(second, 0);

    assertThat(acquaintances.noMajority(List.of(own, second, third))).isEmpty();
  }

  @Test
  void namesTheMembersThatWereNotHeardFromAndSinceWhen() {
    majority.onHeartbeat(second, 0);
    pass(5);

    assertThat(noMajority(own, second, third))
        .isEqualTo(
            "this node hears from no majority, only from 1 of 3 nodes, itself included, where 2"
                + " are needed; missing: n2 (pod-2, 10.0.0.2:5701), not heard from for 5 s; n3"
                + " (pod-3, 10.0.0.3:5701), not heard from yet. Calls go on when it hears from 1"
                + " of them: see that they run, and that they and 10.0.0.1:5701 reach each other");
  }

  @Test
  void namesThoseThatAreGoneAsLongAsTheyAreMissing() {
    acquaintances.stops("n2");
    goes(second);
    pass(7);
    goes(third);
    pass(3600);

    assertThat(noMajority(own))
        .contains(
            "missing: n3 (pod-3, 10.0.0.3:5701), lost at 2026-01-01T00:00:07Z; n2 (pod-2,"
                + " 10.0.0.2:5701), stopped at 2026-01-01T00:00:00Z. ");
  }

  @Test
  void aNodeThatOneInItsPlaceHasReplacedIsNotMissing() {
    goes(member(2, "old2", false));
    goes(member(2, "older2", false));
    goes(member(3, "old3", false));
    majority.onHeartbeat(second, 0);
    pass(4);

    assertThat(noMajority(own, second))
        .contains("missing: n2 (pod-2, 10.0.0.2:5701), not heard from for 4 s; old3 (pod-3, ")
        .doesNotContain("old2")
        .doesNotContain("older2");
  }

  @Test
  void saysWhereThoseShouldBeThatItHasNeverMet() {
    assertThat(noMajority(own))
        .contains(
            "missing: 2 that it has not met since it started (of cluster.members: pod-2,"
                + " 10.0.0.3:5701). ");

    goes(second);
    assertThat(noMajority(own))
        .contains("1 that it has not met since it started (of cluster.members: 10.0.0.3:5701). ");
  }

  @Test
  void missesNobodyWhenItHasJustWoken() {
    nanos.addAndGet(Duration.ofSeconds(20).toNanos());
    majority.onHeartbeat(second, 0);
    majority.onHeartbeat(third, 0);

    assertThat(noMajority(own, second, third))
        .isEqualTo(
            "this node hears from no majority: it has just woken after it was frozen, and goes on"
                + " within 3 s");
  }
}
