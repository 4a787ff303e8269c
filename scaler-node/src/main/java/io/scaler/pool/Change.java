package io.scaler.pool;

import java.time.Instant;
import java.util.List;

/**
 * Events that happened together.
 *
 * @param version of the pool before them; the pool that they are applied to must have it
 * @param at when, by the owner's clock; never earlier than the pool's last change
 */
public record Change(long version, Instant at, List<Event> events) {
  public Change {
    events = List.copyOf(events);
  }
}
