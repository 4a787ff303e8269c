package io.scaler.adapter.hazelcast;

import static io.scaler.adapter.hazelcast.TestCluster.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scaler.demand.Demand;
import io.scaler.demand.DemandBatch;
import io.scaler.demand.DemandTally;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Demand that several nodes see, on three real members. */
class DemandClusterTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = new TestCluster();
    cluster.settle();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private void merge(int member, String function, int arrivals) {
    DemandTally tally = new DemandTally();
    for (int i = 0; i < arrivals; i++) {
      tally.arrived(START.plusSeconds(i));
    }
    tally.executed(Duration.ofMillis(30));
    DemandBatch batch = tally.batch(START.plusSeconds(arrivals));
    join(cluster.members.get(member).demands().merge(function, batch));
  }

  /** By the member that owns it, what changed there since the last look; the dead see nothing. */
  private Map<Integer, Map<String, Demand>> changed(int... members) {
    Map<Integer, Map<String, Demand>> changed = new HashMap<>();
    for (int member : members) {
      Map<String, Demand> here = cluster.members.get(member).demands().ownedChanged();
      if (!here.isEmpty()) {
        changed.put(member, here);
      }
    }
    return changed;
  }

  @Test
  void whatTwoNodesSawIsSeenOnceAndByTheOwnerAlone() {
    merge(0, "f", 2);
    merge(1, "f", 3);

    Map<Integer, Map<String, Demand>> changed = changed(0, 1, 2);

    assertThat(changed).containsOnlyKeys(cluster.owner("f"));
    Map<String, Demand> seen = changed.get(cluster.owner("f"));
    assertThat(seen).containsOnlyKeys("f");
    assertThat(seen.get("f").arrivals()).isEqualTo(5);
    assertThat(seen.get("f").executions().total()).isCloseTo(2, within(0.1));
    assertThat(changed(0, 1, 2)).isEmpty();
    for (int member = 0; member < 3; member++) {
      assertThat(cluster.members.get(member).demands().owns("f"))
          .isEqualTo(member == cluster.owner("f"));
    }
  }

  @Test
  void whatChangesAgainIsSeenAgainWithAllThatWasBefore() {
    merge(0, "f", 2);
    merge(0, "g", 1);
    changed(0, 1, 2);
    merge(2, "f", 1);

    Map<Integer, Map<String, Demand>> changed = changed(0, 1, 2);

    assertThat(changed).containsOnlyKeys(cluster.owner("f"));
    assertThat(changed.get(cluster.owner("f"))).containsOnlyKeys("f");
    assertThat(changed.get(cluster.owner("f")).get("f").arrivals()).isEqualTo(3);
  }

  @Test
  void demandOutlivesItsOwner() {
    merge(0, "f", 2);
    merge(1, "f", 3);
    int owner = cluster.owner("f");
    int first = (owner + 1) % 3;
    int second = (owner + 2) % 3;

    cluster.members.get(owner).terminate();
    merge(first, "f", 1);

    Map<Integer, Map<String, Demand>> changed = changed(first, second);
    assertThat(changed).hasSize(1);
    assertThat(changed.values())
        .allSatisfy(seen -> assertThat(seen.get("f").arrivals()).isEqualTo(6));
  }
}
