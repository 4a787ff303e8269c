package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.config.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private record Run(int exitCode, String out, String err) {}

  private static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = commandLine.execute(arguments);
    return new Run(exitCode, out.toString(), err.toString());
  }

  static Stream<String> commands() {
    return Main.commandLine().getSubcommands().keySet().stream()
        .filter(name -> !name.equals("help"));
  }

  @Test
  void hasTheCommandsOfANodeAndOfItsTools() {
    assertThat(commands())
        .containsExactlyInAnyOrder(
            "node",
            "platform",
            "replay",
            "load",
            "simulate",
            "echo",
            "usage",
            "status",
            "functions",
            "function",
            "explain",
            "top",
            "destroy",
            "drain",
            "override",
            "reload",
            "health");
  }

  @Test
  void aNodeWhosePortIsInUseSaysWhichKeyToSet() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      Run run =
          run(
              "node",
              "--set",
              "grpc.port=0",
              "--set",
              "http.port=0",
              "--set",
              "cluster.port=" + port);

      assertThat(run.exitCode()).isEqualTo(CommandLine.ExitCode.USAGE);
      assertThat(run.err())
          .contains("cluster.port: port " + port + " of 127.0.0.1 is in use; choose another");
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandSaysWhatItIsForWithAnExample(String command) {
    for (String[] asked : new String[][] {{command, "--help"}, {"help", command}}) {
      Run run = run(asked);

      assertThat(run.exitCode()).isZero();
      assertThat(run.err()).isEmpty();
      assertThat(run.out()).contains("Usage: scaler " + command, "--help");
      assertThat(run.out()).containsPattern("Examples:\\R+ +" + command + "\\b");
    }
    assertThat(
            Main.commandLine()
                .getSubcommands()
                .get(command)
                .getCommandSpec()
                .usageMessage()
                .description())
        .isNotEmpty()
        .allMatch(line -> line.endsWith("."));
  }

  @Test
  void aNodeDoesNotListenToOthersWithoutACertificateUnlessItIsToldTo() {
    Run run = run("node", "--set", "grpc.host=0.0.0.0");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("grpc.host: must be an address of this machine alone")
        .contains("tls.certificate", "access.insecure=true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"platform", "echo"})
  void whatEncryptsNothingListensToOthersOnlyWhereItIsToldTo(String command) {
    Run run = run(command, "--port", "0", "--host", "0.0.0.0");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("--host: must be an address of this machine alone, such as 127.0.0.1, is")
        .contains("--insecure");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionSaysWhatItIsFor(String command) {
    CommandLine.Model.CommandSpec spec =
        Main.commandLine().getSubcommands().get(command).getCommandSpec();

    assertThat(spec.options())
        .allSatisfy(
            option -> assertThat(option.description()).as(option.longestName()).isNotEmpty());
  }

  @Test
  void theProgramListsItsCommandsAndTellsItsVersion() {
    Run help = run("--help");
    Run version = run("--version");

    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains(commands().toList());
    assertThat(version.exitCode()).isZero();
    assertThat(version.out()).startsWith("scaler ");
  }

  @Test
  void aCommandIsAsked() {
    Run run = run();

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("Usage: scaler");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node",
        "platform",
        "replay --target 127.0.0.1:1",
        "load --target 127.0.0.1:1",
        "echo",
        "usage"
      })
  void anUnknownOptionIsRefusedWithAHint(String line) {
    String[] words = (line + " --nonsense").split(" ");
    Run run = run(words);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--nonsense", "Usage: scaler " + words[0]);
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          status --ca none.pem | --ca: none.pem cannot be read: there is no such file, or it may not be read
          usage --token-file none | --token-file: none cannot be read: there is no such file, or it may not be read
          load --target a:1 --ca none.pem | --ca: none.pem cannot be read: there is no such file, or it may not be read
          status --certificate a.pem --key b.pem | --certificate, --key: a.pem, b.pem cannot be read: there is no such file, or it may not be read
          function | Missing required parameter: 'KEY'
          replay | Missing required option: '--target=HOST:PORT'
          top --every 0 | --every: must be between 1 and 3600, is 0
          functions --top -3 | --top: must be at least 1, is -3
          function f --top 0 | --top: must be at least 1, is 0
          """)
  void whatIsWrongWithOptionsIsNotBuriedUnderAPageOfThem(String line, String message) {
    String[] words = line.split(" ");
    Run run = run(words);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines())
        .containsExactly(message, "Usage: scaler " + words[0] + " --help says more");
  }

  @Test
  void anUnknownCommandIsRefusedWithAHint() {
    Run run = run("nodee");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("nodee").contains("scaler node");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status --scaler",
        "functions --scaler",
        "function f --scaler",
        "explain f --scaler",
        "top --once --scaler",
        "destroy f --scaler",
        "drain n-1 --scaler",
        "override --scaler",
        "override f --min 1 --scaler",
        "reload --scaler",
        "usage --platform",
        "replay --limit-time 1s --attempts 1 --target",
        "load --duration 50ms --warmup 0s --rounds 1 --target"
      })
  void everyCommandSaysThatNothingListensThere(String line) throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    Run run = run((line + " 127.0.0.1:" + port).split(" "));

    String option = line.substring(line.lastIndexOf(' ') + 1);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains(
            ": nothing listens there (connection refused)\n  try: is the server up? is "
                + option
                + " right");
  }

  @Test
  void aNodePrintsTheConfigurationThatHolds(@TempDir Path folder) throws Exception {
    String[] sets = {"grpc.port=9002", "cluster.name=other", "policy.default=fixed"};

    Run run = run("node", "--set", sets[0], "--set", sets[1], "--set", sets[2], "--print-config");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    Path printed = folder.resolve("printed.yaml");
    Files.writeString(printed, run.out());
    assertThat(Settings.load(printed, Map.of(), List.of()))
        .isEqualTo(Settings.load(null, System.getenv(), List.of(sets)));
  }

  @Test
  void aNodeTakesAFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("node.yaml");
    Files.writeString(file, "grpc:\n  port: 9444\n");

    Run run = run("node", "--config", file.toString(), "--print-config");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("9444");
  }

  @ParameterizedTest
  @ValueSource(strings = {"node", "platform"})
  void anUnknownKeyIsRefusedByName(String command) {
    Run run = run(command, "--set", "nonsense=1");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("nonsense");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void everyProblemIsSaidOnALineOfItsOwn() {
    Run run = run("node", "--set", "grpc.port=70000", "--set", "requests.max-wait=soon");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines())
        .hasSize(2)
        .anyMatch(line -> line.contains("grpc.port"))
        .anyMatch(line -> line.contains("requests.max-wait"));
  }

  @Test
  void aPlatformWithinEachNodeOfSeveralIsRefused() {
    Run run = run("node", "--set", "platform.kind=simulated", "--set", "cluster.expected-size=3");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("platform.kind: ").contains("cluster.expected-size");
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    Run run = run("node", "--config", "/nowhere/node.yaml");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("/nowhere/node.yaml");
  }

  @Test
  void aPlatformWhoseTraceIsNotThereDoesNotStart() {
    Run run = run("platform", "--port", "0", "--trace", "/nowhere/trace");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("/nowhere/trace");
  }
}
