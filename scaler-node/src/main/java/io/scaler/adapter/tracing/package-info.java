/**
 * Requests as they are followed through the nodes, for a collector that speaks OpenTelemetry's
 * protocol.
 *
 * <p>Knows the ports {@link io.scaler.service.Tracing} and {@link io.scaler.service.Requests}, the
 * model and OpenTelemetry; no other adapter. Where nobody collects, nothing of it is made. One more
 * span is a part begun where the service does the work.
 */
@NullMarked
package io.scaler.adapter.tracing;

import org.jspecify.annotations.NullMarked;
