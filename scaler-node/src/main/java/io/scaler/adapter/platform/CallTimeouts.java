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
public record CallTimeouts(Duration create, Duration init, Duration destroy, Duration list) {
  public static final CallTimeouts DEFAULT =
      new CallTimeouts(
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10));

  /**
   * @throws IllegalArgumentException naming the timeout and the rule
   */
  public CallTimeouts {
    Rule.positive("create", create);
    Rule.positive("init", init);
    Rule.positive("destroy", destroy);
    Rule.positive("list", list);
  }
}
