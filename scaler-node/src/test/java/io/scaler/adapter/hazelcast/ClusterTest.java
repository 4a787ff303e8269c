package io.scaler.adapter.hazelcast;

import static io.scaler.adapter.hazelcast.TestCluster.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.scaler.model.Outcome;
import io.scaler.model.Plan;
import io.scaler.model.StartKind;
import io.scaler.permit.Claim.When;
import io.scaler.pool.Caller;
import io.scaler.pool.Command;
import io.scaler.pool.Event;
import io.scaler.pool.Reply;
import io.scaler.pool.Room;
import io.scaler.service.KnownNode;
import io.scaler.service.Mailbox.Message;
import io.scaler.service.Pools;
import io.scaler.service.Pools.Answer;
import io.scaler.service.Semaphores;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three real members in this JVM, over loopback. */
class ClusterTest {
  private final TestCluster cluster = new TestCluster();
  private final List<HazelcastCluster> members = cluster.members;
  private final List<Queue<Message>> inboxes = cluster.inboxes;

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void anInstanceReleasedThroughOneNodeIsHandedToARequestQueuedThroughAnother() {
    String instance = cluster.held("f", "first", 0);
    Answer queued = join(cluster.assign("f", "second", 1));
    assertThat(queued.reply()).isEqualTo(new Reply.Queued());

    Answer released =
        join(
            members
                .get(2)
                .pools()
                .submit("f", new Command.Release("first", instance, Outcome.OK, "")));

    assertThat(released.reply()).isEqualTo(new Reply.Done());
    assertThat(released.followUps())
        .singleElement()
        .isInstanceOfSatisfying(
            Event.HandedOver.class,
            handed -> {
              assertThat(handed.caller()).isEqualTo(new Caller("node1", 7));
              assertThat(handed.instanceId()).isEqualTo(instance);
              assertThat(handed.startKind()).isEqualTo(StartKind.WAITED);
            });
  }

  @Test
  void whatWasAssignedOutlivesTheNodesThatKeptIt() {
    List<String> instances = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      instances.add(cluster.held("f" + i, "request", i % 3));
    }
    members.get(0).terminate();

    for (int i = 0; i < 40; i++) {
      Answer again = join(cluster.assign("f" + i, "request", 1));
      String instance = instances.get(i);
      assertThat(again.reply())
          .isInstanceOfSatisfying(
              Reply.Granted.class, grant -> assertThat(grant.instanceId()).isEqualTo(instance));
    }
  }

  @Test
  void theKeysOfALostOwnerAreDueAtTheirNewOne() {
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      cluster.held("f" + i, "request", i % 3);
      keys.add("f" + i);
    }
    members.get(0).terminate();

    Set<String> due = ConcurrentHashMap.newKeySet();
    await()
        .until(
            () -> {
              for (HazelcastCluster member : members.subList(1, 3)) {
                due.addAll(member.pools().takeDue(InstantSource.system().instant(), 1_000));
              }
              return due.containsAll(keys);
            });
  }

  @Test
  void theOldestLeadsAndTheNextTakesOverWithALargerEpoch() {
    await().until(() -> members.get(0).leadership().epoch().isPresent());
    long first = members.get(0).leadership().epoch().getAsLong();
    assertThat(members.get(1).leadership().epoch()).isEmpty();
    assertThat(members.get(2).leadership().epoch()).isEmpty();

    members.get(0).terminate();

    await().until(() -> members.get(1).leadership().epoch().isPresent());
    assertThat(members.get(1).leadership().epoch().getAsLong()).isGreaterThan(first);
    assertThat(members.get(2).leadership().epoch()).isEmpty();
  }

  /** Pools that were not lost with it have heard of leaders before and refuse smaller epochs. */
  @Test
  void whoeverLeadsAfterTheLeadershipWasLostWithAllItsCopiesIsObeyed() {
    cluster.held("f", "request", 0);
    await().until(() -> members.get(0).leadership().epoch().isPresent());
    long first = members.get(0).leadership().epoch().getAsLong();
    for (long heard : new long[] {first, first + 1}) {
      assertThat(join(members.get(1).pools().submit("f", new Command.Sweep(heard))).reply())
          .isEqualTo(new Reply.Done());
    }
    cluster.map(1, Structures.LEADERSHIP).delete(HazelcastLeadership.LEADER);

    members.get(0).terminate();

    await().until(() -> members.get(1).leadership().epoch().isPresent());
    long second = members.get(1).leadership().epoch().getAsLong();
    assertThat(join(members.get(2).pools().submit("f", new Command.Sweep(second))).reply())
        .isEqualTo(new Reply.Done());
  }

  @Test
  void whoHearsFromNoMajoritySaysWhoIsMissingAndHowTheyWent() {
    HazelcastCluster left = members.get(1);
    left.resign();
    Message.Resigned resigned = new Message.Resigned("node1");
    await().until(() -> inboxes.get(0).contains(resigned));
    members.get(0).passOver(resigned);
    left.close();
    await().until(() -> members.get(0).nodes().size() == 2);
    members.get(2).terminate();
    HazelcastCluster alone = members.get(0);
    await().until(() -> alone.nodes().size() == 1);

    assertThat(alone.inspection().known())
        .extracting(KnownNode::node, known -> known.whereabouts().host())
        .containsExactly(
            tuple("node0", "host-of-node0"),
            tuple("node1", "host-of-node1"),
            tuple("node2", "host-of-node2"));
    await()
        .untilAsserted(
            () ->
                assertThat(alone.inspection().noMajority().orElse(""))
                    .contains("missing: node2 (host-of-node2, ", ", lost at ")
                    .contains("; node1 (host-of-node1, ", ", stopped at "));
    String why = alone.inspection().noMajority().orElseThrow();
    assertThatThrownBy(() -> join(alone.inspection().membership())).hasMessageContaining(why);
    assertThatThrownBy(() -> join(alone.inspection().pool("f"))).hasMessageContaining(why);
  }

  @Test
  void aPermitGoesToTheNextInLineOnAnotherNode() {
    assertThat(join(acquire(0, "a"))).isTrue();
    CompletionStage<Boolean> waiting = acquire(1, "b");
    await().until(() -> waiters() == 1);
    CompletionStage<Boolean> behind = acquire(2, "c");
    await().until(() -> waiters() == 2);

    join(members.get(2).semaphores().free("s", "a"));
    assertThat(join(waiting)).isTrue();
    assertThat(behind.toCompletableFuture()).isNotDone();

    join(members.get(0).semaphores().free("s", "b"));
    assertThat(join(behind)).isTrue();
  }

  @Test
  void whoHasToWaitForPermitsIsToldAndEveryNodeCanAskWhatIsMissing() {
    Queue<String> told = new ConcurrentLinkedQueue<>();
    members.get(1).semaphores().onShortage(told::add);
    assertThat(join(acquire(0, "a"))).isTrue();
    assertThat(join(members.get(2).semaphores().shortage("s"))).isZero();
    CompletionStage<Boolean> waiting = acquire(1, "b");

    await().until(() -> told.contains("s"));
    assertThat(join(members.get(2).semaphores().shortage("s"))).isEqualTo(1);
    join(members.get(0).semaphores().release("s", "a"));
    assertThat(join(waiting)).isTrue();
    assertThat(join(members.get(2).semaphores().shortage("s"))).isZero();
    assertThat(join(members.get(2).semaphores().shortage("nobody's"))).isZero();
  }

  @Test
  void ownersKnowWhatTheirPoolsHaveToGive() {
    String instance = cluster.held("f", "request", 0);
    Pools owner = members.get(cluster.owner("f")).pools();
    assertThat(owner.rooms()).isEmpty();

    join(
        members
            .get(1)
            .pools()
            .submit("f", new Command.Release("request", instance, Outcome.OK, "")));
    Room room = owner.rooms().iterator().next();
    assertThat(room.function()).isEqualTo(TestCluster.spec("f"));
    assertThat(room.idle()).extracting(Room.Idle::instanceId).containsExactly(instance);

    Command makeRoom = new Command.MakeRoom(9, List.of(instance), room.idle().get(0).since());
    Answer first = join(members.get(2).pools().submit("f", makeRoom));
    assertThat(first.followUps()).singleElement().isInstanceOf(Event.Retired.class);
    assertThat(join(members.get(2).pools().submit("f", makeRoom)).followUps()).isEmpty();
    assertThat(owner.rooms())
        .singleElement()
        .satisfies(
            left -> {
              assertThat(left.idle()).isEmpty();
              assertThat(left.retiringMb()).isEqualTo(128);
            });
    join(members.get(2).pools().submit("f", new Command.Destroyed(instance)));
    assertThat(owner.rooms()).isEmpty();
  }

  @Test
  void aNewOwnerKnowsWhatItsPoolsHaveToGiveOnceTheyAreSwept() {
    List<String> instances = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String key = "f" + i;
      instances.add(cluster.held(key, "request", i % 3));
      join(
          members
              .get(1)
              .pools()
              .submit(key, new Command.Release("request", instances.get(i), Outcome.OK, "")));
    }
    cluster.settle();
    members.get(0).terminate();

    Set<String> offered = ConcurrentHashMap.newKeySet();
    await()
        .until(
            () -> {
              for (HazelcastCluster member : members.subList(1, 3)) {
                for (String key : member.pools().takeDue(InstantSource.system().instant(), 1_000)) {
                  join(member.pools().submit(key, new Command.Sweep(9)));
                }
                for (Room room : member.pools().rooms()) {
                  room.idle().forEach(idle -> offered.add(idle.instanceId()));
                }
              }
              return offered.containsAll(instances);
            });
  }

  @Test
  void whatALostNodeWaitedForIsLeftToOthersAndWhatItHeldToWhoeverGoesOnInItsPlace() {
    assertThat(join(acquire(0, "a"))).isTrue();
    acquire(0, "c");
    await().until(() -> waiters() == 1);
    CompletionStage<Boolean> waiting = acquire(1, "b");
    assertThat(join(acquire(2, "a"))).isTrue();
    members.get(0).terminate();
    join(members.get(2).semaphores().nodeLost("node0"));
    assertThat(waiting.toCompletableFuture()).isNotDone();
    join(members.get(2).semaphores().release("s", "a"));
    assertThat(join(waiting)).isTrue();
  }

  @Test
  void whatWasThereBeforeIsCountedAndHeldUntilItIsFreed() {
    CompletionStage<Boolean> waiting =
        members.get(0).semaphores().acquire("m", "new", 2, 3, When.COUNTED, TestCluster.PATIENCE);
    Semaphores other = members.get(1).semaphores();
    assertThat(join(other.isCounted("m"))).isFalse();
    assertThat(join(other.holders("m"))).isEmpty();

    join(other.count("m", Map.of("old", 2L), true));
    assertThat(join(other.isCounted("m"))).isTrue();
    assertThat(join(other.holders("m"))).containsExactly("old");
    assertThat(waiting.toCompletableFuture()).isNotDone();

    join(members.get(2).semaphores().free("m", "old"));
    assertThat(join(waiting)).isTrue();
  }

  @Test
  void whoIsOutOfPatienceLeavesTheLine() {
    assertThat(join(acquire(0, "a"))).isTrue();
    assertThat(
            join(
                members
                    .get(1)
                    .semaphores()
                    .acquire("s", "b", 1, 1, When.AT_ONCE, Duration.ofMillis(50))))
        .isFalse();
    await().until(() -> waiters() == 0);
  }

  @Test
  void messagesReachTheNodeTheyAreSentToAndBroadcastsEveryNode() {
    members.get(0).mailbox().send("node2", new Message.NodeLost("x"));
    members.get(1).mailbox().broadcast(new Message.SweepDue(4));
    await().until(() -> inboxes.get(2).size() == 2);
    await()
        .until(() -> inboxes.stream().allMatch(inbox -> inbox.contains(new Message.SweepDue(4))));
    assertThat(inboxes.get(0)).doesNotContain(new Message.NodeLost("x"));
  }

  @Test
  void aChangedPlanIsSeenByEveryNode() {
    Plan first = Plan.keeping("first", Duration.ofSeconds(1));
    Plan second = Plan.keeping("second", Duration.ofSeconds(2));
    for (Plan plan : List.of(first, second)) {
      join(members.get(0).plans().put("f", plan));
      await()
          .until(() -> members.stream().allMatch(member -> plan.equals(member.plans().known("f"))));
    }
    join(members.get(1).plans().remove("f"));
    await().until(() -> members.stream().allMatch(member -> member.plans().known("f") == null));
  }

  @Test
  void aMemberTooManyIsRefused() {
    assertThatThrownBy(() -> cluster.join("node3")).hasMessageContaining("cluster.expected-size");
  }

  private CompletionStage<Boolean> acquire(int member, String holder) {
    return members
        .get(member)
        .semaphores()
        .acquire("s", holder, 1, 1, When.AT_ONCE, TestCluster.PATIENCE);
  }

  private int waiters() {
    HazelcastSemaphores.State state = join(members.get(2).semaphore("s"));
    return state == null ? 0 : state.waiters().size();
  }
}
