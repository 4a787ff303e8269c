package io.scaler.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One {@code java -jar scaler.jar …}, its output in a file. */
final class LocalProcess implements AutoCloseable {
  /**
   * Options of a JVM that is ready after half of the time that it takes otherwise, and whose code
   * is slower later: for tests of what a node shows rather than of what it does.
   */
  static final List<String> READY_SOON = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private final String name;
  private final Path log;
  private final Process process;

  private LocalProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  static LocalProcess start(String name, Path folder, List<String> arguments) {
    return start(List.of(), name, folder, arguments);
  }

  /**
   * The same.
   *
   * @param options of the JVM
   */
  static LocalProcess start(
      List<String> options, String name, Path folder, List<String> arguments) {
    Path jar = Path.of(System.getProperty("scaler.jar", "../scaler-node/target/scaler.jar"));
    if (!Files.exists(jar)) {
      throw new IllegalStateException(jar + " is missing; build scaler-node first");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.addAll(options);
    command.add("-jar");
    command.add(jar.toString());
    command.addAll(arguments);
    Path log = folder.resolve(name + ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new LocalProcess(name, log, process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    exitCode();
  }

  /** SIGTERM. */
  void stop() {
    process.destroy();
  }

  /** The exit code, awaited for a minute and a half. */
  int exitCode() {
    try {
      if (!process.waitFor(90, TimeUnit.SECONDS)) {
        throw new IllegalStateException(name + " does not end:\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (isAlive()) {
      kill();
    }
  }
}
