package io.scaler.service;

import java.time.Instant;
import java.util.Optional;

/** Instants that recur by the calendar. */
public interface Timetable {

  /** The latest at or before this one; empty if there was none. */
  Optional<Instant> latest(Instant at);

  /** The first after this one; empty if none will come. */
  Optional<Instant> next(Instant after);
}
