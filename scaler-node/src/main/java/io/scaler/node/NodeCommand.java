package io.scaler.node;

import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import io.scaler.trace.TraceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a node until it is told to stop. */
@Command(
    name = "node",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a node until SIGTERM, SIGINT or the command drain. Without options: a cluster of one on"
          + " 127.0.0.1:9001 with a simulated platform."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  node",
      "  node --set grpc.port=9002 --set platform.kind=grpc",
      "  SCALER_POLICY_DEFAULT=fixed node --config scaler.yaml --print-config"
    })
final class NodeCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One key of the configuration, over the file and the environment; repeatable.")
  private List<String> sets = new ArrayList<>();

  @Option(
      names = "--print-config",
      description = "Print what holds when every layer is read, and stop.")
  private boolean printConfig;

  @Option(
      names = "--rehearse-only",
      description =
          "Only load and compile the code, as start.rehearsal has every node do, and stop: what to"
              + " run with -XX:ArchiveClassesAtExit=FILE, so that JVMs with"
              + " -XX:SharedArchiveFile=FILE start in half the time.")
  private boolean rehearseOnly;

  /** For picocli. */
  NodeCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command up");
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      SettingsSource source = options.source(sets);
      Settings settings = source.load();
      if (printConfig) {
        out.print(settings.describe());
        out.flush();
        return ExitCode.OK;
      }
      LogLevels.apply(settings.log().level().name());
      DressRehearsal.Attempt rehearsal =
          () -> DressRehearsal.run(settings.start().rehearsal(), settings.log().level());
      if (rehearseOnly) {
        rehearsal.run();
        return ExitCode.OK;
      }
      if (isOneOfSeveral(settings) && !settings.start().rehearsal().isZero()) {
        DressRehearsal.attempt(rehearsal);
      }
      Node node = Node.start(settings, source);
      Runtime.getRuntime().addShutdownHook(new Thread(node::close, "scaler-stop"));
      node.awaitStopped();
      return ExitCode.OK;
    } catch (SettingsException e) {
      e.problems().forEach(err::println);
    } catch (IOException | IllegalStateException | IllegalArgumentException | TraceException e) {
      err.println("the node did not start: " + e.getMessage());
    }
    err.flush();
    return ExitCode.USAGE;
  }

  private static boolean isOneOfSeveral(Settings settings) {
    return settings.cluster().expectedSize() > 1;
  }
}
