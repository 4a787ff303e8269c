package io.scaler.node;

import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import java.nio.file.Path;
import java.util.Optional;

/** Where a node's settings are read from, at its start and again. */
interface SettingsSource {

  /**
   * @throws SettingsException with everything that is wrong
   */
  Settings load() throws SettingsException;

  /** The file among the layers; empty if there is none. */
  Optional<Path> file();

  /** Settings that are always the same. */
  static SettingsSource fixed(Settings settings) {
    return new SettingsSource() {
      @Override
      public Settings load() {
        return settings;
      }

      @Override
      public Optional<Path> file() {
        return Optional.empty();
      }
    };
  }
}
