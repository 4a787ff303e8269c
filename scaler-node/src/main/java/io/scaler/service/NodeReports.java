package io.scaler.service;

import io.scaler.service.Mailbox.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Asks every node for its report, with a message there and one back. */
public final class NodeReports {
  private final Mailbox mailbox;
  private final Timer timer;
  private final String node;
  private final Supplier<NodeReport> own;
  private final Supplier<List<String>> nodes;
  private final Duration patience;
  private final AtomicLong numbers = new AtomicLong();
  private final ConcurrentMap<Long, Round> rounds = new ConcurrentHashMap<>();

  private static final class Round {
    private final Set<String> missing;
    private final List<NodeReport> reports = new ArrayList<>();
    private final CompletableFuture<List<NodeReport>> all = new CompletableFuture<>();

    Round(List<String> nodes) {
      this.missing = new HashSet<>(nodes);
    }

    synchronized void add(NodeReport report) {
      if (missing.remove(report.node())) {
        reports.add(report);
        if (missing.isEmpty()) {
          end();
        }
      }
    }

    synchronized void end() {
      all.complete(reports.stream().sorted(Comparator.comparing(NodeReport::node)).toList());
    }
  }

  /**
   * @param node this node
   * @param own its report; may block for a moment
   * @param nodes all that there are
   * @param patience how long reports are waited for
   */
  public NodeReports(
      Mailbox mailbox,
      Timer timer,
      String node,
      Supplier<NodeReport> own,
      Supplier<List<String>> nodes,
      Duration patience) {
    this.mailbox = mailbox;
    this.timer = timer;
    this.node = node;
    this.own = own;
    this.nodes = nodes;
    this.patience = patience;
  }

  /** The reports of all nodes that answer in time, by their ids. */
  public CompletionStage<List<NodeReport>> all() {
    List<String> asked = nodes.get();
    Round round = new Round(asked);
    long number = numbers.incrementAndGet();
    rounds.put(number, round);
    Timer.Task end = timer.after(patience, round::end);
    var unused =
        round.all.whenComplete(
            (reports, failure) -> {
              end.cancel();
              rounds.remove(number);
            });
    asked.forEach(each -> mailbox.send(each, new Message.ReportAsked(node, number)));
    return round.all;
  }

  /** Some node wants this one's report. May block for a moment. */
  public void asked(Message.ReportAsked asked) {
    mailbox.send(asked.asker(), new Message.Reported(asked.number(), own.get()));
  }

  /** Some node's report; one that comes too late is ignored. */
  public void reported(Message.Reported reported) {
    Round round = rounds.get(reported.number());
    if (round != null) {
      round.add(reported.report());
    }
  }
}
