package io.scaler.client;

import com.google.protobuf.util.Timestamps;
import io.scaler.model.Spans;
import io.scaler.v1.ColdStartView;
import io.scaler.v1.GetFunctionRequest;
import io.scaler.v1.GetFunctionResponse;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says why a function's last starts were cold. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Says why the last requests of a function that had to wait for a new instance, or were"
          + " refused one, found no idle one: the latest first."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  explain checkout", "  explain checkout --json"})
public final class ExplainCommand implements Callable<Integer> {
  @Mixin private final AdminCall admin = new AdminCall();

  @Parameters(paramLabel = "KEY", description = "The function's key.")
  private String key = "";

  /** For picocli. */
  public ExplainCommand() {}

  @Override
  public Integer call() {
    return admin.tell(
        stub -> stub.getFunction(GetFunctionRequest.newBuilder().setKey(key).build()),
        ExplainCommand::inWords);
  }

  private static String inWords(GetFunctionResponse function) {
    List<ColdStartView> all = function.getColdStartsList();
    StringBuilder text = new StringBuilder();
    text.append("plan: ").append(function.getPlan().getWords()).append("\n\n");
    if (all.isEmpty()) {
      return text.append("no request waited for a new instance as far as is remembered\n")
          .toString();
    }
    for (int i = all.size() - 1; i >= 0; i--) {
      ColdStartView each = all.get(i);
      long ago = Timestamps.between(each.getAt(), function.getAsOf()).getSeconds();
      text.append(
          "%s ago, request %s:%n  %s%n"
              .formatted(
                  Spans.inWords(java.time.Duration.ofSeconds(ago)),
                  each.getRequestId(),
                  each.getWords()));
    }
    return text.toString();
  }
}
