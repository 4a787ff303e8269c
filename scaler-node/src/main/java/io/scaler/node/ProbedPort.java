package io.scaler.node;

import io.scaler.client.HealthCommand;
import io.scaler.config.HttpPort;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the health command asks: as the node's file and environment say. */
final class ProbedPort implements HealthCommand.Configuration {
  private static final String THIS_MACHINE = "127.0.0.1";
  private static final Set<String> ALL_ADDRESSES = Set.of("0.0.0.0", "::", "[::]");

  private final Map<String, String> environment;

  ProbedPort(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public HealthCommand.Http of(@Nullable Path file) {
    HttpPort port = HttpPort.of(file, environment);
    return new HealthCommand.Http(
        ALL_ADDRESSES.contains(port.host()) ? THIS_MACHINE : port.host(),
        port.port(),
        port.isEncrypted(),
        port.file(),
        port.problems());
  }
}
