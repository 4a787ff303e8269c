package io.scaler.node;

import io.scaler.adapter.grpc.GrpcServer;
import io.scaler.adapter.grpc.GrpcServer.Listen;
import io.scaler.adapter.platform.SimulatedPlatform;
import io.scaler.adapter.platform.SlotEvent;
import io.scaler.config.Loopback;
import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import io.scaler.trace.TraceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Serves a simulated platform until it is told to stop. */
@Command(
    name = "platform",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Serves a simulated platform over gRPC, as scaler.v1.Platform and as the challenge's"
          + " serverless.simulator.Platform, until SIGTERM or SIGINT. It keeps books and runs"
          + " nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  platform --port 50051",
      "  platform --trace demo --set create-latency=50ms --set init-failures=0.1"
    })
final class PlatformCommand implements Callable<Integer> {
  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static final Duration GRACE = Duration.ofSeconds(2);

  @Spec private @Nullable CommandSpec spec;
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "The address to listen on (default: 127.0.0.1).")
  private String host = "127.0.0.1";

  @Option(
      names = "--insecure",
      description =
          "Listen on --host, whatever it is: nothing is encrypted, and nobody is asked who calls.")
  private boolean insecure;

  @Option(
      names = "--port",
      defaultValue = "50051",
      description = "Where to listen; 0 for any free port (default: 50051).")
  private int port = 50051;

  @Option(
      names = "--trace",
      paramLabel = "DIR|demo",
      description = "A contest trace: its functions take as long to start as it says.")
  private @Nullable String trace;

  @Option(names = "--record", description = "Print every step in a slot's life as a line of JSON.")
  private boolean recordsSlots;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "One key below platform.simulated of the configuration, over the file and the"
              + " environment; repeatable.")
  private List<String> sets = new ArrayList<>();

  /** For picocli. */
  PlatformCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command up");
    }
    if (!insecure && !Loopback.is(host)) {
      throw new ParameterException(
          spec.commandLine(),
          "--host: must be an address of this machine alone, such as 127.0.0.1, is %s: or say --insecure where only those that are trusted reach the port"
              .formatted(host));
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    List<String> all = new ArrayList<>(sets);
    if (trace != null) {
      all.add("trace=" + trace);
    }
    try {
      Settings settings = options.load(all, "platform.simulated.");
      NodeThreads threads = NodeThreads.start();
      ScheduledTimer timer = new ScheduledTimer(threads.timers());
      InstantSource clock = InstantSource.system();
      SimulatedPlatform platform =
          PlatformAccess.simulated(
              settings.platform().simulated(),
              timer,
              clock,
              recordsSlots ? new SlotRecord(out) : SlotEvent.UNHEARD);
      Settings.Grpc grpc = settings.grpc();
      GrpcServer server =
          GrpcServer.start(
              new Listen(
                  host,
                  port,
                  MAX_MESSAGE_BYTES,
                  grpc.minPing(),
                  grpc.ping(),
                  grpc.pingTimeout(),
                  grpc.maxIdle()),
              GrpcServer.Door.OPEN,
              PlatformAccess.services(platform));
      server.setServing(true);
      out.println("platform listens on " + host + ":" + server.port());
      out.flush();
      CountDownLatch stopped = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    server.stop(timer, GRACE).toCompletableFuture().join();
                    threads.close();
                    stopped.countDown();
                  },
                  "scaler-stop"));
      stopped.await();
      return ExitCode.OK;
    } catch (SettingsException e) {
      e.problems().forEach(err::println);
    } catch (IOException | TraceException e) {
      err.println("the platform did not start: " + e.getMessage());
    }
    err.flush();
    return ExitCode.USAGE;
  }
}
