package io.scaler.adapter.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTimetableTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 8 * * MON-FRI | Europe/Berlin    | 2026-11-25T06:59:59.999Z | 2026-11-24T07:00:00Z | 2026-11-25T07:00:00Z
          0 8 * * MON-FRI | Europe/Berlin    | 2026-11-25T07:00:00Z     | 2026-11-25T07:00:00Z | 2026-11-26T07:00:00Z
          0 8 * * MON-FRI | Europe/Berlin    | 2026-11-25T07:00:00.001Z | 2026-11-25T07:00:00Z | 2026-11-26T07:00:00Z
          0 8 * * MON-FRI | Europe/Berlin    | 2026-11-28T12:00:00Z     | 2026-11-27T07:00:00Z | 2026-11-30T07:00:00Z
          0 8 * * MON-FRI | Europe/Berlin    | 2026-07-01T12:00:00Z     | 2026-07-01T06:00:00Z | 2026-07-02T06:00:00Z
          0 8 * * *       | America/New_York | 2026-11-25T07:00:00Z     | 2026-11-24T13:00:00Z | 2026-11-25T13:00:00Z
          */15 * * * *    | UTC              | 2026-11-25T07:14:59Z     | 2026-11-25T07:00:00Z | 2026-11-25T07:15:00Z
          0 0 29 2 *      | UTC              | 2026-11-25T07:00:00Z     | 2024-02-29T00:00:00Z | 2028-02-29T00:00:00Z
          """)
  void comesWhenTheZonesClockSaysSo(
      String cron, String zone, Instant at, Instant latest, Instant next) {
    CronTimetable timetable = CronTimetable.of(cron, CronTimetable.zone(zone));

    assertThat(timetable.latest(at)).contains(latest);
    assertThat(timetable.next(at)).contains(next);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0 8 * *", "0 8 * * * *", "60 8 * * *", "0 8 * * SOME", "daily"})
  void whatIsNoCronIsRefused(String cron) {
    assertThatThrownBy(() -> CronTimetable.of(cron, CronTimetable.zone("UTC")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "must be minute, hour, day of month, month and day of week as for cron (");
  }

  @Test
  void whatNeverComesIsRefused() {
    assertThatThrownBy(() -> CronTimetable.of("0 0 30 2 *", CronTimetable.zone("UTC")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aZoneThatIsNoneIsRefused() {
    assertThatThrownBy(() -> CronTimetable.zone("Europe/Atlantis"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must be a time zone such as Europe/Berlin or UTC");
  }
}
