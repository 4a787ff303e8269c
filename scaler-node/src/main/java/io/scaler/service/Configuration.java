package io.scaler.service;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** This node's configuration, which may have changed where it was read from. */
public interface Configuration {

  /**
   * What reading it again came to.
   *
   * @param applied keys whose new values hold now
   * @param needRestart keys whose new values hold when the node is started again
   */
  record Changes(List<String> applied, List<String> needRestart) {
    public Changes {
      applied = List.copyOf(applied);
      needRestart = List.copyOf(needRestart);
    }
  }

  /**
   * Reads it again, and applies what can be applied while the node runs.
   *
   * @return fails with a {@link io.scaler.model.ScalerException} INVALID_FIELD if it breaks a rule;
   *     nothing has changed then
   */
  CompletionStage<Changes> reload();
}
