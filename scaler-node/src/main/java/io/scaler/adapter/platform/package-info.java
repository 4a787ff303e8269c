/**
 * The platforms that instances run on: adapters of {@link io.scaler.service.Platform}.
 *
 * <p>{@link io.scaler.adapter.platform.SimulatedPlatform} runs nothing and takes the time that real
 * ones take; {@link io.scaler.adapter.platform.PlatformService} and {@link
 * io.scaler.adapter.platform.ContestPlatformService} serve it to other processes; {@link
 * io.scaler.adapter.platform.GrpcPlatform} and {@link
 * io.scaler.adapter.platform.ContestGrpcPlatform} call such a process; {@link
 * io.scaler.adapter.platform.ResilientPlatform} goes around any of them.
 *
 * <p>Knows the port and the wire, no pool, no Hazelcast, no other adapter; is given clocks, timers
 * and random generators. Nothing here blocks. One more platform is a class that implements the
 * port, translates its failures to {@link io.scaler.service.PlatformException} in one place, and
 * passes {@code PlatformContractTest} ({@code FencedPlatformContractTest} if it is idempotent and
 * checks tokens).
 */
@NullMarked
package io.scaler.adapter.platform;

import org.jspecify.annotations.NullMarked;
