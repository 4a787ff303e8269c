package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.service.Mailbox.Message;
import io.scaler.service.NodeReport.State;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Nodes that report to each other, and stop when they are told to. */
class NodeReportsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final FakeTimer time = new FakeTimer();
  private final Map<String, One> nodes = new LinkedHashMap<>();
  private final Set<String> silent = new HashSet<>();

  /** The next messages to it are lost. */
  private int drainsLost;

  private final class One {
    final String name;
    final NodeReports reports;
    State state = State.SERVING;

    One(String name) {
      this.name = name;
      this.reports =
          new NodeReports(
              new Post(), time, name, this::report, () -> List.copyOf(nodes.keySet()), PATIENCE);
    }

    Drainer drainer() {
      return new Drainer(new Post(), time, reports, () -> List.copyOf(nodes.keySet()), 2);
    }

    void take(Message message) {
      if (message instanceof Message.ReportAsked asked) {
        reports.asked(asked);
      } else if (message instanceof Message.Reported reported) {
        reports.reported(reported);
      } else if (message instanceof Message.Drain && drainsLost-- <= 0) {
        state = State.DRAINING;
      }
    }

    private NodeReport report() {
      return new NodeReport(
          name,
          state,
          false,
          true,
          false,
          1,
          2,
          Duration.ofMinutes(3),
          new NodeReport.Starts(4, 5, 6, 7),
          new PoolCounts.Sum(1, 2, 3, 4, 5, 6, 0.5, 0.25, Duration.ZERO),
          List.of());
    }
  }

  private final class Post implements Mailbox {
    @Override
    public void send(String node, Message message) {
      if (!silent.contains(node)) {
        nodes.get(node).take(message);
      }
    }

    @Override
    public void broadcast(Message message) {
      nodes.values().forEach(each -> each.take(message));
    }

    @Override
    public void onMessage(Consumer<Message> receiver) {
      throw new IllegalStateException("nodes are told directly");
    }
  }

  NodeReportsTest() {
    for (String name : List.of("n1", "n2", "n3")) {
      nodes.put(name, new One(name));
    }
  }

  @Test
  void anyNodeGetsTheReportsOfAllAtOnce() {
    assertThat(nodes.get("n2").reports.all())
        .isCompletedWithValueMatching(
            all -> all.stream().map(NodeReport::node).toList().equals(List.of("n1", "n2", "n3")));
    assertThat(time.pending()).as("what waited for them is over").isZero();
  }

  @Test
  void oneThatDoesNotAnswerIsNotWaitedForLong() {
    silent.add("n3");
    var all = nodes.get("n1").reports.all().toCompletableFuture();
    assertThat(all).isNotDone();

    time.advance(PATIENCE);

    assertThat(all.join()).extracting(NodeReport::node).containsExactly("n1", "n2");
  }

  @Test
  void aReportThatComesTooLateChangesNothing() {
    silent.add("n3");
    var all = nodes.get("n1").reports.all().toCompletableFuture();
    time.advance(PATIENCE);

    nodes.get("n1").reports.reported(new Message.Reported(1, nodes.get("n3").report()));

    assertThat(all.join()).hasSize(2);
  }

  @Test
  void anyNodeDrainsAnother() {
    assertThat(nodes.get("n1").drainer().drain("n3", false)).isCompleted();
    assertThat(nodes.get("n3").state).isEqualTo(State.DRAINING);
    assertThat(nodes.get("n2").state).isEqualTo(State.SERVING);
  }

  @Test
  void aMessageThatWasLostIsSentAgain() {
    drainsLost = 2;
    var drained = nodes.get("n1").drainer().drain("n3", false).toCompletableFuture();
    assertThat(drained).isNotDone();

    time.advance(Duration.ofSeconds(1));

    assertThat(drained).isCompleted();
  }

  @Test
  void aNodeThatNeverAnswersIsSaidToBeSo() {
    silent.add("n3");
    var drained = nodes.get("n1").drainer().drain("n3", false).toCompletableFuture();

    time.advance(Duration.ofSeconds(30));

    assertThatThrownBy(drained::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(ScalerException.class)
        .hasMessageContaining("n3 does not answer");
  }

  @Test
  void anUnknownNodeIsRefusedByItsFieldAndRule() {
    assertThatThrownBy(() -> nodes.get("n1").drainer().drain("n9", true))
        .isInstanceOfSatisfying(
            ScalerException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_FIELD))
        .hasMessageContaining("must be one of the members, n1, n2, n3; is n9");
  }

  @Test
  void aDrainThatWouldLeaveTooFewIsRefusedUnlessForced() {
    nodes.remove("n3");
    Drainer drainer = nodes.get("n1").drainer();

    assertThatThrownBy(drainer.drain("n2", false).toCompletableFuture()::join)
        .hasMessageContaining("n2 must stay: without it 1 would serve, and the cluster needs 2");
    assertThat(nodes.get("n2").state).isEqualTo(State.SERVING);
    assertThat(drainer.drain("n2", true)).isCompleted();
  }

  @Test
  void aNodeThatIsStillDrainingDoesNotCountAsLeft() {
    assertThat(nodes.get("n1").drainer().drain("n3", false)).isCompleted();

    assertThatThrownBy(nodes.get("n1").drainer().drain("n2", false).toCompletableFuture()::join)
        .hasMessageContaining("n2 must stay: without it 1 would serve, and the cluster needs 2");

    assertThat(nodes.get("n2").state).isEqualTo(State.SERVING);
    assertThat(nodes.get("n2").drainer().drain("n3", false)).as("asked for again").isCompleted();
  }

  @Test
  void aNodeThatDoesNotAnswerDoesNotCountAsLeft() {
    silent.add("n3");
    var refused = nodes.get("n1").drainer().drain("n2", false).toCompletableFuture();

    time.advance(PATIENCE);

    assertThatThrownBy(refused::join)
        .hasMessageContaining("n2 must stay: without it 1 would serve, and the cluster needs 2");
    assertThat(nodes.get("n2").state).isEqualTo(State.SERVING);
  }
}
