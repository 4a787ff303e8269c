package io.scaler.node;

import io.scaler.client.HealthCommand;
import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the health command asks: as the node's file and environment say. Where there is no file,
 * only the two variables that matter are looked at, since containers ask every few seconds.
 */
final class ProbedPort implements HealthCommand.Configuration {
  private static final String PORT = "SCALER_HTTP_PORT";
  private static final String CERTIFICATE = "SCALER_TLS_CERTIFICATE";
  private static final String DEFAULT_PORT = "9080";
  private static final String THIS_MACHINE = "127.0.0.1";
  private static final Set<String> ALL_ADDRESSES = Set.of("0.0.0.0", "::", "[::]");

  private final Map<String, String> environment;

  ProbedPort(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public HealthCommand.Http of(@Nullable Path file) {
    if (Settings.file(file, environment).isEmpty()) {
      return new HealthCommand.Http(
          THIS_MACHINE, port(), !environment.getOrDefault(CERTIFICATE, "").isBlank());
    }
    try {
      Settings settings = Settings.load(file, environment, List.of(SettingsOptions.NO_DOORS));
      String host = settings.http().host();
      return new HealthCommand.Http(
          ALL_ADDRESSES.contains(host) ? THIS_MACHINE : host,
          settings.http().port(),
          settings.tls().isOn());
    } catch (SettingsException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private int port() {
    String text = environment.getOrDefault(PORT, DEFAULT_PORT);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(PORT + ": must be a whole number, is " + text, e);
    }
  }
}
