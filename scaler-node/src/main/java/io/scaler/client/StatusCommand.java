package io.scaler.client;

import io.scaler.v1.GetStatusRequest;
import io.scaler.v1.GetStatusResponse;
import io.scaler.v1.PoolCounts;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says how a cluster is. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Says who is in a cluster, who leads it, and what it keeps.",
    footerHeading = "%nExamples:%n",
    footer = {"  status", "  status --scaler 10.0.0.1:9001 --json"})
public final class StatusCommand implements Callable<Integer> {
  @Mixin private final AdminCall admin = new AdminCall();

  /** For picocli. */
  public StatusCommand() {}

  @Override
  public Integer call() {
    return admin.tell(
        stub -> stub.getStatus(GetStatusRequest.getDefaultInstance()), StatusCommand::inWords);
  }

  private static String inWords(GetStatusResponse status) {
    PoolCounts counts = status.getCounts();
    return """
    answered by  %s
    leader       %s
    nodes        %d of %d: %s
    copies       %s
    functions    %,d
    instances    %,d idle, %,d busy, %,d starting, %,d being destroyed
    waiting      %,d
    """
        .formatted(
            status.getNode(),
            status.getLeader().isEmpty()
                ? "none yet"
                : status.getLeader() + ", epoch " + status.getEpoch(),
            status.getNodesCount(),
            status.getExpectedNodes(),
            String.join(", ", status.getNodesList()),
            copies(status),
            status.getFunctions(),
            counts.getIdle(),
            counts.getBusy(),
            counts.getStarting(),
            counts.getRetiring(),
            counts.getWaiting());
  }

  private static String copies(GetStatusResponse status) {
    if (status.getExpectedNodes() == 1) {
      return "none: a cluster of one";
    }
    return status.getSafe() ? "complete" : "being made; to lose a node now would lose pools";
  }
}
