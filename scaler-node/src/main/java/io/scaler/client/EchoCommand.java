package io.scaler.client;

import io.scaler.config.Loopback;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs {@link Echo}, the baseline for load, until it is stopped. */
@Command(
    name = "echo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "A Scaler that answers every call at once and keeps nothing: what load measures against it is"
          + " what the machine, gRPC and load itself cost. Runs until it is stopped."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  echo --port 9010", "  load --target echo=127.0.0.1:9010"})
public final class EchoCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--port",
      defaultValue = "9010",
      description = "Where to listen; 0 for any free port (default: 9010).")
  private int port = 9010;

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

  /** For picocli. */
  public EchoCommand() {}

  @Override
  public Integer call() throws IOException {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command up");
    }
    if (port < 0 || port > 65535) {
      throw new ParameterException(
          spec.commandLine(), "--port: must be from 0 to 65535, is " + port);
    }
    if (!insecure && !Loopback.is(host)) {
      throw new ParameterException(
          spec.commandLine(),
          "--host: must be an address of this machine alone, such as 127.0.0.1, is %s: or say --insecure where only those that are trusted reach the port"
              .formatted(host));
    }
    try (Echo echo = new Echo(host, port)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("echo listens on " + host + ":" + echo.port());
      out.flush();
      echo.awaitClose();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ExitCode.OK;
  }
}
