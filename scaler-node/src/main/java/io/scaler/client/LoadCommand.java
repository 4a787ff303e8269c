package io.scaler.client;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.scaler.model.FunctionSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how many pairs of Assign and Release a Scaler serves. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures how many pairs of Assign and Release a Scaler serves with a number of callers that"
          + " each wait for their answer. Several targets are measured in turns, round after round,"
          + " and compared with the first. Progress goes to stderr, a table to stdout."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every call was served and no instance was held twice",
      "1:a call failed or an instance was held twice",
      "2:the options are wrong"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  load --target 127.0.0.1:9001 --duration 10s",
      "  load --functions 100 --concurrency 64 --target echo=127.0.0.1:9010 \\",
      "      --target three=127.0.0.1:9001+127.0.0.1:9002+127.0.0.1:9003"
    })
public final class LoadCommand implements Callable<Integer> {
  private static final Duration LEAST_TIMEOUT = Duration.ofSeconds(60);

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--target",
      paramLabel = "[NAME=]HOST:PORT[+HOST:PORT...]",
      required = true,
      description =
          "A name, if any, and the addresses of a Scaler; may be given several times. With several"
              + " addresses a release goes through another one than its assign.")
  private List<String> targets = List.of();

  @Option(
      names = "--contract",
      paramLabel = "v1|contest",
      defaultValue = "v1",
      converter = ContractName.class,
      description = "The wire contract (default: v1).")
  private Contract contract = Contract.V1;

  @Option(
      names = "--functions",
      defaultValue = "100",
      description = "How many functions are called (default: 100).")
  private int functions = 100;

  @Option(
      names = "--skew",
      defaultValue = "1.0",
      description =
          "The k-th function is called in proportion to 1 / k^skew; 0 calls all alike (default:"
              + " 1.0).")
  private double skew = 1;

  @Option(
      names = "--concurrency",
      defaultValue = "64",
      description = "How many callers there are (default: 64).")
  private int concurrency = 64;

  @Option(
      names = "--hold",
      paramLabel = "TIME",
      defaultValue = "0ms",
      converter = TimeSpan.class,
      description = "How long a caller holds an instance (default: 0ms).")
  private Duration hold = Duration.ZERO;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = TimeSpan.class,
      description = "Of each round (default: 10s).")
  private Duration duration = Duration.ofSeconds(10);

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      defaultValue = "5s",
      converter = TimeSpan.class,
      description = "Of each target before the first round; not counted (default: 5s).")
  private Duration warmup = Duration.ofSeconds(5);

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Rounds of each target; their medians are reported (default: 3).")
  private int rounds = 3;

  @Option(
      names = "--memory",
      paramLabel = "MB",
      defaultValue = "128",
      description = "Of each function (default: 128).")
  private long memory = 128;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = TimeSpan.class,
      description = "The deadline of a call (default: 30s).")
  private Duration deadline = Duration.ofSeconds(30);

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Decides who calls which function (default: 1).")
  private long seed = 1;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the table's numbers and each round's there as well.")
  private @Nullable Path json;

  @Mixin private final AccessOptions accessOptions = new AccessOptions();

  /** One target while it is measured. */
  private record Measured(
      LoadTarget target,
      ClosedLoop callers,
      HoldHistory holds,
      List<LoadReport.Round> rounds,
      Map<String, String> firstFailures) {}

  /** For picocli. */
  public LoadCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    check();
    List<LoadTarget> parsed;
    try {
      parsed = targets.stream().map(LoadTarget::parse).toList();
    } catch (IllegalArgumentException e) {
      throw wrong("--target: " + e.getMessage());
    }
    Access access;
    try {
      access =
          accessOptions.access(
              parsed.stream().flatMap(target -> target.addresses().stream()).toList(), err());
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    LoadReport report = measure(parsed, access);
    out().print(report.table());
    out().flush();
    if (json != null) {
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build()
          .writeValue(json.toFile(), report);
    }
    return report.isClean() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private LoadReport measure(List<LoadTarget> parsed, Access access)
      throws InterruptedException, ExecutionException {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    List<Connections> connections = new ArrayList<>();
    try {
      List<Measured> measured = new ArrayList<>();
      var terms = terms();
      for (LoadTarget target : parsed) {
        var opened = Connections.open(target.addresses(), access, "--target");
        connections.add(opened);
        var holds = new HoldHistory();
        var callers =
            new ClosedLoop(
                new Targets(opened.gateways(contract), System::nanoTime),
                terms,
                timer,
                System::nanoTime,
                holds);
        measured.add(new Measured(target, callers, holds, new ArrayList<>(), new TreeMap<>()));
      }
      for (Measured each : measured) {
        if (!warmup.isZero()) {
          round(each, warmup, "warm-up", timer);
        }
      }
      for (int i = 1; i <= rounds; i++) {
        for (Measured each : measured) {
          each.rounds().add(round(each, duration, "round " + i + "/" + rounds, timer));
        }
      }
      return report(measured);
    } finally {
      connections.forEach(Connections::close);
      timer.shutdownNow();
    }
  }

  private LoadReport.Round round(
      Measured measured, Duration length, String name, ScheduledExecutorService timer)
      throws InterruptedException, ExecutionException {
    PairTally tally = new PairTally();
    var progress =
        new Progress(
            timer,
            err(),
            () ->
                String.format(
                    Locale.ROOT,
                    "%s %s: %,d pairs, %,d errors, %,d held twice",
                    measured.target().name(),
                    name,
                    tally.pairs(),
                    tally.failed(),
                    measured.holds().heldTwice()));
    try {
      measured.callers().run(length, tally).get();
    } finally {
      progress.stop();
    }
    tally.firstFailures().forEach(measured.firstFailures()::putIfAbsent);
    return tally.round(length.toNanos() / 1e9);
  }

  private LoadReport report(List<Measured> measured) {
    List<LoadReport.Target> reports = new ArrayList<>();
    for (Measured each : measured) {
      each.firstFailures()
          .values()
          .forEach(
              message ->
                  err().println(each.target().name() + ": first failure of its kind: " + message));
      double first = reports.isEmpty() ? 0 : reports.get(0).pairsPerSecond();
      reports.add(LoadReport.Target.of(each.target().name(), each.rounds(), each.holds(), first));
    }
    return new LoadReport(contract.toString(), concurrency, reports);
  }

  private ClosedLoop.Terms terms() {
    Duration timeout =
        hold.multipliedBy(2).compareTo(LEAST_TIMEOUT) > 0 ? hold.multipliedBy(2) : LEAST_TIMEOUT;
    List<FunctionSpec> specs =
        IntStream.range(0, functions)
            .mapToObj(i -> new FunctionSpec("load-" + i, "load", memory, timeout))
            .toList();
    String runId = "load-" + UUID.randomUUID().toString().substring(0, 8);
    return new ClosedLoop.Terms(specs, skew, concurrency, hold, deadline, runId, seed);
  }

  private void check() {
    between("--functions", functions, 1, 1_000_000);
    between("--concurrency", concurrency, 1, 100_000);
    between("--rounds", rounds, 1, 1_000);
    between("--memory", memory, 1, Integer.MAX_VALUE);
    if (!(skew >= 0 && skew <= 10)) {
      throw wrong("--skew: must be from 0 to 10, is " + skew);
    }
    if (duration.isZero() || deadline.isZero()) {
      throw wrong("--duration and --deadline: must be above zero");
    }
    if (hold.compareTo(Duration.ofHours(1)) > 0) {
      throw wrong("--hold: must be at most an hour");
    }
  }

  private void between(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw wrong(option + ": must be from " + least + " to " + most + ", is " + value);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command().commandLine(), message);
  }

  private PrintWriter out() {
    return command().commandLine().getOut();
  }

  private PrintWriter err() {
    return command().commandLine().getErr();
  }

  private CommandSpec command() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command up");
    }
    return spec;
  }
}
