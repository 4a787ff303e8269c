package io.scaler.pool;

import io.scaler.model.LevelGap;
import io.scaler.model.Usage;
import java.util.List;

/**
 * What a change tells of the demand for a function, by the owner's clock alone.
 *
 * @param arrivals requests that the pool took up: that got an instance at once, or wait for one
 * @param reached the levels that concurrency came back to
 * @param left the levels that it fell below, and how long it had been there
 * @param first how many levels concurrency came to for the first time, as far as is known
 * @param usage since the change before
 */
public record Observation(
    int arrivals, List<LevelGap> reached, List<LevelGap> left, int first, Usage usage) {
  static final Observation NOTHING = new Observation(0, List.of(), List.of(), 0, Usage.NONE);
}
