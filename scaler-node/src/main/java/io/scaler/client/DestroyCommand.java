package io.scaler.client;

import io.scaler.v1.DestroyInstancesRequest;
import io.scaler.v1.DestroyInstancesResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Destroys instances of a function. */
@Command(
    name = "destroy",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Destroys a function's idle instances now, and its busy ones when their requests release"
          + " them. Those that are starting stay, unless --instance names one. What is wanted is"
          + " started again."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  destroy checkout", "  destroy checkout --instance checkout-3f2a"})
public final class DestroyCommand implements Callable<Integer> {
  @Mixin private final AdminCall admin = new AdminCall();

  @Parameters(paramLabel = "KEY", description = "The function's key.")
  private String key = "";

  @Option(
      names = "--instance",
      paramLabel = "ID",
      defaultValue = "",
      description = "Only this instance, whatever it does.")
  private String instance = "";

  /** For picocli. */
  public DestroyCommand() {}

  @Override
  public Integer call() {
    return admin.tell(
        stub ->
            stub.destroyInstances(
                DestroyInstancesRequest.newBuilder().setKey(key).setInstanceId(instance).build()),
        this::inWords);
  }

  private String inWords(DestroyInstancesResponse response) {
    int now = response.getDestroying();
    int later = response.getAtRelease();
    if (now + later == 0) {
      return "function %s has no idle or busy instances%n".formatted(key);
    }
    return "function %s: %,d being destroyed, %,d more when released%n".formatted(key, now, later);
  }
}
