package io.scaler.client;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.scaler.v1.GetUsageRequest;
import io.scaler.v1.GetUsageResponse;
import io.scaler.v1.PlatformGrpc;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says what a platform has used so far. */
@Command(
    name = "usage",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Says what a platform that speaks scaler.v1.Platform has used since it started. A node with a"
          + " simulated platform within serves it on its own port."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  usage --platform 127.0.0.1:50051"})
public final class UsageCommand implements Callable<Integer> {
  private static final long DEADLINE_SECONDS = 5;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--platform",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:50051",
      description = "The platform (default: 127.0.0.1:50051).")
  private String platform = "127.0.0.1:50051";

  @Mixin private final AccessOptions accessOptions = new AccessOptions();

  /** For picocli. */
  public UsageCommand() {}

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command up");
    }
    Address address;
    try {
      address = Address.parse(platform);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--platform: " + e.getMessage());
    }
    Access access;
    try {
      access = accessOptions.access(List.of(address), spec.commandLine().getErr());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    ManagedChannel channel = Connections.open(address, access, "--platform");
    try {
      GetUsageResponse usage =
          PlatformGrpc.newBlockingStub(channel)
              .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
              .getUsage(GetUsageRequest.getDefaultInstance());
      PrintWriter out = spec.commandLine().getOut();
      out.printf(Locale.ROOT, "slots created    %,d%n", usage.getSlotsCreated());
      out.printf(Locale.ROOT, "slots destroyed  %,d%n", usage.getSlotsDestroyed());
      out.printf(Locale.ROOT, "slots running    %,d%n", usage.getSlotsRunning());
      out.printf(Locale.ROOT, "memory of these  %,d MB%n", usage.getRunningMb());
      out.printf(Locale.ROOT, "used so far      %,.1f GB*s%n", usage.getSlotGbSeconds());
      out.flush();
      return ExitCode.OK;
    } catch (StatusRuntimeException e) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("platform " + platform + ": " + Connections.why(e));
      err.flush();
      return ExitCode.SOFTWARE;
    } finally {
      channel.shutdownNow();
    }
  }
}
