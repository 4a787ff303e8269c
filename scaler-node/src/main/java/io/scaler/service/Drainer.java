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
   * @return done when the node has begun to; fails with INVALID_FIELD if too few nodes would be
   *     left, where one that does not say that it serves is none
   */
  public CompletionStage<Void> drain(String node, boolean force) {
    List<String> members = nodes.get();
    if (!members.contains(node)) {
      throw ScalerException.invalid(
          "node", "must be one of the members, " + String.join(", ", members) + "; is " + node);
    }
    return force
        ? ask(node, 1)
        : reports
            .all()
            .thenCompose(
                all -> {
                  if (all.stream().anyMatch(each -> each.node().equals(node) && isLeaving(each))) {
                    return Failures.done();
                  }
                  checkWhoIsLeft(node, all);
                  return ask(node, 1);
                });
  }

  private void checkWhoIsLeft(String node, List<NodeReport> all) {
    long left =
        all.stream()
            .filter(each -> !each.node().equals(node))
            .filter(each -> each.state() == NodeReport.State.SERVING)
            .count();
    if (left < majority) {
      throw ScalerException.invalid(
          "node",
          "%s must stay: without it %d would serve, and the cluster needs %d to answer calls; wait until more nodes serve, or drain it all the same with --force"
              .formatted(node, left, majority));
    }
  }

  private static boolean isLeaving(NodeReport report) {
    return report.state() == NodeReport.State.DRAINING
        || report.state() == NodeReport.State.STOPPING;
  }

  private CompletionStage<Void> ask(String node, int attempt) {
    mailbox.send(node, new Message.Drain());
    return reports.all().thenCompose(all -> heard(node, attempt, all));
  }

  private CompletionStage<Void> heard(String node, int attempt, List<NodeReport> all) {
    boolean serves =
        all.stream().anyMatch(report -> report.node().equals(node) && !isLeaving(report));
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
