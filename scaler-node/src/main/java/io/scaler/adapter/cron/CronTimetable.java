package io.scaler.adapter.cron;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.scaler.service.Timetable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/** A timetable in cron's words, in a time zone. */
public final class CronTimetable implements Timetable {
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  /** From any instant on, a timetable that has any has one within this: February has a 29th. */
  private static final Instant ANY = Instant.parse("2024-01-01T00:00:00Z");

  private final ExecutionTime times;
  private final ZoneId zone;

  private CronTimetable(ExecutionTime times, ZoneId zone) {
    this.times = times;
    this.zone = zone;
  }

  /**
   * @throws IllegalArgumentException if it is none, or never comes; the message is the rule
   */
  public static CronTimetable of(String cron, ZoneId zone) {
    CronTimetable timetable;
    try {
      timetable = new CronTimetable(ExecutionTime.forCron(PARSER.parse(cron).validate()), zone);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "must be minute, hour, day of month, month and day of week as for cron (%s)"
              .formatted(e.getMessage()),
          e);
    }
    if (timetable.next(ANY).isEmpty()) {
      throw new IllegalArgumentException("must come at some time, never does");
    }
    return timetable;
  }

  /**
   * The zone of this name.
   *
   * @throws IllegalArgumentException if there is none; the message is the rule
   */
  public static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("must be a time zone such as Europe/Berlin or UTC", e);
    }
  }

  @Override
  public Optional<Instant> latest(Instant at) {
    // The library's latest is before what it is asked with, and in whole seconds.
    ZonedDateTime after = at.atZone(zone).withNano(0).plusSeconds(1);
    return times.lastExecution(after).map(ZonedDateTime::toInstant);
  }

  @Override
  public Optional<Instant> next(Instant after) {
    return times.nextExecution(after.atZone(zone)).map(ZonedDateTime::toInstant);
  }
}
