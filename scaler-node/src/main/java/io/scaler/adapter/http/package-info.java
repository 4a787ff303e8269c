/**
 * The HTTP endpoints for those who operate a node: whether it lives and is ready, its metrics, and
 * a page that shows the cluster as it is.
 *
 * <p>Knows the JDK's HTTP server, Jackson, Caffeine and the service; no other adapter. All
 * endpoints are in {@link io.scaler.adapter.http.OperatorServer}'s table: those of the page come
 * from {@link io.scaler.adapter.http.LivePage}, and what they say is put together in {@code Views}.
 */
@NullMarked
package io.scaler.adapter.http;

import org.jspecify.annotations.NullMarked;
