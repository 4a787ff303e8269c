package io.scaler.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.scaler.v1.DrainNodeRequest;
import io.scaler.v1.GetStatusRequest;
import io.scaler.v1.GetStatusResponse;
import io.scaler.v1.NodeView;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Has a node stop. */
@Command(
    name = "drain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Has a node stop as SIGTERM does: it says that it is not ready, another leads, calls end,"
          + " what it owns is handed over, and its process ends. Whatever supervises the process"
          + " may start it again. Refused if too few nodes would be left to serve. There is no way"
          + " back: a node that has begun to stop ends, and serves again when it is started again."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  drain 9f3b61c2a07d --wait", "  drain 9f3b61c2a07d --scaler 10.0.0.2:9001"})
public final class DrainCommand implements Callable<Integer> {
  private static final long LOOK_EVERY_MILLIS = 500;

  @Mixin private final AdminCall admin = new AdminCall();

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "NODE", description = "The node's id, as status shows it.")
  private String node = "";

  @Option(names = "--wait", description = "Show how far it is, until it has left.")
  private boolean wait;

  @Option(names = "--force", description = "Even if too few nodes are left to serve.")
  private boolean force;

  /** For picocli. */
  public DrainCommand() {}

  @Override
  public Integer call() {
    return admin.talk(
        asking -> {
          String asked = status(asking).getNode();
          var unused =
              asking.ask(
                  stub ->
                      stub.drainNode(
                          DrainNodeRequest.newBuilder().setNode(node).setForce(force).build()));
          say("node " + node + " stops");
          if (wait) {
            follow(asking, asked.equals(node));
          }
        });
  }

  private static GetStatusResponse status(AdminCall.Asking asking) {
    return asking.ask(stub -> stub.getStatus(GetStatusRequest.getDefaultInstance()));
  }

  /**
   * Prints what changes.
   *
   * @param itself whether the node that is asked is the one that stops
   */
  private void follow(AdminCall.Asking asking, boolean itself) {
    String before = "";
    boolean isThere = true;
    while (isThere) {
      String now;
      try {
        GetStatusResponse status = status(asking);
        isThere = status.getNodesList().contains(node);
        now = isThere ? progress(status) : left(status);
      } catch (StatusRuntimeException e) {
        if (!itself || e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
          throw e;
        }
        isThere = false;
        now =
            "it takes no calls any more; the status of another node, if there is one, says when it"
                + " has left";
      }
      if (!now.equals(before)) {
        say(now);
        before = now;
      }
      if (isThere && !pause()) {
        return;
      }
    }
  }

  private String progress(GetStatusResponse status) {
    return status.getNodeViewsList().stream()
        .filter(view -> view.getNode().equals(node))
        .findFirst()
        .map(DrainCommand::progress)
        .orElse("hands over what it owns");
  }

  private static String progress(NodeView view) {
    return "%s: %,d open calls, %,d launches"
        .formatted(
            view.getState().toLowerCase(Locale.ROOT), view.getOpenCalls(), view.getLaunching());
  }

  private static String left(GetStatusResponse status) {
    return "it has left; %d of %d nodes are there, leader %s, copies %s"
        .formatted(
            status.getNodesCount(),
            status.getExpectedNodes(),
            status.getLeader(),
            StatusCommand.copies(status));
  }

  private void say(String line) {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command up");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private static boolean pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
