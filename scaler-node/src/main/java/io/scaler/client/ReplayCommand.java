package io.scaler.client;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.scaler.model.StartKind;
import io.scaler.trace.Trace;
import io.scaler.trace.TraceException;
import io.scaler.trace.TraceOptions;
import io.scaler.trace.Traces;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Plays a trace against a Scaler and says what it cost. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Plays a trace against a Scaler: every request is assigned at its time, held for its"
          + " execution and released through another address than it was assigned by. Progress goes"
          + " to stderr, a table to stdout."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every request was served and no instance was held twice",
      "1:a request failed or an instance was held twice",
      "2:the options or the trace are wrong"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  replay --trace demo --target 127.0.0.1:9001",
      "  replay --trace traces/contest-smoke --contract contest \\",
      "      --target 127.0.0.1:9001,127.0.0.1:9002 --platform 127.0.0.1:50051",
      "  replay --trace traces/azure2019 --limit-time 10m --speed 5 \\",
      "      --target 127.0.0.1:9001"
    })
public final class ReplayCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--trace",
      paramLabel = "TRACE",
      defaultValue = Traces.DEMO,
      description =
          "A folder in the contest's or the azure2019 form, a file in the azure2021 form,"
              + " generated:KIND[:SEED], or 'demo' (the default).")
  private String trace = Traces.DEMO;

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      required = true,
      split = ",",
      description = "Addresses of the Scaler, used in turns.")
  private List<String> targets = List.of();

  @Option(
      names = "--contract",
      paramLabel = "v1|contest",
      defaultValue = "v1",
      converter = ContractName.class,
      description = "The wire contract (default: v1).")
  private Contract contract = Contract.V1;

  @Option(
      names = "--speed",
      defaultValue = "1.0",
      description =
          "How much faster than in the trace requests arrive and executions end (default: 1.0)."
              + " GB*s and latencies are those of the run, not scaled back.")
  private double speed = 1;

  @Option(
      names = "--limit-time",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description = "Plays only what starts before this time of the trace, such as 60s.")
  private @Nullable Duration limit;

  @Option(
      names = "--platform",
      paramLabel = "HOST:PORT",
      description =
          "A scaler.v1 platform that is asked for what slots cost during the run; it is shown the"
              + " same token and certificate as the Scaler.")
  private @Nullable String platform;

  @Option(
      names = "--settle",
      paramLabel = "TIME",
      defaultValue = "0s",
      converter = TimeSpan.class,
      description =
          "How long after the last request the platform is asked, so that slots that are kept are"
              + " billed (default: 0s).")
  private Duration settle = Duration.ZERO;

  @Option(
      names = "--attempts",
      defaultValue = "3",
      description =
          "Attempts of a call, each at the next address, when an address does not answer or says"
              + " 'later' (default: 3).")
  private int attempts = 3;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = TimeSpan.class,
      description = "The deadline of one attempt (default: 30s).")
  private Duration deadline = Duration.ofSeconds(30);

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Fills in what an azure2019 trace leaves open (default: 1).")
  private long seed = 1;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the table's numbers there as well; unknown ones are null.")
  private @Nullable Path json;

  @Mixin private final AccessOptions accessOptions = new AccessOptions();

  /** For picocli. */
  public ReplayCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    check();
    List<Address> addresses = addresses("--target", targets);
    Address platformAddress =
        platform == null ? null : addresses("--platform", List.of(platform)).get(0);
    List<Address> called = new ArrayList<>(addresses);
    if (platformAddress != null) {
      called.add(platformAddress);
    }
    Access access;
    try {
      access = accessOptions.access(called, err());
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    Trace read;
    try {
      read = Traces.open(trace, options());
    } catch (TraceException e) {
      err().println(e.getMessage());
      return ExitCode.USAGE;
    }
    ReplayReport report = replay(read, addresses, platformAddress, access);
    out().print(report.table());
    if (platform == null) {
      out()
          .println(
              "pass --platform HOST:PORT to see what slots cost, what was wasted, and the score");
    }
    out().flush();
    if (json != null) {
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build()
          .writeValue(json.toFile(), report);
    }
    return report.isClean() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private ReplayReport replay(
      Trace read, List<Address> addresses, @Nullable Address platformAddress, Access access)
      throws InterruptedException, ExecutionException {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (Connections connections = Connections.open(addresses, access, "--target");
        PlatformUsage usage =
            platformAddress == null
                ? null
                : new PlatformUsage(platformAddress, access, err()::println)) {
      connections.warmUp();
      HoldHistory holds = new HoldHistory();
      ReplayTally tally = new ReplayTally();
      Double before = usage == null ? null : usage.slotGbSeconds();
      var terms =
          new Replay.Terms(
              speed, attempts, deadline, "replay-" + UUID.randomUUID().toString().substring(0, 8));
      var replay =
          new Replay(
              read,
              new Targets(connections.gateways(contract), System::nanoTime),
              terms,
              timer,
              System::nanoTime,
              holds,
              tally);
      err()
          .printf(
              Locale.ROOT,
              "replaying %s: %,d requests of %,d functions in %,d s through %s%n",
              read.name(),
              read.requests().size(),
              read.functions().size(),
              (long) Math.ceil(read.length().toMillis() / 1e3 / speed),
              addresses);
      err().flush();
      long started = System.nanoTime();
      var progress =
          new Progress(timer, err(), progress(read.requests().size(), tally, holds, started));
      replay.run().get();
      progress.stop();
      double seconds = (System.nanoTime() - started) / 1e9;
      tally
          .counts()
          .firstFailures()
          .values()
          .forEach(message -> err().println("first failure of its kind: " + message));
      if (usage != null && !settle.isZero()) {
        Thread.sleep(settle.toMillis());
      }
      Double after = usage == null ? null : usage.slotGbSeconds();
      return ReplayReport.of(
          read.name(),
          contract,
          speed,
          seconds,
          tally.counts(),
          PlatformUsage.between(before, after),
          holds);
    } finally {
      timer.shutdownNow();
    }
  }

  private static Supplier<String> progress(
      int total, ReplayTally tally, HoldHistory holds, long started) {
    return new Supplier<>() {
      private long doneBefore;

      @Override
      public String get() {
        ReplayTally.Counts counts = tally.counts();
        long rate = counts.done() - doneBefore;
        doneBefore = counts.done();
        return String.format(
            Locale.ROOT,
            "%4ds  %,d/%,d done, %,d in flight, %s warm, %s waited, %s cold, %,d failed, %,d"
                + " retries, %,d held twice, %,d/s",
            (System.nanoTime() - started) / 1_000_000_000,
            counts.done(),
            total,
            counts.inFlight(),
            Table.number(counts.started(StartKind.WARM)),
            Table.number(counts.started(StartKind.WAITED)),
            Table.number(counts.started(StartKind.COLD)),
            counts.failed(),
            counts.retries(),
            holds.heldTwice(),
            rate);
      }
    };
  }

  private void check() {
    if (!(speed > 0) || speed > 1e6) {
      throw wrong("--speed: must be above 0 and at most 1000000, is " + speed);
    }
    if (attempts < 1 || attempts > 100) {
      throw wrong("--attempts: must be from 1 to 100, is " + attempts);
    }
    if (deadline.isZero()) {
      throw wrong("--deadline: must be above zero");
    }
    if (limit != null && limit.isZero()) {
      throw wrong("--limit-time: must be above zero");
    }
  }

  private TraceOptions options() {
    TraceOptions options = TraceOptions.DEFAULT.withSeed(seed);
    return limit == null ? options : options.withLimit(limit);
  }

  private List<Address> addresses(String option, List<String> texts) {
    try {
      return texts.stream().map(Address::parse).toList();
    } catch (IllegalArgumentException e) {
      throw wrong(option + ": " + e.getMessage());
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
