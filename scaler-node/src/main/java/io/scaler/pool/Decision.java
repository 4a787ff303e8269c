package io.scaler.pool;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pool decided.
 *
 * @param change to apply, also on the backup; without events, nothing changes
 * @param due when the pool wants to be swept because of this change at the latest; null: no sooner
 *     than before. After a sweep: when it wants the next one for any reason; null: not at all.
 */
public record Decision(Change change, Reply reply, @Nullable Instant due) {

  public List<Event> events() {
    return change.events();
  }
}
