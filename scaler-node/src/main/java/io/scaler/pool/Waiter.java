package io.scaler.pool;

import java.time.Instant;

/** A request in a pool's queue, which is refused at {@code until} if nothing has come by then. */
public record Waiter(String requestId, Caller caller, Instant since, Instant until) {}
