/**
 * The HTTP endpoints for those who operate a node: whether it lives, and whether it is ready.
 *
 * <p>Knows the JDK's HTTP server and Jackson, and what it is handed; no service and no other
 * adapter. One more endpoint is a line in {@link io.scaler.adapter.http.HealthServer}'s table.
 */
@NullMarked
package io.scaler.adapter.http;

import org.jspecify.annotations.NullMarked;
