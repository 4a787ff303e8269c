package io.scaler.adapter.platform;

import java.time.Duration;

/**
 * How long a platform may take.
 *
 * @param create a slot
 * @param init an application, up to minutes
 * @param destroy a slot
 * @param list all slots
 */
public record PlatformTimeouts(Duration create, Duration init, Duration destroy, Duration list) {
  public static final PlatformTimeouts DEFAULT =
      new PlatformTimeouts(
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10));

  /**
   * @throws IllegalArgumentException naming the timeout and the rule
   */
  public PlatformTimeouts {
    Settings.requirePositive("create", create);
    Settings.requirePositive("init", init);
    Settings.requirePositive("destroy", destroy);
    Settings.requirePositive("list", list);
  }
}
