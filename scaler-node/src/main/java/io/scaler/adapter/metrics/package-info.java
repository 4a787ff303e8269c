/**
 * What a node measures of itself, as Prometheus reads it.
 *
 * <p>Wraps the service's ports and knows nothing of what is behind them. One more metric is a
 * constant of {@link io.scaler.adapter.metrics.Metric}, a line where it is measured, and a line of
 * docs/metrics.md.
 */
@NullMarked
package io.scaler.adapter.metrics;

import org.jspecify.annotations.NullMarked;
