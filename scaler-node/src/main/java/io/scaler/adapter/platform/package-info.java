/**
 * Platforms: a simulated one, clients and servers of both contracts, and what is put around a
 * platform that is elsewhere.
 *
 * <p>Knows {@code service}'s port {@link io.scaler.service.Platform} and gRPC; no other adapter.
 * One more kind of platform implements the port, passes the port's contract test, and gets its line
 * in {@code node}.
 */
@NullMarked
package io.scaler.adapter.platform;

import org.jspecify.annotations.NullMarked;
