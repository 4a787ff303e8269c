package io.scaler.service;

import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.service.Mailbox.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Has a node stop as SIGTERM would, from wherever in the cluster. */
public final class Drainer {
  private static final Duration ASK_AGAIN = Duration.ofMillis(200);
  private static final int ATTEMPTS = 10;

  private final Mailbox mailbox;
  private final Timer timer;
  private final NodeReports reports;
  private final Supplier<List<String>> nodes;
  private final int majority;

  /**
   * @param nodes that are members
   * @param majority how many nodes the cluster needs
   */
  public Drainer(
      Mailbox mailbox,
      Timer timer,
      NodeReports reports,
      Supplier<List<String>> nodes,
      int majority) {
    this.mailbox = mailbox;
    this.timer = timer;
    this.reports = reports;
    this.nodes = nodes;
    this.majority = majority;
  }

  /**
   * Asks the node to stop.
   *
   * @param force even if too few nodes are left to serve
   * @return done when the node has begun to
   */
  public CompletionStage<Void> drain(String node, boolean force) {
    List<String> members = nodes.get();
    if (!members.contains(node)) {
      throw ScalerException.invalid(
          "node", "must be one of the members, " + String.join(", ", members) + "; is " + node);
    }
    if (!force && members.size() - 1 < majority) {
      throw ScalerException.invalid(
          "node",
          "must leave a majority: without %s, %d of the %d nodes are up that it takes to serve;"
                  .formatted(node, members.size() - 1, majority)
              + " force drains it all the same");
    }
    return ask(node, 1);
  }

  private CompletionStage<Void> ask(String node, int attempt) {
    mailbox.send(node, new Message.Drain());
    return reports.all().thenCompose(all -> heard(node, attempt, all));
  }

  private CompletionStage<Void> heard(String node, int attempt, List<NodeReport> all) {
    boolean serves =
        all.stream()
            .anyMatch(
                report ->
                    report.node().equals(node)
                        && report.state() != NodeReport.State.DRAINING
                        && report.state() != NodeReport.State.STOPPING);
    boolean silent = all.stream().noneMatch(report -> report.node().equals(node));
    if (!serves && (!silent || !nodes.get().contains(node))) {
      return Failures.done();
    } else if (attempt == ATTEMPTS) {
      throw ScalerException.retryable(
          Reason.NODE_UNAVAILABLE, "node " + node + " does not answer", ASK_AGAIN);
    }
    CompletableFuture<Void> again = new CompletableFuture<>();
    timer.after(ASK_AGAIN, () -> again.complete(null));
    return again.thenCompose(now -> ask(node, attempt + 1));
  }
}
