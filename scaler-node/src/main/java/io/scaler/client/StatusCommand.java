package io.scaler.client;

import io.scaler.v1.GetStatusRequest;
import io.scaler.v1.GetStatusResponse;
import io.scaler.v1.LimitView;
import io.scaler.v1.MemberView;
import io.scaler.v1.NodeView;
import io.scaler.v1.PoolCounts;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** Says how a cluster is. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Says who is in a cluster, who was a few minutes ago, and how and where each node is, who"
          + " leads it, what it keeps, and how far its limits are reached. A node that hears from"
          + " no majority says why and whom it knows, and the command ends with 1."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  status", "  status --scaler 10.0.0.1:9001 --json"})
public final class StatusCommand implements Callable<Integer> {
  @Mixin private final AdminCall admin = new AdminCall();

  /** For picocli. */
  public StatusCommand() {}

  @Override
  public Integer call() {
    AtomicBoolean hearsNoMajority = new AtomicBoolean();
    int answered =
        admin.talk(
            asking -> {
              GetStatusResponse status =
                  asking.ask(
                      stub ->
                          stub.getStatus(
                              GetStatusRequest.newBuilder().setWithoutMajority(true).build()));
              hearsNoMajority.set(!status.getNoMajority().isEmpty());
              admin.say(status, StatusCommand::inWords);
            });
    return hearsNoMajority.get() ? ExitCode.SOFTWARE : answered;
  }

  private static String inWords(GetStatusResponse status) {
    return status.getNoMajority().isEmpty()
        ? cluster(status)
        : status.getNoMajority() + "\n\n" + known(status);
  }

  private static String cluster(GetStatusResponse status) {
    PoolCounts counts = status.getCounts();
    return """
    answered by  %s
    leader       %s
    nodes        %d of %d: %s
    copies       %s
    functions    %,d
    instances    %,d idle, %,d busy, %,d starting, %,d being destroyed
    waiting      %,d

    %s
    %s\
    """
        .formatted(
            status.getNode(),
            status.getLeader().isEmpty()
                ? "none yet"
                : status.getLeader() + ", term " + status.getEpoch(),
            status.getNodesCount(),
            status.getExpectedNodes(),
            String.join(", ", status.getNodesList()),
            copies(status),
            status.getFunctions(),
            counts.getIdle(),
            counts.getBusy(),
            counts.getStarting(),
            counts.getRetiring(),
            counts.getWaiting(),
            nodes(status),
            limits(status));
  }

  /** What a node knows by itself. */
  private static Table known(GetStatusResponse status) {
    Table table = new Table();
    table.row("node", "host", "grpc", "http", "address", "state");
    for (MemberView member : status.getMembersList()) {
      table.row(
          member.getNode(),
          host(member),
          port(member.getGrpcPort()),
          port(member.getHttpPort()),
          member.getClusterAddress(),
          member.hasGoneSince() ? gone(member) : member.getHeard() ? "heard from" : "missing");
    }
    return table;
  }

  private static String gone(MemberView member) {
    return "%s, gone since %s"
        .formatted(
            member.getLeft() ? "left" : "lost",
            Instant.ofEpochSecond(member.getGoneSince().getSeconds()));
  }

  private static Table nodes(GetStatusResponse status) {
    Table table = new Table();
    table.row(
        "node",
        "host",
        "grpc",
        "http",
        "state",
        "copies",
        "launches",
        "open calls",
        "starting",
        "pools' instances");
    for (String node : status.getNodesList()) {
      MemberView member = member(status, node);
      status.getNodeViewsList().stream()
          .filter(view -> view.getNode().equals(node))
          .findFirst()
          .ifPresentOrElse(
              view ->
                  table.row(
                      node,
                      host(member),
                      port(member.getGrpcPort()),
                      port(member.getHttpPort()),
                      (view.getState() + (view.getLeads() ? ", leads" : ""))
                          .toLowerCase(Locale.ROOT)
                          .replace('_', ' '),
                      copies(status, view),
                      view.getBreakerOpen() ? "refused" : "go on",
                      Table.number((long) view.getOpenCalls()),
                      Table.number((long) view.getLaunching()),
                      Table.number((long) view.getCounts().getIdle() + view.getCounts().getBusy())),
              () -> silent(table, member, "does not answer"));
    }
    status.getMembersList().stream()
        .filter(MemberView::hasGoneSince)
        .forEach(member -> silent(table, member, gone(member)));
    return table;
  }

  private static MemberView member(GetStatusResponse status, String node) {
    return status.getMembersList().stream()
        .filter(each -> each.getNode().equals(node) && !each.hasGoneSince())
        .findFirst()
        .orElse(MemberView.newBuilder().setNode(node).build());
  }

  /** The row of a node that tells nothing of itself. */
  private static void silent(Table table, MemberView member, String state) {
    table.row(
        member.getNode(),
        host(member),
        port(member.getGrpcPort()),
        port(member.getHttpPort()),
        state,
        "-",
        "-",
        "-",
        "-",
        "-");
  }

  private static String host(MemberView member) {
    return member.getHost().isEmpty() ? "-" : member.getHost();
  }

  private static String port(int port) {
    return port == 0 ? "-" : String.valueOf(port);
  }

  private static Table limits(GetStatusResponse status) {
    Table table = new Table();
    table.row("limit", "is", "in use");
    for (LimitView limit : status.getLimitsList()) {
      table.row(
          limit.getKey(),
          limit.getLimit() == 0 ? "none" : Table.number(limit.getLimit()),
          limit.hasInUse() ? Table.number(limit.getInUse()) : "-");
    }
    return table;
  }

  private static String copies(GetStatusResponse status, NodeView view) {
    if (status.getExpectedNodes() == 1) {
      return "none";
    }
    return view.getSafe() ? "complete" : "missing";
  }

  /** Whether the state that nodes share has its copies. */
  static String copies(GetStatusResponse status) {
    if (status.getExpectedNodes() == 1) {
      return "none: a cluster of one";
    }
    return status.getSafe() ? "complete" : "being made; to lose a node now would lose pools";
  }
}
