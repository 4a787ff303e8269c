/**
 * A trace in virtual time: the service, pools, demand and policies as nodes run them, in one event
 * loop, over ports that live in memory.
 *
 * <p>Knows the service, the domain below it and traces; no adapter, thread or clock. The same
 * trace, settings and policy give the same result. What is simulated is one node that owns
 * everything and leads, on a platform whose latencies are the trace's: calls between nodes take no
 * time.
 */
@NullMarked
package io.scaler.simulation;

import org.jspecify.annotations.NullMarked;
