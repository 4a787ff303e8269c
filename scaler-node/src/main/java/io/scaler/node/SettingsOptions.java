package io.scaler.node;

import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every command with a configuration has. */
final class SettingsOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A YAML file over the defaults; SCALER_CONFIG names one, too.")
  private @Nullable Path config;

  /** For picocli. */
  SettingsOptions() {}

  /** For nobody listens on a node's ports there. */
  static final String NO_DOORS = "access.insecure=true";

  /**
   * For a command that is no node, wherever a node's ports would be.
   *
   * @param prefix of every key in {@code sets}
   */
  Settings load(List<String> sets, String prefix) throws SettingsException {
    List<String> all = new ArrayList<>(List.of(NO_DOORS));
    sets.forEach(set -> all.add(prefix + set));
    return source(all).load();
  }

  /** For a node, to be read again and again. */
  SettingsSource source(List<String> sets) {
    return new SettingsSource() {
      @Override
      public Settings load() throws SettingsException {
        return Settings.load(config, System.getenv(), sets);
      }

      @Override
      public Optional<Path> file() {
        return Settings.file(config, System.getenv());
      }
    };
  }
}
