/**
 * Timetables in the words of cron: minute, hour, day of month, month, day of week.
 *
 * <p>Knows {@code model}, the port {@link io.scaler.service.Timetable} and the cron library.
 */
@NullMarked
package io.scaler.adapter.cron;

import org.jspecify.annotations.NullMarked;
