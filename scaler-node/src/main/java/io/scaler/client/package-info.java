/**
 * The tools that call a Scaler from outside: {@code replay}, {@code load} and {@code echo}.
 *
 * <p>Knows {@code model}, {@code trace}, the wire, and of {@code config} which hosts are this
 * machine; nothing of a node's inside, so that it can be pointed at anything that speaks one of the
 * contracts. The commands hold the clocks, threads and channels and pass them in; what they run
 * ({@link io.scaler.client.Replay}, {@link io.scaler.client.ClosedLoop}) takes them as arguments. A
 * new contract is a {@link io.scaler.client.Gateway} and a name in {@link
 * io.scaler.client.Contract}; a new tool is a command that {@code node} registers.
 */
@NullMarked
package io.scaler.client;

import org.jspecify.annotations.NullMarked;
