package io.scaler.adapter.hazelcast;

import static io.scaler.adapter.hazelcast.TestCluster.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.list;

import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import io.scaler.adapter.hazelcast.PoolProcessor.Answers;
import io.scaler.model.Outcome;
import io.scaler.model.StartKind;
import io.scaler.pool.Caller;
import io.scaler.pool.Command;
import io.scaler.pool.Event;
import io.scaler.pool.Pool;
import io.scaler.pool.PoolState;
import io.scaler.pool.Reply;
import io.scaler.service.Pools.Answer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a pool whose backup missed a change, on three real members. */
class PoolBackupTest {
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

  /** Removes the pool. */
  private record Removal() implements EntryProcessor<String, Pool, Answers> {
    @Override
    public Answers process(Map.Entry<String, Pool> entry) {
      entry.setValue(null);
      return new Answers(List.of());
    }
  }

  private IMap<String, Pool> pools(int member) {
    return cluster.map(member, Structures.POOLS);
  }

  private Answer submit(int member, Command command, int attempt) {
    PoolProcessor processor =
        new PoolProcessor(new PoolProcessor.Order(command, "node" + member, attempt));
    return join(pools(member).submitToKey("f", processor)).each().get(0);
  }

  private void backupDoesNotConfirm(int member, Command command) {
    assertThatThrownBy(() -> submit(member, command, 0))
        .hasCauseInstanceOf(IndeterminateOperationStateException.class);
  }

  private void onTheOwnerOnly(EntryProcessor<String, Pool, Answers> processor) {
    join(pools(cluster.owner("f")).submitToKey("f", new OwnerOnly<>(processor)));
  }

  private @Nullable PoolState state(int member) {
    Pool pool = pools(member).get("f");
    return pool == null ? null : pool.state();
  }

  @Test
  void aRepeatedChangeBringsABackupThatMissedItToWhereTheOwnerIs() {
    String instance = cluster.held("f", "first", 0);
    Command release = new Command.Release("first", instance, Outcome.OK, "");
    onTheOwnerOnly(new PoolProcessor(new PoolProcessor.Order(release, "node0", 0)));

    assertThat(submit(1, release, 1).reply()).isEqualTo(new Reply.Done());

    PoolState before = state(cluster.owner("f"));
    int alive = cluster.loseTheOwner("f");
    assertThat(state(alive)).isEqualTo(before);
    assertThat(join(cluster.assign("f", "second", alive)).reply())
        .isInstanceOfSatisfying(
            Reply.Granted.class,
            granted -> {
              assertThat(granted.instanceId()).isEqualTo(instance);
              assertThat(granted.startKind()).isEqualTo(StartKind.WARM);
            });
  }

  /** One whole copy serves many that are repeated at once; what it does not serve is not told. */
  @Test
  void aRepeatedCallSoonAfterAWholeCopyIsAnsweredIfTheBackupIsWhereItsOwnerIs() {
    for (int i = 0; i < 60; i++) {
      submit(0, assign("waits " + i), 0);
    }
    cluster.timeStopped = true;
    assertThat(submit(0, assign("waits 1"), 1).reply()).isInstanceOf(Reply.Queued.class);
    assertThat(submit(0, assign("waits 2"), 1).reply()).isInstanceOf(Reply.Queued.class);
    assertThat(submit(0, assign("comes"), 1).reply()).isInstanceOf(Reply.Queued.class);

    onTheOwnerOnly(new PoolProcessor(new PoolProcessor.Order(assign("missed"), "node0", 0)));
    assertThatThrownBy(() -> submit(0, assign("missed"), 1))
        .hasCauseInstanceOf(IndeterminateOperationStateException.class);

    cluster.timeStopped = false;
    assertThat(submit(0, assign("missed"), 2).reply()).isInstanceOf(Reply.Queued.class);
    PoolState before = state(cluster.owner("f"));
    assertThat(state(cluster.loseTheOwner("f"))).isEqualTo(before);
  }

  /** The call that granted it may still wait for the copy, which the owner's death would take. */
  @Test
  void aGrantThatTheBackupHasNotHeardOfIsToldToNobody() {
    String instance = cluster.held("f", "first", 0);
    submit(0, new Command.Release("first", instance, Outcome.OK, ""), 0);
    Command grant =
        new Command.Assign(
            TestCluster.spec("f"), "second", new Caller("node0", 8), TestCluster.PATIENCE);
    onTheOwnerOnly(new PoolProcessor(new PoolProcessor.Order(grant, "node0", 0)));

    backupDoesNotConfirm(0, grant);
    assertThat(submit(0, grant, 1).reply()).isInstanceOf(Reply.Granted.class);

    int alive = cluster.loseTheOwner("f");
    assertThat(join(cluster.assign("f", "second", alive)).reply())
        .isInstanceOfSatisfying(
            Reply.Granted.class, granted -> assertThat(granted.instanceId()).isEqualTo(instance));
  }

  /** Nothing was missed: the copy's word is enough, and nothing is sent to it but the question. */
  @Test
  void aGrantThatTheBackupHasHeardOfIsToldAgainAtOnce() {
    String instance = cluster.held("f", "first", 0);
    Command again =
        new Command.Assign(
            TestCluster.spec("f"), "first", new Caller("node0", 7), TestCluster.PATIENCE);
    submit(0, again, 0);

    assertThat(submit(0, again, 0).reply())
        .isInstanceOfSatisfying(
            Reply.Granted.class, granted -> assertThat(granted.instanceId()).isEqualTo(instance));
  }

  /** The same for a release that would be undone with the owner. */
  @Test
  void aReleaseThatTheBackupHasNotHeardOfIsNotSaidToBeDone() {
    String instance = cluster.held("f", "first", 0);
    Command release = new Command.Release("first", instance, Outcome.OK, "");
    onTheOwnerOnly(new PoolProcessor(new PoolProcessor.Order(release, "node0", 0)));

    backupDoesNotConfirm(1, release);
  }

  @Test
  void aRepeatedChangeOpensAPoolThatTheBackupHasNeverHeardOf() {
    Command prewarm = new Command.Prewarm(1, TestCluster.spec("f"), 2);
    onTheOwnerOnly(new PoolProcessor(new PoolProcessor.Order(prewarm, "node0", 0)));

    submit(0, prewarm, 1);

    PoolState before = state(cluster.owner("f"));
    assertThat(before).isNotNull();
    assertThat(state(cluster.loseTheOwner("f"))).isEqualTo(before);
  }

  @Test
  void aRepeatedChangeRemovesFromTheBackupAPoolThatIsGone() {
    String instance = cluster.held("f", "first", 0);
    onTheOwnerOnly(new Removal());

    Answer answer = submit(2, new Command.Release("first", instance, Outcome.OK, ""), 1);

    assertThat(answer.reply()).isNull();
    assertThat(state(cluster.loseTheOwner("f"))).isNull();
  }

  @Test
  void aRepeatedChangeIsAnsweredWithWhatTheLostAnswerCalledFor() {
    Command prewarm = new Command.Prewarm(1, TestCluster.spec("f"), 2);
    Answer lost = submit(0, prewarm, 0);
    assertThat(lost.followUps()).hasSize(2).allMatch(Event.LaunchBegun.class::isInstance);

    Answer repeated = submit(0, prewarm, 1);
    Answer elsewhere = submit(1, prewarm, 1);

    assertThat(repeated.followUps())
        .hasSize(2)
        .extracting(TestCluster::instanceOf)
        .containsExactlyElementsOf(lost.followUps().stream().map(TestCluster::instanceOf).toList());
    assertThat(repeated.spec()).isEqualTo(TestCluster.spec("f"));
    assertThat(elsewhere.followUps()).isEmpty();
  }

  private Answers submitTogether(int member, Command... commands) {
    PoolProcessor processor =
        new PoolProcessor(new PoolProcessor.Order(List.of(commands), "node" + member, 0));
    return join(pools(member).submitToKey("f", processor));
  }

  private static Command.Assign assign(String request) {
    return new Command.Assign(
        TestCluster.spec("f"), request, new Caller("node0", 8), TestCluster.PATIENCE);
  }

  /** Commands of a batch see what those before them changed, and so does the backup. */
  @Test
  void commandsThatComeTogetherAreDecidedOnInTheirOrderAndTheBackupHearsOfAll() {
    String instance = cluster.held("f", "first", 0);

    Answers answers =
        submitTogether(
            1,
            new Command.Release("first", instance, Outcome.OK, ""),
            assign("second"),
            new Command.Release("second", instance, Outcome.OK, ""),
            assign("third"));

    assertThat(answers.each())
        .extracting(
            answer ->
                answer.reply() instanceof Reply.Granted granted
                    ? granted.instanceId()
                    : answer.reply())
        .containsExactly(new Reply.Done(), instance, new Reply.Done(), instance);
    PoolState before = state(cluster.owner("f"));
    assertThat(state(cluster.loseTheOwner("f"))).isEqualTo(before);
  }

  @Test
  void whatOneOfABatchChangedIsNotToldWhereTheBackupMissedWhatCameBefore() {
    String instance = cluster.held("f", "first", 0);
    Command release = new Command.Release("first", instance, Outcome.OK, "");
    onTheOwnerOnly(new PoolProcessor(new PoolProcessor.Order(release, "node0", 0)));

    assertThatThrownBy(() -> submitTogether(1, release, assign("second")))
        .hasCauseInstanceOf(IndeterminateOperationStateException.class);
  }

  @Test
  void aBatchForAFunctionThatIsNotKnownOpensItWhereACommandDoes() {
    Answers answers =
        submitTogether(
            0,
            new Command.Release("nobody", "nothing", Outcome.OK, ""),
            assign("first"),
            new Command.Release("nobody", "nothing", Outcome.OK, ""));

    assertThat(answers.each().get(0).reply()).isNull();
    assertThat(answers.each().get(1).followUps()).isNotEmpty();
    assertThat(answers.each().get(2).reply()).isInstanceOf(Reply.Refused.class);
  }

  /** Others are not to suffer from it, and what was decided before it stands. */
  @Test
  void aCommandThatCannotBeDecidedOnEndsItsBatch() {
    String instance = cluster.held("f", "first", 0);
    cluster.outOfIds = true;
    Command release = new Command.Release("first", instance, Outcome.OK, "");

    assertThat(submitTogether(1, release, assign("second"), assign("third"), assign("fourth")))
        .extracting(Answers::each, list(Answer.class))
        .extracting(Answer::reply)
        .satisfiesExactly(
            done -> assertThat(done).isEqualTo(new Reply.Done()),
            granted -> assertThat(granted).isInstanceOf(Reply.Granted.class));
    assertThat(submitTogether(1, assign("third"), assign("second")).each()).isEmpty();
    assertThatThrownBy(() -> submit(1, assign("third"), 1)).hasMessageContaining("out of ids");

    PoolState before = state(cluster.owner("f"));
    assertThat(state(cluster.loseTheOwner("f"))).isEqualTo(before);
  }
}
