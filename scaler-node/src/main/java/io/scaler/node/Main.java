package io.scaler.node;

import io.scaler.client.EchoCommand;
import io.scaler.client.FunctionCommand;
import io.scaler.client.FunctionsCommand;
import io.scaler.client.HealthCommand;
import io.scaler.client.LoadCommand;
import io.scaler.client.OverrideCommand;
import io.scaler.client.ReloadCommand;
import io.scaler.client.ReplayCommand;
import io.scaler.client.StatusCommand;
import io.scaler.client.UsageCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program: one command for each thing that it does. */
@Command(
    name = "scaler",
    description = "Scaler: the instance scaler for serverless platforms.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Start with: java -jar scaler.jar node --help"})
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    JvmSettings.apply();
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine
        .addSubcommand(new NodeCommand())
        .addSubcommand(new PlatformCommand())
        .addSubcommand(new ReplayCommand())
        .addSubcommand(new LoadCommand())
        .addSubcommand(new SimulateCommand())
        .addSubcommand(new EchoCommand())
        .addSubcommand(new StatusCommand())
        .addSubcommand(new FunctionsCommand())
        .addSubcommand(new FunctionCommand())
        .addSubcommand(new OverrideCommand())
        .addSubcommand(new ReloadCommand())
        .addSubcommand(new UsageCommand())
        .addSubcommand(new HealthCommand())
        .addSubcommand(new CommandLine.HelpCommand());
    commandLine.setUsageHelpAutoWidth(true);
    return commandLine;
  }

  /** The version that the jar was built as. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"scaler " + (version == null ? "(not from a jar)" : version)};
    }
  }
}
