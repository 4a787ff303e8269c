package io.scaler.pool;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of an instance that the pool gave up.
 *
 * @param idled how long it had been idle by then; null if it was not idle
 * @param why in words
 */
public record Retirement(Instant at, @Nullable Duration idled, String why) {}
