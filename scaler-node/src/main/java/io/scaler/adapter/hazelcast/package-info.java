/**
 * What the nodes share, in Hazelcast: pools, semaphores, catalogs, messages, leadership.
 *
 * <p>A value that changes is changed on its key's owner by one entry processor: it decides, applies
 * the events, and sends those events, not the value, to the backup. A change whose outcome is
 * uncertain is asked for again until it is certain, which is why every command is idempotent.
 *
 * <p>Knows {@code service}'s ports and the domain; no gRPC, no other adapter. One more shared
 * structure is a map in {@link io.scaler.adapter.hazelcast.Structures}, a processor, and its values
 * listed in {@link io.scaler.adapter.hazelcast.CompactForms}, or in {@link
 * io.scaler.adapter.hazelcast.PackedForms} if they go with every request.
 */
@NullMarked
package io.scaler.adapter.hazelcast;

import org.jspecify.annotations.NullMarked;
