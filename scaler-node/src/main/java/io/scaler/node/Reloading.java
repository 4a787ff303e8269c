package io.scaler.node;

import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import io.scaler.model.ScalerException;
import io.scaler.service.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Reads the configuration again while the node runs: checks all of it, applies what can be applied,
 * and says what needs a restart. A configuration that breaks a rule changes nothing.
 */
final class Reloading implements Configuration {
  private static final Logger log = LoggerFactory.getLogger(Reloading.class);

  private final SettingsSource source;
  private final Consumer<Settings> apply;
  private final Executor background;
  private Settings inForce;

  /** Whether applying what is in force ended in the middle. */
  private boolean isTorn;

  private volatile boolean isBroken;

  /**
   * @param inForce what the node was started with
   * @param apply puts settings into force that differ in nothing that needs a restart; may block;
   *     if it throws, the next reading applies what it finds even if that has not changed
   */
  Reloading(
      SettingsSource source, Settings inForce, Consumer<Settings> apply, Executor background) {
    this.source = source;
    this.inForce = inForce;
    this.apply = apply;
    this.background = background;
  }

  @Override
  public CompletionStage<Changes> reload() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return now();
          } catch (SettingsException e) {
            throw ScalerException.invalid("configuration", String.join("; ", e.problems()));
          }
        },
        background);
  }

  /** Whether the configuration broke a rule when it was last read. */
  boolean isBroken() {
    return isBroken;
  }

  /** The same, at once; may block. */
  synchronized Changes now() throws SettingsException {
    Settings read;
    Settings next;
    try {
      read = source.load();
      next = read.onTopOf(inForce);
    } catch (SettingsException e) {
      isBroken = true;
      log.warn("the configuration was read again and changes nothing: {}", e.problems());
      throw e;
    }
    isBroken = false;
    List<String> needRestart = new ArrayList<>(read.differencesTo(next));
    List<String> applied = new ArrayList<>(next.differencesTo(inForce));
    if (isTorn || !applied.isEmpty()) {
      isTorn = true;
      apply.accept(next);
      inForce = next;
      isTorn = false;
    }
    log.atLevel(applied.isEmpty() && needRestart.isEmpty() ? Level.DEBUG : Level.INFO)
        .log(
            "the configuration was read again: {} changed; a restart is needed for {}",
            applied.isEmpty() ? "nothing" : applied,
            needRestart.isEmpty() ? "nothing" : needRestart);
    return new Changes(applied, needRestart);
  }
}
