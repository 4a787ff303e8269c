/**
 * A semaphore's state: who holds permits and who waits for them. Pure; knows only {@code model}'s
 * kind of values, no Hazelcast and no clock.
 */
@NullMarked
package io.scaler.permit;

import org.jspecify.annotations.NullMarked;
