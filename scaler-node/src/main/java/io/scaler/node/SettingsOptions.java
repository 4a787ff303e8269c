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

  /**
   * @param prefix of every key in {@code sets}
   */
  Settings load(List<String> sets, String prefix) throws SettingsException {
    return source(sets, prefix).load();
  }

  /** The same, to be read again and again. */
  SettingsSource source(List<String> sets, String prefix) {
    List<String> prefixed = new ArrayList<>();
    sets.forEach(set -> prefixed.add(prefix + set));
    return new SettingsSource() {
      @Override
      public Settings load() throws SettingsException {
        return Settings.load(config, System.getenv(), prefixed);
      }

      @Override
      public Optional<Path> file() {
        return Settings.file(config, System.getenv());
      }
    };
  }
}
