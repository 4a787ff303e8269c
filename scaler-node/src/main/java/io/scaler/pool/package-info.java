/**
 * One function's pool of instances as a pure state machine.
 *
 * <p>{@link io.scaler.pool.Pool#decide} turns a {@link io.scaler.pool.Command} and the {@link
 * io.scaler.pool.Terms} of the moment into {@link io.scaler.pool.Event}s and a {@link
 * io.scaler.pool.Reply} without changing anything; {@link io.scaler.pool.Pool#apply} applies the
 * events. The owner of a pool decides and applies, its backup only applies. Whoever sent the
 * command then does what the events call for: start, destroy, tell.
 *
 * <p>Knows no Hazelcast, no gRPC, no clock and no thread. To add a command: a record in {@link
 * io.scaler.pool.Command}, its case in {@code DecisionMaker} and its rule among those of requests,
 * launches or sweeps, new events in {@link io.scaler.pool.Event} with their case in {@code
 * Pool.apply}; the compiler finds the serializers.
 */
@NullMarked
package io.scaler.pool;

import org.jspecify.annotations.NullMarked;
