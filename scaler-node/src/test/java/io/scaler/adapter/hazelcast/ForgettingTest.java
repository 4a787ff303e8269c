package io.scaler.adapter.hazelcast;

import static io.scaler.adapter.hazelcast.TestCluster.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.scaler.demand.DemandTally;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is known of functions that nobody asks for any more, on three real members. */
class ForgettingTest {
  private static final Duration FORGET_AFTER = Duration.ofSeconds(2);

  @Test
  void whatIsNotNeededAnyMoreIsForgottenOnEveryNodeAndWhatIsStays() {
    try (TestCluster cluster = new TestCluster(FORGET_AFTER)) {
      cluster.settle();
      HazelcastCluster member = cluster.members.get(0);
      for (String key : new String[] {"used", "unused"}) {
        join(member.plans().put(key, Plan.keeping("test", Duration.ofMinutes(1))));
        join(member.functions().put(key, new FunctionSpec(key, "java", 128, FORGET_AFTER)));
        arrive(member, key);
      }

      await()
          .atMost(TestCluster.PATIENCE)
          .until(
              () -> {
                arrive(member, "used");
                return entries(cluster, Structures.DEMAND) == 1
                    && cluster.members.stream()
                        .allMatch(each -> each.plans().known("unused") == null);
              });

      assertThat(entries(cluster, Structures.PLANS)).isLessThan(2);
      assertThat(entries(cluster, Structures.FUNCTIONS)).isLessThan(2);
    }
  }

  private static void arrive(HazelcastCluster member, String key) {
    DemandTally tally = new DemandTally();
    tally.arrived(Instant.EPOCH);
    join(member.demands().merge(key, tally.batch(Instant.EPOCH)));
  }

  private static int entries(TestCluster cluster, String map) {
    String address = cluster.members.get(0).address();
    for (HazelcastInstance instance : Hazelcast.getAllHazelcastInstances()) {
      var member = instance.getCluster().getLocalMember().getAddress();
      if (address.equals(member.getHost() + ":" + member.getPort())) {
        return instance.getMap(map).size();
      }
    }
    throw new IllegalStateException("no member at " + address);
  }
}
