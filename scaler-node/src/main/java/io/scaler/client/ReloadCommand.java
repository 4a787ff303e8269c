package io.scaler.client;

import io.scaler.v1.ReloadRequest;
import io.scaler.v1.ReloadResponse;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Has a node read its configuration again. */
@Command(
    name = "reload",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Has one node read its configuration again, and says what changed and what needs a restart. A"
          + " node with a configuration file does so by itself within seconds of a change."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  reload", "  reload --scaler 10.0.0.1:9001 --json"})
public final class ReloadCommand implements Callable<Integer> {
  @Mixin private final AdminCall admin = new AdminCall();

  /** For picocli. */
  public ReloadCommand() {}

  @Override
  public Integer call() {
    return admin.tell(
        stub -> stub.reload(ReloadRequest.getDefaultInstance()), ReloadCommand::inWords);
  }

  private static String inWords(ReloadResponse response) {
    return """
    changed        %s
    needs restart  %s
    """
        .formatted(listed(response.getAppliedList()), listed(response.getNeedRestartList()));
  }

  private static String listed(List<String> keys) {
    return keys.isEmpty() ? "nothing" : String.join(", ", keys);
  }
}
