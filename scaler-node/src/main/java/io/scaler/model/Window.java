package io.scaler.model;

import java.time.Duration;

/**
 * When more instances of a function are kept than else.
 *
 * @param cron when it begins: minute, hour, day of month, month, day of week
 * @param zone the time zone that {@code cron} is meant in
 * @param length how long it lasts, whatever the clocks of the zone do meanwhile
 * @param instances kept in it, at least 1
 */
public record Window(String cron, String zone, Duration length, int instances) {
  /** Where no zone is named. */
  public static final String UTC = "UTC";

  public static final Duration LONGEST = Duration.ofDays(366);

  /**
   * @throws ScalerException {@link Reason#INVALID_FIELD} naming the field and the rule
   */
  public Window {
    Check.id("windows.cron", cron);
    Check.id("windows.zone", zone);
    Check.positive("windows.length", length, LONGEST);
    Check.between("windows.instances", instances, 1, Ruling.MOST_INSTANCES);
  }
}
