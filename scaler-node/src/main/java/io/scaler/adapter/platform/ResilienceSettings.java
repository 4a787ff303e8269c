package io.scaler.adapter.platform;

import java.time.Duration;

/**
 * How a platform that is elsewhere is treated.
 *
 * @param attempts at a call that may be repeated safely, at least 1
 * @param backoff before the second attempt, doubled before each further one, with jitter
 * @param bulkhead calls on their way at a time; one more is refused
 * @param failureRate share of failed calls that opens the breaker, above 0, at most 1
 * @param window the last calls that the share is taken of
 * @param minimumCalls before which the breaker never opens
 * @param open how long the breaker refuses calls before it probes
 * @param probes calls that are let through then
 */
public record ResilienceSettings(
    CallTimeouts timeouts,
    int attempts,
    Duration backoff,
    int bulkhead,
    double failureRate,
    int window,
    int minimumCalls,
    Duration open,
    int probes) {}
