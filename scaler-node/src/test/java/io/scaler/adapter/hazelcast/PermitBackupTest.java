package io.scaler.adapter.hazelcast;

import static io.scaler.adapter.hazelcast.TestCluster.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.map.IMap;
import io.scaler.adapter.hazelcast.HazelcastSemaphores.State;
import io.scaler.permit.Claim;
import io.scaler.permit.PermitCommand;
import io.scaler.permit.Permits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a semaphore whose backup missed a change, on three real members. */
class PermitBackupTest {
  private static final int LIMIT = 100;

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

  private IMap<String, Permits> semaphores(int member) {
    return cluster.map(member, Structures.SEMAPHORES);
  }

  private static PermitProcessor acquire(String holder, int attempt) {
    Claim claim = new Claim(holder, "node0", 1, Claim.When.AT_ONCE);
    return new PermitProcessor(
        new PermitProcessor.Order(new PermitCommand.Acquire(claim, LIMIT), holder, attempt));
  }

  private boolean isGiven(String holder, int attempt) {
    return join(semaphores(0).submitToKey("s", acquire(holder, attempt))).held();
  }

  private void onTheOwnerOnly(PermitProcessor processor) {
    join(semaphores(cluster.owner("s")).submitToKey("s", new OwnerOnly<>(processor)));
  }

  private void isNotConfirmed(String holder, int attempt) {
    assertThatThrownBy(() -> isGiven(holder, attempt))
        .hasCauseInstanceOf(IndeterminateOperationStateException.class);
  }

  private State state(int member) {
    return State.of(semaphores(member).get("s"));
  }

  @Test
  void aRepeatedAcquireBringsABackupThatMissedItToWhereTheOwnerIs() {
    isGiven("first", 0);
    onTheOwnerOnly(acquire("missed", 0));

    isNotConfirmed("third", 0);
    assertThat(isGiven("missed", 1)).isTrue();

    State before = state(cluster.owner("s"));
    assertThat(state(cluster.loseTheOwner("s"))).isEqualTo(before);
  }

  @Test
  void aRepeatedAcquireSoonAfterAWholeCopyIsAnsweredIfTheBackupIsWhereItsOwnerIs() {
    for (int i = 0; i < 60; i++) {
      isGiven("holder " + i, 0);
    }
    cluster.timeStopped = true;
    assertThat(isGiven("holder 1", 1)).isTrue();
    assertThat(isGiven("holder 2", 1)).isTrue();
    assertThat(isGiven("another", 1)).isTrue();

    onTheOwnerOnly(acquire("missed", 0));
    isNotConfirmed("missed", 1);

    cluster.timeStopped = false;
    assertThat(isGiven("missed", 2)).isTrue();
    State before = state(cluster.owner("s"));
    assertThat(state(cluster.loseTheOwner("s"))).isEqualTo(before);
  }
}
