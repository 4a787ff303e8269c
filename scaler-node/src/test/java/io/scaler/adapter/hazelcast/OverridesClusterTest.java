package io.scaler.adapter.hazelcast;

import static io.scaler.adapter.hazelcast.TestCluster.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Ruling;
import io.scaler.model.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What operators lay down, on three real members. */
class OverridesClusterTest {
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static Ruling bounded(String functions, int max) {
    return new Ruling(functions, "", Ruling.OPEN, max, Ruling.OPEN, null);
  }

  @Test
  void everyNodeIsToldOfWhatIsLaidDownThroughOneChangedThroughAnotherAndTakenBack() {
    List<Queue<List<Ruling>>> told = new ArrayList<>();
    for (HazelcastCluster member : cluster.members) {
      Queue<List<Ruling>> here = new ConcurrentLinkedQueue<>();
      member.onOverrides(here::add);
      told.add(here);
    }
    FunctionSpec spec = TestCluster.spec("f");
    Window window = new Window("0 8 * * MON-FRI", "Europe/Berlin", Duration.ofHours(10), 5);
    Ruling f = new Ruling("f", "none", 1, 2, 3, spec, List.of(window));

    join(cluster.members.get(0).overrides().put(bounded("f*", 5)));
    join(cluster.members.get(1).overrides().put(f));
    await().untilAsserted(() -> assertEveryoneKnows(told, List.of(f, bounded("f*", 5))));

    join(cluster.members.get(2).overrides().put(bounded("f*", 6)));
    await().untilAsserted(() -> assertEveryoneKnows(told, List.of(f, bounded("f*", 6))));

    assertThat(join(cluster.members.get(0).overrides().remove("f"))).isTrue();
    assertThat(join(cluster.members.get(0).overrides().remove("f"))).isFalse();
    await().untilAsserted(() -> assertEveryoneKnows(told, List.of(bounded("f*", 6))));
  }

  @Test
  void whatCouldNotBeTakenInIsToldAgain() {
    AtomicInteger attempts = new AtomicInteger();
    Queue<List<Ruling>> told = new ConcurrentLinkedQueue<>();
    cluster
        .members
        .get(1)
        .onOverrides(
            all -> {
              if (!all.isEmpty() && attempts.incrementAndGet() < 3) {
                throw new IllegalStateException("not now");
              }
              told.add(all);
            });

    join(cluster.members.get(1).overrides().put(bounded("f", 5)));

    await().until(() -> told.contains(List.of(bounded("f", 5))));
    assertThat(attempts).hasValue(3);
  }

  private void assertEveryoneKnows(List<Queue<List<Ruling>>> told, List<Ruling> all) {
    for (int i = 0; i < told.size(); i++) {
      assertThat(cluster.members.get(i).overrides().known()).as("node%d", i).isEqualTo(all);
      assertThat(List.copyOf(told.get(i)))
          .as("node%d", i)
          .last(InstanceOfAssertFactories.LIST)
          .isEqualTo(all);
    }
  }

  @Test
  void whatIsLaidDownOutlivesTheNodesThatKeptItAndIsKnownToOneThatJoins() {
    cluster.settle();
    for (int i = 0; i < 20; i++) {
      join(cluster.members.get(0).overrides().put(bounded("f" + i, i + 1)));
    }
    cluster.members.remove(0).terminate();

    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(join(cluster.members.get(0).overrides().all())).hasSize(20));
    HazelcastCluster joined = cluster.join("node3");
    try {
      await().atMost(Duration.ofSeconds(30)).until(joined::hasMajority);
      assertThat(joined.knowsOverrides()).isFalse();
      List<List<Ruling>> told = new ArrayList<>();
      joined.onOverrides(told::add);
      assertThat(told).singleElement(InstanceOfAssertFactories.LIST).hasSize(20);
      assertThat(joined.knowsOverrides()).as("before its first tick").isTrue();
    } finally {
      joined.terminate();
    }
  }
}
