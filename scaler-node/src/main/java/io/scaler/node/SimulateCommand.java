package io.scaler.node;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.scaler.client.Progress;
import io.scaler.client.Table;
import io.scaler.client.TimeSpan;
import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import io.scaler.model.Spans;
import io.scaler.policy.CostPolicy;
import io.scaler.policy.FixedPolicy;
import io.scaler.policy.Policies;
import io.scaler.policy.Policy;
import io.scaler.policy.PolicySettings;
import io.scaler.simulation.Clairvoyant;
import io.scaler.simulation.Simulation;
import io.scaler.simulation.SimulationResult;
import io.scaler.simulation.SimulationSetup;
import io.scaler.simulation.SimulationSetup.Times;
import io.scaler.simulation.report.Figures;
import io.scaler.simulation.report.HtmlReport;
import io.scaler.simulation.report.Report;
import io.scaler.trace.Trace;
import io.scaler.trace.TraceException;
import io.scaler.trace.TraceOptions;
import io.scaler.trace.Traces;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Runs a trace in virtual time under several policies and says what each comes to. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a trace in virtual time, through the code that nodes run, once for each policy and from"
          + " an empty start. Progress goes to stderr, a table to stdout; its last row is what a"
          + " clairvoyant would come to. The last column, s, is how many seconds the simulation"
          + " took."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  simulate --trace demo --policy fixed:1m,contest,cost-optimal",
      "  simulate --trace generated:mixed --policy cost-optimal --json out.json"
    })
final class SimulateCommand implements Callable<Integer> {
  private static final String FIXED_FOR = "fixed:";
  private static final String AT_PRICE = "cost-optimal:";
  private static final Duration REFERENCE = Duration.ofMinutes(10);

  @Spec private @Nullable CommandSpec spec;
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--trace",
      paramLabel = "TRACE",
      defaultValue = Traces.DEMO,
      description =
          "A folder in the contest's or the azure2019 form, a file in the azure2021 form,"
              + " generated:KIND[:SEED], or 'demo' (the default).")
  private String trace = Traces.DEMO;

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      split = ",",
      description =
          "Names of policies, fixed:TIME for a keep-alive of that time, or cost-optimal:PRICE where"
              + " a second of waiting costs so many GB*s (default: all, as they are configured).")
  private List<String> policies = List.copyOf(Policies.names());

  @Option(
      names = "--memory",
      paramLabel = "MB",
      defaultValue = "170",
      description = "What a function takes where the trace does not say, in MiB (default: 170).")
  private long memoryMb = 170;

  @Option(
      names = "--init",
      paramLabel = "TIME",
      defaultValue = "500ms",
      converter = TimeSpan.class,
      description =
          "How long an application takes to start where the trace does not say (default: 500ms).")
  private Duration init = Duration.ofMillis(500);

  @Option(
      names = "--limit-time",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description = "Runs only what starts before this time of the trace, such as 60s.")
  private @Nullable Duration limit;

  @Option(
      names = "--bill-for",
      paramLabel = "TIME",
      defaultValue = "5m",
      converter = TimeSpan.class,
      description =
          "How long after the last completion slots that are left are billed (default: 5m).")
  private Duration billFor = Duration.ofMinutes(5);

  @Option(
      names = "--call",
      paramLabel = "TIME",
      defaultValue = "0s",
      converter = TimeSpan.class,
      description =
          "How long each Assign, beyond its waiting, and each Release takes to be answered, as over"
              + " a network (default: 0s).")
  private Duration call = Duration.ZERO;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Fills in what a trace leaves open (default: 1).")
  private long seed = 1;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One key of the configuration, over the file and the environment; repeatable.")
  private List<String> sets = new ArrayList<>();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the table's figures here, as an array with an object for each row.")
  private @Nullable Path json;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Writes a page with plots of all of it here, to be looked at in a browser.")
  private @Nullable Path report;

  /** For picocli. */
  SimulateCommand() {}

  /** A row of the file that {@code --json} writes. */
  private record Row(
      String policy,
      double score,
      double resource,
      double latency,
      double coldPercent,
      double p75ColdPercent,
      double wastedGbSeconds,
      double wastedVsFixed10m,
      double seconds) {}

  /** A result, and how long it took to come by, in s. */
  private record Timed(SimulationResult result, double seconds) {
    Row row(double reference) {
      return new Row(
          result.policy(),
          result.score(),
          result.resource(),
          result.latency(),
          result.coldPercent(),
          result.p75ColdPercent(),
          result.wastedGbSeconds(),
          result.wastedGbSeconds() / reference,
          seconds);
    }
  }

  /** A policy under the name that it was asked for by. */
  private record Asked(String name, Policy policy) {}

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command up");
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      Settings settings = options.load(sets, "");
      Translation translation = new Translation(settings);
      List<Asked> asked = new ArrayList<>();
      for (String name : policies) {
        if (!name.equals(Clairvoyant.NAME)) {
          asked.add(new Asked(name, policy(name, translation)));
        }
      }
      for (Path file : new Path[] {json, report}) {
        if (file != null && !Files.isWritable(file.toAbsolutePath().getParent())) {
          throw new IOException(file + ": its folder does not exist or may not be written to");
        }
      }
      Trace read = read(err);
      simulate(read, asked, translation, out, err);
      return ExitCode.OK;
    } catch (SettingsException e) {
      e.problems().forEach(err::println);
    } catch (TraceException e) {
      err.println(e.getMessage());
    } catch (IOException e) {
      err.println("cannot be written: " + e.getMessage());
    }
    err.flush();
    return ExitCode.USAGE;
  }

  private Policy policy(String name, Translation translation) {
    try {
      if (name.startsWith(FIXED_FOR)) {
        return new FixedPolicy(new TimeSpan().convert(name.substring(FIXED_FOR.length())));
      }
      PolicySettings settings = translation.policySettings();
      if (name.startsWith(AT_PRICE)) {
        double price = Double.parseDouble(name.substring(AT_PRICE.length()));
        return new CostPolicy(settings.cost().withWaitingPrice(price));
      }
      return Policies.named(name, settings);
    } catch (NumberFormatException e) {
      throw new ParameterException(
          spec().commandLine(), "--policy " + name + ": the price must be a number", e);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec().commandLine(),
          String.valueOf(e.getMessage()).replace("policy.default", "--policy"),
          e);
    } catch (TypeConversionException e) {
      throw new ParameterException(
          spec().commandLine(), "--policy " + name + ": " + e.getMessage(), e);
    }
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command up");
    }
    return spec;
  }

  private Trace read(PrintWriter err) {
    err.println("reading " + trace);
    err.flush();
    TraceOptions reading =
        TraceOptions.DEFAULT.withSeed(seed).withInit(init).withMemoryMb(memoryMb);
    return Traces.open(trace, limit == null ? reading : reading.withLimit(limit));
  }

  private void simulate(
      Trace read, List<Asked> asked, Translation translation, PrintWriter out, PrintWriter err)
      throws IOException {
    List<Timed> results = new ArrayList<>();
    double reference = 0;
    for (Asked each : asked) {
      Timed timed = run(read, each, translation, err);
      results.add(timed);
      reference = isReference(each.policy()) ? timed.result().wastedGbSeconds() : reference;
    }
    if (reference == 0) {
      Asked fixed = new Asked(FIXED_FOR + "10m", new FixedPolicy(REFERENCE));
      reference = run(read, fixed, translation, err).result().wastedGbSeconds();
    }
    Duration createLatency = translation.settings().platform().simulated().createLatency();
    long begun = System.nanoTime();
    SimulationResult bound = Clairvoyant.of(read, createLatency);
    results.add(new Timed(bound, (System.nanoTime() - begun) / 1e9));
    out.println(
        String.format(
            Locale.ROOT,
            "%s: %,d requests of %,d functions in %s",
            read.name(),
            read.requests().size(),
            bound.functions().size(),
            Spans.inWords(read.length())));
    out.println(table(results, reference));
    out.flush();
    double base = reference;
    if (report != null) {
      HtmlReport.write(
          new Report(
              read.name(),
              "Slots that are left are billed until %d s after the last completion."
                  .formatted(billFor.toSeconds()),
              results.stream()
                  .map(timed -> Figures.of(timed.result(), base, timed.seconds()))
                  .toList(),
              Figures.gaps(results.stream().map(Timed::result).toList())),
          report);
      err.println("see " + report.toAbsolutePath());
    }
    if (json != null) {
      List<Row> rows = results.stream().map(timed -> timed.row(base)).toList();
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build()
          .writeValue(json.toFile(), rows);
    }
  }

  private boolean isReference(Policy policy) {
    return policy instanceof FixedPolicy fixed && fixed.keepAlive().equals(REFERENCE);
  }

  private Timed run(Trace read, Asked asked, Translation translation, PrintWriter err) {
    AtomicLong begun = new AtomicLong();
    int all = read.requests().size();
    NodeThreads threads = NodeThreads.start();
    Progress progress =
        new Progress(
            threads.timers(),
            err,
            () ->
                String.format(
                    Locale.ROOT,
                    "%s: %,d of %,d requests (%d%%)",
                    asked.name(),
                    begun.get(),
                    all,
                    100 * begun.get() / all));
    long start = System.nanoTime();
    try {
      SimulationResult result =
          Simulation.run(read, setup(asked.policy(), translation), begun::set);
      return new Timed(result.named(asked.name()), (System.nanoTime() - start) / 1e9);
    } finally {
      progress.stop();
      threads.close();
    }
  }

  private SimulationSetup setup(Policy policy, Translation translation) {
    Settings settings = translation.settings();
    return new SimulationSetup(
        policy,
        translation.poolLimits(),
        translation.launchLimits(),
        translation.callLimits(),
        translation.provisioned(),
        new Times(
            settings.platform().simulated().createLatency(),
            settings.requests().maxWait(),
            settings.leader().tick(),
            settings.leader().sweep(),
            settings.leader().plan(),
            billFor,
            call));
  }

  private static String table(List<Timed> results, double reference) {
    Table table = new Table();
    table.row(
        "policy",
        "score",
        "resource",
        "latency",
        "cold %",
        "waited %",
        "p50 wait ms",
        "p99 wait ms",
        "GB*s used",
        "GB*s wasted",
        "p75 function cold %",
        "wasted / fixed 10m",
        "s");
    for (Timed timed : results) {
      SimulationResult result = timed.result();
      table.row(
          result.policy(),
          Table.number(result.score(), 2),
          Table.number(result.resource(), 2),
          Table.number(result.latency(), 2),
          Table.number(result.coldPercent(), 2),
          Table.number(result.waitedPercent(), 2),
          Table.number(result.waitP50Millis(), 1),
          Table.number(result.waitP99Millis(), 1),
          Table.number(result.cost().executionGbSeconds(), 1),
          Table.number(result.wastedGbSeconds(), 1),
          Table.number(result.p75ColdPercent(), 2),
          Table.number(result.wastedGbSeconds() / reference, 3),
          Table.number(timed.seconds(), 1));
    }
    return table.toString();
  }
}
