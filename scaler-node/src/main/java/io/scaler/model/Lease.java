package io.scaler.model;

import java.time.Duration;

/**
 * For how long an assignment holds without a renewal.
 *
 * @param token grows with every grant of the function; whoever holds a smaller one is out of date
 * @param remaining what was left when the pool answered, by the clock of the pool's owner
 */
public record Lease(long token, Duration remaining) {}
