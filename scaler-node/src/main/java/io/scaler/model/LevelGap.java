package io.scaler.model;

import java.time.Duration;

/**
 * A function's concurrency came back to a level.
 *
 * @param level at least 1
 * @param gap since it fell below it
 */
public record LevelGap(int level, Duration gap) {}
