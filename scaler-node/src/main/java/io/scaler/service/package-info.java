/**
 * What a node does: assign, release, launch, destroy, and the leader's duties.
 *
 * <p>Knows the domain ({@code model}, {@code pool}, {@code demand}, {@code policy}) and its own
 * ports ({@link io.scaler.service.Pools}, {@link io.scaler.service.Platform}, {@link
 * io.scaler.service.Mailbox}, {@link io.scaler.service.Semaphores}, {@link
 * io.scaler.service.Leadership}, {@link io.scaler.service.Catalog}, {@link
 * io.scaler.service.Timer}); no Hazelcast, gRPC, thread or clock. Nothing here blocks. A new duty
 * of the leader is a class with {@code run()} (one pass) and a line in {@code node}.
 */
@NullMarked
package io.scaler.service;

import org.jspecify.annotations.NullMarked;
