package io.scaler.node;

import io.scaler.client.DestroyCommand;
import io.scaler.client.DrainCommand;
import io.scaler.client.EchoCommand;
import io.scaler.client.ExplainCommand;
import io.scaler.client.FunctionCommand;
import io.scaler.client.FunctionsCommand;
import io.scaler.client.HealthCommand;
import io.scaler.client.LoadCommand;
import io.scaler.client.OverrideCommand;
import io.scaler.client.ReloadCommand;
import io.scaler.client.ReplayCommand;
import io.scaler.client.StatusCommand;
import io.scaler.client.TopCommand;
import io.scaler.client.UsageCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

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
        .addSubcommand(new ExplainCommand())
        .addSubcommand(new TopCommand())
        .addSubcommand(new DestroyCommand())
        .addSubcommand(new DrainCommand())
        .addSubcommand(new OverrideCommand())
        .addSubcommand(new ReloadCommand())
        .addSubcommand(new UsageCommand())
        .addSubcommand(new HealthCommand(new ProbedPort(System.getenv())))
        .addSubcommand(new CommandLine.HelpCommand());
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setParameterExceptionHandler(Main::wrong);
    return commandLine;
  }

  /** Says what is wrong with the options, and in a line where there is more on them. */
  private static int wrong(ParameterException e, String[] arguments) {
    CommandLine asked = e.getCommandLine();
    PrintWriter err = asked.getErr();
    err.println(e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Usage: " + asked.getCommandSpec().qualifiedName() + " --help says more");
    err.flush();
    return asked.getCommandSpec().exitCodeOnInvalidInput();
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
